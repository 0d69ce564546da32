package org.gan4j.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The arguments of one kernel at a time, as arguments.h unpacks them: 64-bit words in the order of
 * the kernel's parameters, in memory that is used again and again, so that a launch allocates
 * nothing.
 */
public final class Arguments {
  /** As many as struct Block of arguments.h has. */
  private static final int MOST_WORDS = 31;

  private final Backend backend;
  private final ByteBuffer memory =
      ByteBuffer.allocateDirect((1 + MOST_WORDS) * Long.BYTES).order(ByteOrder.nativeOrder());
  private int first;
  private int replicas;

  Arguments(Backend backend) {
    this.backend = backend;
  }

  /**
   * The block: the number of words, then the words.
   *
   * @return direct memory in native byte order, all of it, the same at every call
   */
  public ByteBuffer memory() {
    return memory.duplicate().clear();
  }

  /**
   * Begins the arguments of a launch.
   *
   * @param firstReplica the first that the kernel works on
   * @param count of how many
   */
  Arguments of(int firstReplica, int count) {
    // Before the block changes: another thread may be at work with it.
    backend.enter();
    first = firstReplica;
    replicas = count;
    memory.clear().position(Long.BYTES);
    return this;
  }

  /** A buffer that is written, and perhaps read; null for one that is absent. */
  Arguments writes(DeviceBuffer bufferOrNull) {
    return pointer(bufferOrNull, true);
  }

  /** A buffer that is only read. */
  Arguments reads(DeviceBuffer bufferOrNull) {
    return pointer(bufferOrNull, false);
  }

  private Arguments pointer(DeviceBuffer bufferOrNull, boolean written) {
    if (bufferOrNull == null) {
      return pointer(0, 0);
    }
    backend.use(bufferOrNull, written);
    long stride = bufferOrNull.replicas() == 1 ? 0 : bufferOrNull.stride();
    return pointer(bufferOrNull.address() + first * stride, stride);
  }

  /**
   * Memory that is no buffer.
   *
   * @param address where the first replica begins
   * @param stride bytes from one replica to the next
   * @return this
   */
  public Arguments pointer(long address, long stride) {
    return integer(address).integer(stride);
  }

  /** An integer of any width. */
  Arguments integer(long value) {
    memory.putLong(value);
    return this;
  }

  Arguments real(float value) {
    memory.putFloat(value).putInt(0);
    return this;
  }

  Arguments real(double value) {
    memory.putDouble(value);
    return this;
  }

  /**
   * Runs a kernel on these arguments.
   *
   * @param items of one replica, as the kernel's grid counts
   */
  void launch(Kernel kernel, long items) {
    launch(kernel, items, 1);
  }

  /**
   * Runs a kernel whose items are columns on these arguments.
   *
   * @param items of one replica
   * @param rows that each of them has
   */
  void launch(Kernel kernel, long items, long rows) {
    backend.launch(kernel, items, rows, replicas);
  }

  /**
   * Ends the arguments.
   *
   * @return how many words there are
   */
  public int end() {
    int words = memory.position() / Long.BYTES - 1;
    memory.putLong(0, words);
    return words;
  }
}
