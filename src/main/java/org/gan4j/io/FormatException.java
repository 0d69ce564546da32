package org.gan4j.io;

import java.nio.file.Path;

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

  /** The content of {@code file} breaks the format as {@code what} says. */
  static FormatException damaged(Path file, String what) {
    return damaged(file, what, null);
  }

  static FormatException damaged(Path file, String what, Throwable causeOrNull) {
    return new FormatException(
        file + " is damaged or not a safetensors file: " + what + "; use an intact copy of it",
        causeOrNull);
  }
}
