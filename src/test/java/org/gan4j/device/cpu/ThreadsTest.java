package org.gan4j.device.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.gan4j.Jvm;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  /** Says with how many threads a thread computes that did not open the device. */
  public static final class Elsewhere {
    private Elsewhere() {}

    public static void main(String[] args) throws InterruptedException {
      Device device = Device.cpu();
      device.handOver();
      Thread other = new Thread(() -> System.out.println("there " + device.threads()));
      other.start();
      other.join();
    }
  }

  /** OpenMP knows nothing of a container's quota, and keeps a number for each thread. */
  @Test
  void everyThreadHeedsAQuota(@TempDir Path folder) throws Exception {
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      jvm.with("-XX:ActiveProcessorCount=1").start(Elsewhere.class);
      assertEquals(0, jvm.await(), jvm.err());
      assertEquals("there 1", jvm.out().strip());
    }
  }

  @Test
  void noNumberBelowNothing() {
    assertThrows(IllegalArgumentException.class, () -> DeviceOptions.DEFAULT.withThreads(-1));
  }
}
