package org.gan4j.device.cpu;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.junit.jupiter.api.Test;

/** How many threads a device of the CPU computes with. */
class ThreadsTest {
  private static Device open(int threads) {
    return Device.open("cpu", DeviceOptions.DEFAULT.withThreads(threads), notice -> {});
  }

  @Test
  void everyDeviceHasItsOwnNumber() throws InterruptedException {
    try (Device three = open(3);
        Device one = open(1);
        Device usual = open(0)) {
      assertTrue(one.description().contains("1 threads"), one.description());
      assertTrue(three.description().contains("3 threads"), three.description());
      String text = NativeKernels.usualThreads() + " threads";
      assertTrue(usual.description().contains(text), usual.description());
      three.handOver();
      String[] there = new String[1];
      Thread other =
          new Thread(
              () -> {
                there[0] = three.description();
                three.handOver();
              });
      other.start();
      other.join();
      assertTrue(there[0].contains("3 threads"), there[0]);
    }
  }

  @Test
  void noNumberBelowNothing() {
    assertThrows(IllegalArgumentException.class, () -> DeviceOptions.DEFAULT.withThreads(-1));
  }
}
