package org.gan4j.eval;

import org.gan4j.Gan4jException;

/** Samples are NaN, infinite or too large to be squared: their generator has diverged. */
public final class NonFiniteSamplesException extends Gan4jException {
  private static final long serialVersionUID = 1L;

  private final int replica;

  NonFiniteSamplesException(int replica) {
    super(
        "the samples of replica "
            + replica
            + " are not finite, so they have no score: training has diverged; go back to an earlier"
            + " checkpoint, or lower the learning rate");
    this.replica = replica;
  }

  /**
   * Whose samples they are; the first of several.
   *
   * @return from 0
   */
  public int replica() {
    return replica;
  }
}
