package org.gan4j.gan;

/** Training has left the finite numbers. */
public final class DivergenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * With all that is known.
   *
   * @param message the iteration, the loss and where the last good weights are
   */
  public DivergenceException(String message) {
    super(message);
  }
}
