package org.gan4j.device.cuda;

/**
 * Zeroed memory for the first run of a product or a convolution. Libraries load code and take
 * memory when a function first runs, which a capture may forbid, so every plan of these runs once
 * when it is made.
 */
final class WarmUpMemory implements AutoCloseable {
  private final CudaContext context;
  private final Owned owned = new Owned();

  WarmUpMemory(CudaContext context) {
    this.context = context;
  }

  /** Memory that is there until this is closed. */
  long zeros(long bytes) {
    long block = context.allocateAlways(bytes);
    owned.add(() -> context.releaseAlways(block));
    return block;
  }

  @Override
  public void close() {
    owned.close();
  }
}
