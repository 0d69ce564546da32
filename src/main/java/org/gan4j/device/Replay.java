package org.gan4j.device;

/** A recorded sequence of kernels, ready to run again. */
public interface Replay extends AutoCloseable {
  /** Queues the sequence once; returns without waiting for it. */
  void run();

  /** Frees what the recording holds. */
  @Override
  void close();
}
