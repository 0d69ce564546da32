package org.gan4j.io;

import java.nio.file.Path;

/**
 * A checkpoint can't be read or written, or doesn't hold what was asked for. The message is one
 * line: which file, what is wrong, what to do.
 */
public final class FormatException extends RuntimeException {
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
    return new FormatException(
        file + " is damaged or not a safetensors file: " + what + "; use an intact copy of it");
  }
}
