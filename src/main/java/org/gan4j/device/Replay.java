package org.gan4j.device;

/** A recorded sequence of kernels, ready to run again. */
public interface Replay extends AutoCloseable {
  /** Queues the sequence once; returns without waiting for it. */
  default void run() {
    run(1);
  }

  /**
   * Queues the sequence many times, one after the other; returns without waiting for it.
   *
   * @param times how often, ≥ 0
   */
  void run(long times);

  /** Frees what the recording holds. */
  @Override
  void close();
}
