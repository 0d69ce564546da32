package org.gan4j;

/**
 * Whatever goes wrong that is nobody's wrong use: damaged files, devices that fail, trainings that
 * leave the finite numbers. One type to catch for all of them; wrong use is an {@link
 * IllegalArgumentException} or an {@link IllegalStateException}.
 */
public abstract class Gan4jException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * With what is wrong and what to do.
   *
   * @param message for people
   */
  protected Gan4jException(String message) {
    super(message);
  }

  /**
   * With what caused it.
   *
   * @param message for people
   * @param causeOrNull the failure underneath
   */
  protected Gan4jException(String message, Throwable causeOrNull) {
    super(message, causeOrNull);
  }
}
