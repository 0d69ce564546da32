package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.gan4j.device.Buffers;
import org.gan4j.device.ClassContract;
import org.gan4j.device.ConvolutionContract;
import org.gan4j.device.DataContract;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.KernelSet;
import org.gan4j.device.DeviceOptions.Math;
import org.gan4j.device.DistanceContract;
import org.gan4j.device.Epilogue;
import org.gan4j.device.ImageContract;
import org.gan4j.device.Kernels;
import org.gan4j.device.ProductContract;
import org.gan4j.device.StateLayout;
import org.gan4j.device.TrainingContract;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The way through cuBLAS and cuDNN: the backends' contract, except for masks and the winners of
 * maxout, which cuDNN keeps to itself; whole training runs without dropout against the CPU.
 */
@Tag("cuda")
@ExtendWith(StandInExtension.Strict.class)
final class LibraryKernelsTest {
  private static final int ROWS = 40;
  private static final int UNITS = 30;
  private static final double KEEP = 0.6;

  private static Device device() {
    return Device.open(
        "cuda",
        DeviceOptions.DEFAULT.withKernels(KernelSet.LIBRARY).withMath(Math.FP32),
        notice -> {});
  }

  @Nested
  final class Data extends DataContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Product extends ProductContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Convolution extends ConvolutionContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Image extends ImageContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Classes extends ClassContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Training extends TrainingContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Distance extends DistanceContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @ParameterizedTest
  @CsvSource({"ALTERNATING,1", "ALTERNATING,3", "SIMULTANEOUS,1", "SIMULTANEOUS,3"})
  void trainsAsTheCpuDoesWithoutDropout(UpdateOrder update, int replicas) {
    Recipe recipe = SmallGan.recipe(update, replicas, false);
    try (Device cpu = Device.cpu();
        Device gpu = device()) {
      // So few that one replica's equilibrium does not amplify what was rounded.
      int iterations = 40;
      SmallGan.Outcome expected = SmallGan.train(cpu, recipe, iterations);
      SmallGan.Outcome found = SmallGan.train(gpu, recipe, iterations);
      CudaTrainingTest.assertEqualWithinRounding(expected, found, iterations, SmallGan.LONGEST_SUM);
    }
  }

  /** Also where the backward pass is of the first half of the rows alone. */
  @ParameterizedTest
  @EnumSource(UpdateOrder.class)
  void trainsWithDropoutTheSameBitsTwice(UpdateOrder update) {
    Recipe recipe = SmallGan.recipe(update, 2, true);
    SmallGan.Outcome[] runs = new SmallGan.Outcome[2];
    for (int i = 0; i < runs.length; i++) {
      try (Device gpu = device()) {
        runs[i] = SmallGan.train(gpu, recipe, 40);
      }
    }
    CudaTrainingTest.assertSameBits(runs[0], runs[1]);
    assertTrue(runs[0].totals().get(1).isFinite());
  }

  private static float[] read(DeviceBuffer buffer, int replica) {
    float[] values = new float[(int) buffer.length()];
    Buffers.read(buffer, replica, values);
    return values;
  }

  @ParameterizedTest
  @EnumSource(Epilogue.class)
  void slopesFromValues(Epilogue activation) {
    float[] y = {-1, -0.75f, -1e-3f, 0, 0.25f, 1};
    float[] twos = {2, 2, 2, 2, 2, 2};
    float[][] expected = {
      twos,
      {0, 0, 0, 0, 2, 2},
      {-4, -2.625f, -2.002e-3f, 0, 0.375f, 0},
      {-3.4365637f, -2.234f, -2.001e-3f, 0, 0.4423984f, 1.2642411f},
      {0, 0.875f, 1.999998f, 2, 1.875f, 0}
    };
    try (Device device = device();
        DeviceArena arena = device.arena(1)) {
      DeviceBuffer delta = arena.floats(y.length);
      DeviceBuffer values = arena.floats(y.length);
      DeviceBuffer state = arena.reserve(DataType.LONG, StateLayout.WORDS);
      arena.freeze();
      Buffers.write(delta, 0, twos);
      Buffers.write(values, 0, y);
      device.kernels().activationBackward(delta, null, values, null, 2, 3, activation, state);
      // An absolute error: cuDNN does not say how it rounds a slope that is nearly 0.
      assertArrayEquals(expected[activation.ordinal()], read(delta, 0), 1e-6f);
    }
  }

  /** Also where the second half of the values, with a mask of its own, does not begin aligned. */
  @ParameterizedTest
  @ValueSource(ints = {ROWS * UNITS, ROWS * UNITS - 2, ROWS * UNITS - 5})
  void dropoutsGradientHasItsMask(int values) {
    try (Device device = device();
        DeviceArena arena = device.arena(2)) {
      DeviceBuffer x = arena.floats(values);
      DeviceBuffer y = arena.floats(values);
      DeviceBuffer gradient = arena.floats(values);
      DeviceBuffer state = arena.reserve(DataType.LONG, StateLayout.WORDS);
      arena.freeze();
      Kernels kernels = device.kernels();
      kernels.fill(x, 3);
      kernels.dropout(y, x, KEEP, state, 4);
      kernels.dropoutBackward(gradient, x, KEEP, null, 1, state, 4);
      for (int r = 0; r < 2; r++) {
        assertArrayEquals(read(y, r), read(gradient, r));
        assertKept(read(y, r), 3);
      }
    }
  }

  /** Within 5 standard deviations of the share to keep. */
  private static void assertKept(float[] values, float value) {
    int kept = 0;
    for (float each : values) {
      kept += each != 0 ? 1 : 0;
      assertTrue(each == 0 || java.lang.Math.abs(each - value / KEEP) < 1e-5, "" + each);
    }
    double sigma = java.lang.Math.sqrt(values.length * KEEP * (1 - KEEP));
    assertEquals(values.length * KEEP, kept, 5 * sigma);
  }

  @Test
  void maxoutsGradientGoesToTheWinnersThatWereKept() {
    int pieces = 3;
    try (Device device = device();
        DeviceArena arena = device.arena(1)) {
      DeviceBuffer wide = arena.floats(ROWS * UNITS * pieces);
      DeviceBuffer y = arena.floats(ROWS * UNITS);
      DeviceBuffer delta = arena.floats(ROWS * UNITS);
      DeviceBuffer winner = arena.reserve(DataType.BYTE, ROWS * UNITS);
      DeviceBuffer state = arena.reserve(DataType.LONG, StateLayout.WORDS);
      arena.freeze();
      Kernels kernels = device.kernels();
      float[] linear = new float[ROWS * UNITS * pieces];
      for (int i = 0; i < linear.length; i++) {
        linear[i] = i % pieces == i / pieces % pieces ? 2 : i % 2;
      }
      Buffers.write(wide, 0, linear);
      kernels.fill(delta, 2);
      kernels.maxoutForward(y, winner, wide, ROWS, UNITS, pieces, KEEP, state, 7);
      kernels.maxoutBackward(wide, null, delta, winner, null, ROWS, UNITS, pieces, KEEP, state);
      float[] out = read(y, 0);
      float[] gradient = read(wide, 0);
      assertKept(out, 2);
      for (int i = 0; i < gradient.length; i++) {
        boolean won = i % pieces == i / pieces % pieces;
        assertEquals(won ? out[i / pieces] : 0, gradient[i], "element " + i);
      }
    }
  }
}
