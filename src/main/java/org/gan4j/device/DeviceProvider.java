package org.gan4j.device;

import java.util.List;
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
   * @param index which of the backend's devices, from 0
   * @param options how it computes
   * @return the device; close it
   * @throws IllegalArgumentException if there is no device of that number
   * @throws DeviceException if it does not work here, with the cause
   */
  Device open(int index, DeviceOptions options);

  /**
   * What was found of this backend, for reports: libraries with their versions and places, devices.
   * Never throws.
   *
   * @return one line each; none if there is nothing to say beyond {@link #unavailable()}
   */
  List<String> inventory();
}
