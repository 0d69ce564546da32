package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.KernelSet;
import org.gan4j.device.Epilogue;
import org.gan4j.device.StateLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
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
      // Without a word to the first card before.
      first.kernels().biasActivation(one.values, one.values, one.bias, Epilogue.RELU, VALUES, 1, 1);
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

  /** What is found out about a card is found out on it. */
  @Test
  void noOtherCardIsTouched(@TempDir Path cache) {
    assertEquals(Optional.empty(), new CudaProbe(new KernelCache(cache)).failure(1));
    assertEquals(2, StandIn.count(StandIn.Count.TOUCHED));
    try (Device second = open(1, KernelSet.FUSED);
        Work work = new Work(second)) {
      assertEquals(3, work.shifted(4)[0]);
    }
    assertEquals(2, StandIn.count(StandIn.Count.TOUCHED));
  }

  @Test
  void aCardThatCannotBeChosenIsSaid() {
    open(1, KernelSet.FUSED).close();
    StandIn.fail("cudaSetDevice", 999, 1);
    DeviceException e = assertThrows(DeviceException.class, () -> open(1, KernelSet.FUSED).close());
    assertTrue(e.getMessage().contains("cudaSetDevice"), e.getMessage());
  }

  /** After trainings of two sizes on one device: the backward pass is the last one's. */
  @Test
  void masksAreOfTheLastForwardPass() {
    try (Device device = open(0, KernelSet.LIBRARY);
        DeviceArena arena = device.arena(1)) {
      DeviceBuffer state = arena.reserve(DataType.LONG, StateLayout.WORDS);
      DeviceBuffer large = arena.floats(2 * VALUES);
      DeviceBuffer small = arena.floats(VALUES);
      DeviceBuffer half = arena.floats(VALUES / 2);
      arena.freeze();
      device.kernels().fill(small, 1);
      device.kernels().dropout(small, small, 0.5, state, 7);
      device.kernels().fill(large, 1);
      device.kernels().dropout(large, large, 0.5, state, 7);
      float[] forward = new float[2 * VALUES];
      Buffers.read(large, 0, forward);
      device.kernels().fill(small, 1);
      device.kernels().dropoutBackward(small, small, 0.5, null, 1, state, 7);
      float[] backward = new float[VALUES];
      Buffers.read(small, 0, backward);
      assertArrayEquals(Arrays.copyOf(forward, VALUES), backward);
      assertThrows(
          IllegalStateException.class,
          () -> device.kernels().dropoutBackward(half, half, 0.5, null, 1, state, 7));
    }
  }
}
