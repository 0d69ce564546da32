package org.gan4j;

/**
 * A file is not what it should be, or can't be read or written: the one type to catch for
 * checkpoints, data sets, and the files in a run's folder. The message is one line: which file,
 * what is wrong and where, what to do.
 */
public class FormatException extends Gan4jException {
  private static final long serialVersionUID = 1;

  /**
   * A failure that no other exception caused.
   *
   * @param message which file, what is wrong, what to do
   */
  public FormatException(String message) {
    super(message);
  }

  /**
   * A failure with a cause.
   *
   * @param message which file, what is wrong, what to do
   * @param cause what went wrong underneath
   */
  public FormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
