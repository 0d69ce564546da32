package org.gan4j.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Copies between Java arrays and one replica of a buffer, through a bounded staging area. */
public final class Buffers {
  private static final int STAGE_BYTES = 1 << 20;

  /**
   * Kept: direct memory that is allocated for every copy waits for the garbage collector, and a
   * checkpoint would pile up as much of it as it has bytes.
   */
  private static final ThreadLocal<ByteBuffer> STAGE =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(STAGE_BYTES));

  private Buffers() {}

  private static ByteBuffer stage(long bytes) {
    return STAGE.get().slice(0, (int) Math.min(bytes, STAGE_BYTES)).order(ByteOrder.nativeOrder());
  }

  private static void require(DeviceBuffer buffer, DataType type) {
    if (buffer.type() != type) {
      throw new IllegalArgumentException("needs a buffer of type " + type + ", not " + buffer);
    }
  }

  /**
   * Writes floats.
   *
   * @param target a FLOAT buffer; modified
   * @param replica from 0
   * @param values written from element 0 on
   */
  public static void write(DeviceBuffer target, int replica, float[] values) {
    require(target, DataType.FLOAT);
    ByteBuffer stage = stage(4L * values.length);
    int step = stage.capacity() / 4;
    for (int i = 0; i < values.length; i += step) {
      int count = Math.min(step, values.length - i);
      stage.clear().asFloatBuffer().put(values, i, count);
      target.write(replica, i, stage.limit(4 * count));
    }
  }

  /**
   * Reads floats.
   *
   * @param source a FLOAT buffer; not modified
   * @param replica from 0
   * @param values filled from element 0 on
   */
  public static void read(DeviceBuffer source, int replica, float[] values) {
    read(source, replica, 0, values);
  }

  /**
   * Reads floats from the middle of a buffer.
   *
   * @param source a FLOAT buffer; not modified
   * @param replica from 0
   * @param offset first element read
   * @param values filled
   */
  public static void read(DeviceBuffer source, int replica, long offset, float[] values) {
    require(source, DataType.FLOAT);
    ByteBuffer stage = stage(4L * values.length);
    int step = stage.capacity() / 4;
    for (int i = 0; i < values.length; i += step) {
      int count = Math.min(step, values.length - i);
      source.read(replica, offset + i, stage.clear().limit(4 * count));
      stage.flip().asFloatBuffer().get(values, i, count);
    }
  }

  /**
   * Writes longs.
   *
   * @param target a LONG buffer; modified
   * @param replica from 0
   * @param values written from element 0 on
   */
  public static void write(DeviceBuffer target, int replica, long[] values) {
    require(target, DataType.LONG);
    ByteBuffer stage = ByteBuffer.allocateDirect(8 * values.length).order(ByteOrder.nativeOrder());
    stage.asLongBuffer().put(values);
    target.write(replica, 0, stage);
  }

  /**
   * Reads longs.
   *
   * @param source a LONG buffer; not modified
   * @param replica from 0
   * @param values filled from element 0 on
   */
  public static void read(DeviceBuffer source, int replica, long[] values) {
    require(source, DataType.LONG);
    readWords(source, replica, values.length).asLongBuffer().get(values);
  }

  /**
   * Reads doubles.
   *
   * @param source a DOUBLE buffer; not modified
   * @param replica from 0
   * @param values filled from element 0 on
   */
  public static void read(DeviceBuffer source, int replica, double[] values) {
    require(source, DataType.DOUBLE);
    readWords(source, replica, values.length).asDoubleBuffer().get(values);
  }

  private static ByteBuffer readWords(DeviceBuffer source, int replica, int count) {
    ByteBuffer stage = ByteBuffer.allocateDirect(8 * count).order(ByteOrder.nativeOrder());
    source.read(replica, 0, stage);
    return stage.flip();
  }

  /**
   * Reads integers.
   *
   * @param source an INT buffer; not modified
   * @param replica from 0
   * @param values filled from element 0 on
   */
  public static void read(DeviceBuffer source, int replica, int[] values) {
    require(source, DataType.INT);
    ByteBuffer stage = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.nativeOrder());
    source.read(replica, 0, stage);
    stage.flip().asIntBuffer().get(values);
  }

  /**
   * Writes bytes.
   *
   * @param target a BYTE buffer; modified
   * @param replica from 0
   * @param values written from element 0 on
   */
  public static void write(DeviceBuffer target, int replica, byte[] values) {
    require(target, DataType.BYTE);
    ByteBuffer stage = stage(values.length);
    for (int i = 0; i < values.length; i += stage.capacity()) {
      int count = Math.min(stage.capacity(), values.length - i);
      stage.clear().put(values, i, count);
      target.write(replica, i, stage.flip());
    }
  }
}
