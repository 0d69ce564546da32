package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.KernelSet;
import org.gan4j.device.Epilogue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several cards in one process. */
@Tag("cuda")
@Tag("stand-in")
@ExtendWith(StandInExtension.Strict.class)
final class CudaDevicesTest {
  private static final int VALUES = 12;

  private static Device open(int card, KernelSet kernels) {
    return Device.open("cuda:" + card, DeviceOptions.DEFAULT.withKernels(kernels), notice -> {});
  }

  /** What relu makes of values below and above 0. */
  private static final class Work implements AutoCloseable {
    private final Device device;
    private final DeviceArena arena;
    private final DeviceBuffer values;
    private final DeviceBuffer bias;

    Work(Device device) {
      this.device = device;
      this.arena = device.arena(1);
      this.values = arena.floats(VALUES);
      this.bias = arena.floats(1);
      arena.freeze();
      device.kernels().fill(values, -1);
    }

    float[] shifted(float by) {
      device.kernels().fill(values, -1);
      device.kernels().fill(bias, by);
      device.kernels().biasActivation(values, values, bias, Epilogue.RELU, VALUES, 1, 1);
      float[] read = new float[VALUES];
      Buffers.read(values, 0, read);
      return read;
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  /** CUDA's current device belongs to the thread, which the two share. */
  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void oneThreadUsesTwoInTurn(KernelSet kernels) {
    float[] threes = new float[VALUES];
    Arrays.fill(threes, 3);
    try (Device first = open(0, kernels);
        Device second = open(1, kernels);
        Work one = new Work(first);
        Work two = new Work(second)) {
      for (int i = 0; i < 2; i++) {
        assertArrayEquals(threes, one.shifted(4));
        assertArrayEquals(threes, two.shifted(4));
      }
      try (DeviceArena more = first.arena(2)) {
        DeviceBuffer late = more.floats(VALUES);
        more.freeze();
        first.kernels().fill(late, 3);
        float[] read = new float[VALUES];
        Buffers.read(late, 1, read);
        assertArrayEquals(threes, read);
      }
    }
  }

  @Test
  void noOtherCardIsTouched() {
    try (Device second = open(1, KernelSet.FUSED);
        Work work = new Work(second)) {
      assertEquals(3, work.shifted(4)[0]);
    }
    assertEquals(2, StandIn.count(StandIn.Count.TOUCHED));
  }
}
