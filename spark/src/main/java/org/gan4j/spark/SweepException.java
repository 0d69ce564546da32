package org.gan4j.spark;

import org.gan4j.Gan4jException;

/** A sweep, a score or a measurement that can't go on; the message says why, or what to do. */
public final class SweepException extends Gan4jException {
  private static final long serialVersionUID = 1;

  SweepException(String message) {
    super(message);
  }

  SweepException(String message, Throwable cause) {
    super(message, cause);
  }
}
