package org.gan4j.device;

import org.gan4j.Gan4jException;

/** A device could not do what it was asked: not there, out of memory, closed, or a call failed. */
public class DeviceException extends Gan4jException {
  private static final long serialVersionUID = 1L;

  /**
   * With the reason and the remedy.
   *
   * @param message what failed, why, and what to do
   */
  public DeviceException(String message) {
    super(message);
  }

  /**
   * With the reason, the remedy and what caused it.
   *
   * @param message what failed, why, and what to do
   * @param cause the failure underneath
   */
  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
