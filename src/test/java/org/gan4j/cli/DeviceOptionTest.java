package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.gan4j.device.DeviceOptions;
import org.junit.jupiter.api.Test;

class DeviceOptionTest {
  @Test
  void readsItsAssignments() {
    assertEquals(DeviceOptions.DEFAULT, DeviceOptions.DEFAULT.with(List.of()));
    assertEquals(
        DeviceOptions.DEFAULT
            .withKernels(DeviceOptions.KernelSet.LIBRARY)
            .withMath(DeviceOptions.Math.FP32),
        DeviceOptions.DEFAULT.with(List.of("cuda.kernels=library", "cuda.math=fp32")));
    assertEquals(
        DeviceOptions.DEFAULT.withMaxout(DeviceOptions.Maxout.DENSE),
        DeviceOptions.DEFAULT.with(List.of("cpu.maxout=dense")));
    List<String> ofDevice = List.of("cuda.math=fp32", "cpu.maxout=dense");
    List<String> all = List.of("cuda.math=fp32", "batch=3", "cpu.maxout=dense");
    assertEquals(ofDevice, DeviceOption.only(true, all));
    assertEquals(List.of("batch=3"), DeviceOption.only(false, all));
  }

  @Test
  void whatIsUnknownIsRefused() {
    for (String wrong :
        List.of("cuda.math=fp16", "cuda.math", "cuda.kernels=", "cuda.speed=1", "cpu.maxout=")) {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> DeviceOptions.DEFAULT.with(List.of(wrong)))
              .getMessage();
      assertEquals(List.of(message), DeviceOption.only(true, List.of(message)));
    }
  }
}
