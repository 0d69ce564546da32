package org.gan4j.device.cpu;

import org.bytedeco.javacpp.FloatPointer;
import org.gan4j.device.DeviceException;

/** Memory that operations use one after the other: as much as the greediest of them needs. */
final class Workspace implements AutoCloseable {
  private NativeBlock block;
  private long bytes;

  /** Grows to at least so many bytes; what was in it is lost. */
  void require(long needed) {
    if (needed <= bytes) {
      return;
    }
    close();
    block = NativeBlock.of(this, "a layer's work space", needed);
    if (block == null) {
      throw new DeviceException(
          "out of memory: a layer needs "
              + (needed >> 20)
              + " MiB beside its buffers; train fewer filters or units, or a smaller batch");
    }
    bytes = needed;
  }

  /** Where it begins; another place after it has grown. */
  long base() {
    return block == null ? 0 : block.base();
  }

  FloatPointer pointer(long offset) {
    return CpuBuffer.pointerTo(base() + offset);
  }

  @Override
  public void close() {
    if (block != null) {
      block.close();
      block = null;
      bytes = 0;
    }
  }
}
