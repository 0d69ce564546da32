package org.gan4j.run;

import org.gan4j.FormatException;

/** A file in a run's folder is not what its name says. */
public final class RunFileException extends FormatException {
  private static final long serialVersionUID = 1L;

  RunFileException(String message) {
    super(message);
  }

  RunFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
