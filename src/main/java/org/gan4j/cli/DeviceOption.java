package org.gan4j.cli;

import org.gan4j.device.Device;
import picocli.CommandLine.Option;

/** What computes. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "auto or cpu (default: ${DEFAULT-VALUE}).")
  private String device;

  Device open() {
    return Device.open(device);
  }
}
