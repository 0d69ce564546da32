package org.gan4j.gan;

import org.gan4j.Gan4jException;

/** Training has left the finite numbers. */
public final class DivergenceException extends Gan4jException {
  private static final long serialVersionUID = 1L;

  private final long iteration;
  private final int replica;

  /**
   * With all that is known.
   *
   * @param message the iteration, the loss and where the last good weights are
   * @param iteration by which it was noticed
   * @param replica whose numbers they are, from 0
   */
  public DivergenceException(String message, long iteration, int replica) {
    super(message);
    this.iteration = iteration;
    this.replica = replica;
  }

  /**
   * When it was noticed.
   *
   * @return iterations done
   */
  public long iteration() {
    return iteration;
  }

  /**
   * Whose numbers they are.
   *
   * @return from 0
   */
  public int replica() {
    return replica;
  }
}
