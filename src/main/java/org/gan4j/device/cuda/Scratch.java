package org.gan4j.device.cuda;

/**
 * Room for the partial sums of the update kernel. A graph that was captured keeps the room that it
 * saw, so room that has become too small is not freed before the device is closed.
 */
final class Scratch {
  private final CudaContext context;
  private int replicas;
  private long block;

  Scratch(CudaContext context) {
    this.context = context;
  }

  /** Makes room, if need be; not while a step is captured. */
  void require(int count) {
    if (count > replicas) {
      context.streams().requireNoCapture("needs room that was not prepared");
      block = context.allocateAlways(count * (Kernel.Grid.MAX_SLICES * 8L + 8L));
      replicas = count;
    }
  }

  /** DOUBLE [replicas][{@link Kernel.Grid#MAX_SLICES}]. */
  long partialSums() {
    return block;
  }

  /** INT [replicas], zeros. */
  long counters() {
    return block + replicas * (Kernel.Grid.MAX_SLICES * 8L);
  }
}
