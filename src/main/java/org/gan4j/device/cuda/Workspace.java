package org.gan4j.device.cuda;

/**
 * Workspace that the operations of the main stream use one after the other: as much as the
 * greediest of them needs. A graph that was captured keeps the room that it saw, so such room stays
 * until the device is closed.
 */
final class Workspace {
  private final CudaContext context;
  private long block;
  private long bytes;
  private boolean captured;

  Workspace(CudaContext context) {
    this.context = context;
  }

  /**
   * At least so many bytes, what is in them being lost between two operations.
   *
   * @return where they begin; 0 as long as none were asked for
   */
  long require(long needed) {
    if (needed > bytes) {
      grow(needed);
    }
    captured |= context.streams().mode() == Streams.Mode.CAPTURING;
    return block;
  }

  private void grow(long needed) {
    context.streams().requireNoCapture("needs room that was not prepared");
    long small = block;
    block = 0;
    bytes = 0;
    if (small != 0 && !captured) {
      context.releaseAlways(small);
    }
    captured = false;
    block = context.allocateAlways(needed);
    bytes = needed;
  }
}
