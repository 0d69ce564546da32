package org.gan4j.device.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Kernel;
import org.gan4j.device.Scenario;
import org.junit.jupiter.api.Test;

/** The native library has the kernels that Java names, and no others. */
final class KernelNamesTest {
  private static Set<String> symbols() {
    return Arrays.stream(Kernel.values())
        .filter(Kernel::onCpu)
        .map(Kernel::symbol)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theLibraryHasThoseKernels() {
    List<String> names =
        IntStream.range(0, NativeKernels.kernelCount())
            .mapToObj(NativeKernels::kernelName)
            .sorted()
            .toList();
    assertEquals(List.copyOf(symbols()), names);
  }

  @Test
  void aKernelTakesItsOwnNumberOfWords() {
    CpuBackend backend =
        new CpuBackend(new CpuDevice(DeviceOptions.DEFAULT), DeviceOptions.DEFAULT);
    try {
      for (Kernel kernel : Kernel.values()) {
        // None of them takes no words: nothing runs.
        assertThrows(
            IllegalStateException.class, () -> backend.launch(kernel, 1, 1, 1), kernel.name());
      }
    } finally {
      backend.close();
    }
  }

  @Test
  void theScenarioHasEveryKernel() {
    try (Device device = Device.cpu()) {
      Set<String> expected = symbols();
      // Of products in bf16 alone.
      expected.remove("round");
      assertEquals(expected, Scenario.kernels(Scenario.run(device).keySet()));
    }
  }
}
