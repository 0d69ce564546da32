package org.gan4j.device;

import java.util.Optional;

/** Makes devices of one backend; found by {@link java.util.ServiceLoader}. */
public interface DeviceProvider {
  /**
   * The backend's name.
   *
   * @return for example cpu
   */
  String name();

  /**
   * Why the backend can't be used here. The answer is found once and kept.
   *
   * @return empty where it works, else the cause and the remedy, in one line
   */
  Optional<String> unavailable();

  /**
   * Opens a device.
   *
   * @return the device; close it
   * @throws DeviceException if it does not work here, with the cause
   */
  Device open();
}
