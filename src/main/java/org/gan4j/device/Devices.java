package org.gan4j.device;

import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the backend that a device's name asks for. */
final class Devices {
  private static final Pattern NAME = Pattern.compile("([a-z]+)(?::(\\d{1,4}))?");

  private Devices() {}

  /** By this class's own loader: a thread's may not see them. */
  static List<DeviceProvider> providers() {
    return ServiceLoader.load(DeviceProvider.class, DeviceProvider.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  static Device open(String name, DeviceOptions options, Consumer<String> notice) {
    if (name.equals("auto")) {
      return auto(options, notice);
    }
    Matcher parts = NAME.matcher(name);
    if (parts.matches()) {
      int index = parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2));
      for (DeviceProvider provider : providers()) {
        if (provider.name().equals(parts.group(1))) {
          return provider.open(index, options);
        }
      }
    }
    throw new IllegalArgumentException(
        "unknown device '" + name + "'; there are: auto, cpu, cuda, and cuda:N for the Nth GPU");
  }

  private static Device auto(DeviceOptions options, Consumer<String> notice) {
    for (DeviceProvider provider : providers()) {
      if (provider.name().equals("cpu")) {
        continue;
      }
      try {
        if (provider.unavailable().isEmpty()) {
          return provider.open(0, options);
        }
        notice.accept("computing on the CPU: " + provider.unavailable().get());
      } catch (DeviceException e) {
        notice.accept("computing on the CPU: " + e.getMessage());
      }
    }
    return open("cpu", options, notice);
  }
}
