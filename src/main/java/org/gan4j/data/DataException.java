package org.gan4j.data;

import org.gan4j.FormatException;

/**
 * A data set that can't be had: a file is missing, damaged or not what its name says, or a download
 * failed. The message is one line that says what, which file, and what to do.
 */
public final class DataException extends FormatException {
  private static final long serialVersionUID = 1L;

  /**
   * An error of the data themselves.
   *
   * @param message what is wrong, in which file, what to do
   */
  public DataException(String message) {
    super(message);
  }

  /**
   * An error that another one caused.
   *
   * @param message what is wrong, in which file, what to do
   * @param cause the error below
   */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
