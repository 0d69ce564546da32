package org.gan4j.device.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.gan4j.device.Device;
import org.gan4j.device.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** This library's own kernels compute the same bits whatever they run on. */
final class CpuBitsTest {
  private final int threads = NativeKernels.threadCount();

  @AfterEach
  void restore() {
    NativeKernels.useInstructionSet(NativeKernels.bestInstructionSet());
    NativeKernels.setThreadCount(threads);
  }

  private static Map<String, byte[]> run(int set, int threads) {
    NativeKernels.useInstructionSet(set);
    NativeKernels.setThreadCount(threads);
    try (Device device = Device.cpu()) {
      return Scenario.run(device);
    }
  }

  private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found) {
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((kernel, bytes) -> assertArrayEquals(bytes, found.get(kernel), kernel));
  }

  @Test
  void twiceTheSame() {
    int best = NativeKernels.bestInstructionSet();
    assertSame(run(best, threads), run(best, threads));
  }

  @Test
  void onEveryInstructionSetTheSame() {
    Map<String, byte[]> plain = run(0, 1);
    for (int set = 1; set <= NativeKernels.bestInstructionSet(); set++) {
      assertSame(plain, run(set, 1));
    }
  }

  @Test
  void withAnyNumberOfThreadsTheSame() {
    for (int set = 0; set <= NativeKernels.bestInstructionSet(); set++) {
      Map<String, byte[]> alone = run(set, 1);
      assertSame(alone, run(set, 2));
      assertSame(alone, run(set, 5));
    }
  }
}
