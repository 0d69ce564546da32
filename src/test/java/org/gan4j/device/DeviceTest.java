package org.gan4j.device;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How a device is chosen. */
final class DeviceTest {
  @Test
  void anUnknownNameIsToldTheKnownOnes() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Device.open("nope")).getMessage();
    assertTrue(message.contains("'nope'"), message);
    assertTrue(message.contains("auto") && message.contains("cpu"), message);
  }

  @Test
  void theCpuByItsName() {
    try (Device device = Device.open("cpu")) {
      assertTrue(device.description().startsWith("cpu ("), device.description());
    }
  }

  @Test
  void autoFindsSomethingThatWorks() {
    try (Device device = Device.open("auto");
        DeviceArena arena = device.arena(1)) {
      DeviceBuffer buffer = arena.floats(1);
      arena.freeze();
      device.kernels().fill(buffer, 2);
      float[] value = new float[1];
      Buffers.read(buffer, 0, value);
      assertTrue(value[0] == 2);
    }
  }
}
