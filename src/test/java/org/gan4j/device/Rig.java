package org.gan4j.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The buffers of one test, each between two guards. Buffers start as garbage, so that an element
 * which a kernel forgot shows; a kernel's {@link #run} fails if anything but its outputs changed.
 */
public final class Rig implements AutoCloseable {
  /**
   * Elements of a guard: with one replica, floats are aligned to 16 bytes, and else to none, as are
   * those of a view.
   */
  private final int guard;

  /** As a float −2.6e36: a kernel that reads beyond a buffer computes nonsense. */
  private static final byte GUARD_BYTE = (byte) 0xFB;

  /** As a float or a double NaN. */
  private static final byte GARBAGE = (byte) 0xFF;

  private record Reserved(DeviceBuffer whole, DeviceBuffer inside) {}

  private final Device device;
  private final DeviceArena arena;
  private final DeviceArena shared;
  private final int replicas;
  private final List<Reserved> all = new ArrayList<>();

  public Rig(Device device, int replicas) {
    this.device = device;
    this.replicas = replicas;
    this.guard = replicas == 1 ? 16 : 17;
    arena = device.arena(replicas);
    shared = device.arena(1);
    // No arena may be empty, and a state is needed nearly everywhere.
    shared.reserve(DataType.BYTE, 1);
    arena.reserve(DataType.BYTE, 1);
  }

  public Kernels kernels() {
    return device.kernels();
  }

  public int replicas() {
    return replicas;
  }

  private DeviceBuffer guarded(DeviceArena from, DataType type, long length) {
    DeviceBuffer whole = from.reserve(type, length + 2 * guard);
    DeviceBuffer inside = whole.view(guard, length);
    all.add(new Reserved(whole, inside));
    return inside;
  }

  public DeviceBuffer reserve(DataType type, long length) {
    return guarded(arena, type, length);
  }

  public DeviceBuffer floats(long length) {
    return reserve(DataType.FLOAT, length);
  }

  /** A training state for every replica. */
  public DeviceBuffer state() {
    return reserve(DataType.LONG, StateLayout.WORDS);
  }

  /** A buffer of one replica, whatever the rig's replicas. */
  public DeviceBuffer single(DataType type, long length) {
    return guarded(shared, type, length);
  }

  public Rig freeze() {
    arena.freeze();
    shared.freeze();
    for (Reserved reserved : all) {
      for (int r = 0; r < reserved.whole.replicas(); r++) {
        byte[] image = new byte[size(reserved.whole)];
        Arrays.fill(image, GUARD_BYTE);
        int bytes = guard * reserved.whole.type().bytes();
        Arrays.fill(image, bytes, image.length - bytes, GARBAGE);
        reserved.whole.write(r, 0, ByteBuffer.wrap(image));
      }
    }
    return this;
  }

  private static int size(DeviceBuffer buffer) {
    return Math.toIntExact(buffer.length() * buffer.type().bytes());
  }

  /** All bytes of one replica. */
  public byte[] bytes(DeviceBuffer buffer, int replica) {
    byte[] image = new byte[size(buffer)];
    buffer.read(replica, 0, ByteBuffer.wrap(image));
    return image;
  }

  public float[] floats(DeviceBuffer buffer, int replica) {
    float[] values = new float[Math.toIntExact(buffer.length())];
    Buffers.read(buffer, replica, values);
    return values;
  }

  /** Random floats in [−scale, scale) for every replica, written and returned. */
  public float[][] randoms(DeviceBuffer buffer, long seed, double scale) {
    float[][] values = new float[buffer.replicas()][];
    for (int r = 0; r < values.length; r++) {
      values[r] = Numbers.randoms((int) buffer.length(), seed * 31 + r, scale);
      Buffers.write(buffer, r, values[r]);
    }
    return values;
  }

  /** The same bytes for every replica. */
  public void write(DeviceBuffer buffer, byte[] values) {
    for (int r = 0; r < buffer.replicas(); r++) {
      buffer.write(r, 0, ByteBuffer.wrap(values));
    }
  }

  /** The same floats for every replica. */
  public void write(DeviceBuffer buffer, float... values) {
    for (int r = 0; r < buffer.replicas(); r++) {
      Buffers.write(buffer, r, values);
    }
  }

  /** A state for every replica; their seeds count up from the first's. */
  public void write(DeviceBuffer state, States first) {
    for (int r = 0; r < state.replicas(); r++) {
      Buffers.write(state, r, first.seeded(first.seed() + r).words());
    }
  }

  /** The same doubles for every replica. */
  public void write(DeviceBuffer buffer, double[] values) {
    ByteBuffer image = ByteBuffer.allocate(8 * values.length).order(ByteOrder.nativeOrder());
    image.asDoubleBuffer().put(values);
    write(buffer, image.array());
  }

  /** Runs a kernel and checks that nothing but its outputs changed. */
  public void run(Runnable kernel, DeviceBuffer... outputs) {
    List<byte[]> before = images();
    kernel.run();
    device.synchronize();
    List<byte[]> after = images();
    int at = 0;
    for (Reserved reserved : all) {
      int bytes = guard * reserved.whole.type().bytes();
      boolean output = Arrays.asList(outputs).contains(reserved.inside);
      for (int r = 0; r < reserved.whole.replicas(); r++, at++) {
        byte[] expected = before.get(at);
        byte[] found = after.get(at);
        if (output) {
          System.arraycopy(found, bytes, expected, bytes, found.length - 2 * bytes);
        }
        String what = (output ? "guards of " : "not modified: ") + reserved.inside;
        assertArrayEquals(expected, found, what);
      }
    }
  }

  private List<byte[]> images() {
    List<byte[]> images = new ArrayList<>();
    for (Reserved reserved : all) {
      for (int r = 0; r < reserved.whole.replicas(); r++) {
        images.add(bytes(reserved.whole, r));
      }
    }
    return images;
  }

  @Override
  public void close() {
    arena.close();
    shared.close();
  }
}
