package org.gan4j.device.cpu;

import org.bytedeco.javacpp.FloatPointer;
import org.gan4j.device.DeviceException;

/** The values of a buffer rounded to bf16, as a factor of products; made again when they change. */
final class RoundedCopy implements AutoCloseable {
  private final long offset;
  private final long bytes;
  private final NativeBlock block;
  private final FloatPointer[] pointers;
  private boolean stale = true;

  /**
   * Allocates.
   *
   * @param offset of the buffer in its arena, in bytes
   * @param length its values
   * @param replicas of it
   */
  RoundedCopy(Object owner, long offset, long length, int replicas) {
    this.offset = offset;
    this.bytes = length * Float.BYTES;
    long each = length * Short.BYTES;
    this.block = NativeBlock.of(owner, "a factor in bf16", each * replicas);
    if (block == null) {
      throw new DeviceException(
          "out of memory: cpu.math=bf16 keeps a copy of every factor; leave it out, or train fewer"
              + " replicas, a smaller network or a smaller batch");
    }
    this.pointers = new FloatPointer[replicas];
    for (int r = 0; r < replicas; r++) {
      pointers[r] = CpuBuffer.pointerTo(block.base() + r * each);
    }
  }

  boolean isOf(long otherOffset, long length) {
    return offset == otherOffset && bytes == length * Float.BYTES;
  }

  /** Where the first replica's begin; the others' follow. */
  long base() {
    return block.base();
  }

  FloatPointer pointer(int replica) {
    return pointers[replica];
  }

  long address(int replica) {
    return pointers[replica].address();
  }

  /** It has been made again. */
  void made() {
    stale = false;
  }

  /** Some bytes of the arena are written. */
  void written(long begin, long end) {
    stale |= begin < offset + bytes && offset < end;
  }

  /** Whether it has to be made again. */
  boolean isStale() {
    return stale;
  }

  @Override
  public void close() {
    block.close();
  }
}
