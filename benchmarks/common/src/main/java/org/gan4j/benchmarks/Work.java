package org.gan4j.benchmarks;

/** Something that is done again and again; all that it needs is there before the first time. */
public interface Work extends AutoCloseable {
  /** Does it once, and returns when it is done. */
  void run();

  /**
   * What the last run computed.
   *
   * @return arrays by name; none where only time is of interest
   */
  default Tensors outputs() {
    return new Tensors();
  }

  /** Frees what it holds. */
  @Override
  default void close() {}
}
