package org.gan4j.device.cuda;

import static org.gan4j.device.Numbers.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.DenseShape;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.KernelSet;
import org.gan4j.device.DeviceOptions.Math;
import org.gan4j.device.DeviceOptions.Updates;
import org.gan4j.device.Numbers;
import org.gan4j.device.StateLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gradient, momentum and update of a layer's weights in one kernel. */
@Tag("cuda")
@ExtendWith(StandInExtension.Strict.class)
final class WeightStepTest {
  /** Rows, inputs, outputs: below, at and above a tile, a chunk of rows and what a vector holds. */
  private static final int[][] SHAPES = {
    {1, 1, 1},
    {3, 7, 5},
    {31, 64, 64},
    {32, 65, 1},
    {33, 1, 130},
    {100, 63, 66},
    {65, 68, 72},
    {200, 129, 31},
    {16, 12, 200}
  };

  /** Beside those of the sum: the velocity's two factors, and the weight's. */
  private static final int MORE_ROUNDINGS = 4;

  private static DeviceOptions options(Math math) {
    return DeviceOptions.DEFAULT.withMath(math).withUpdates(Updates.FUSED);
  }

  @ParameterizedTest
  @EnumSource(Math.class)
  void isTheGradientsStep(Math math) {
    try (Device device = Device.open("cuda", options(math), notice -> {})) {
      for (int[] shape : SHAPES) {
        for (int replicas : new int[] {1, 3}) {
          check(device, math, new DenseShape(shape[0], shape[1], shape[2]), replicas);
        }
      }
    }
  }

  /** A factor as the tensor cores get it: ties away from zero in TF32, to even in bf16. */
  private static double rounded(float value, Math math) {
    int dropped =
        switch (math) {
          case TF32 -> 13;
          case FP32 -> 0;
          case BF16 -> 16;
        };
    int bits = Float.floatToRawIntBits(value);
    int half =
        switch (math) {
          case TF32 -> 1 << dropped - 1;
          case FP32 -> 0;
          case BF16 -> (1 << dropped - 1) - 1 + (bits >> dropped & 1);
        };
    return Float.intBitsToFloat(bits + half >> dropped << dropped);
  }

  private static float[] random(DeviceBuffer buffer, int replica, long seed) {
    Random random = new Random(31 * seed + replica);
    float[] values = new float[(int) buffer.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    Buffers.write(buffer, replica, values);
    return values;
  }

  private static void check(Device device, Math math, DenseShape shape, int replicas) {
    int rows = shape.rows();
    int inputs = shape.inputs();
    int outputs = shape.outputs();
    try (DeviceArena arena = device.arena(replicas)) {
      DeviceBuffer weights = arena.floats((long) inputs * outputs);
      DeviceBuffer velocity = arena.floats((long) inputs * outputs);
      DeviceBuffer biases = arena.floats(outputs);
      DeviceBuffer biasVelocity = arena.floats(outputs);
      DeviceBuffer x = arena.floats((long) rows * inputs);
      DeviceBuffer delta = arena.floats((long) rows * outputs);
      DeviceBuffer state = arena.reserve(DataType.LONG, StateLayout.WORDS);
      arena.freeze();
      float[][] w = new float[replicas][];
      float[][] v = new float[replicas][];
      float[][] b = new float[replicas][];
      float[][] bv = new float[replicas][];
      float[][] in = new float[replicas][];
      float[][] d = new float[replicas][];
      for (int r = 0; r < replicas; r++) {
        w[r] = random(weights, r, 1);
        v[r] = random(velocity, r, 2);
        b[r] = random(biases, r, 5);
        bv[r] = random(biasVelocity, r, 6);
        in[r] = random(x, r, 3);
        d[r] = random(delta, r, 4);
        long[] words = new long[StateLayout.WORDS];
        words[StateLayout.FACTORS] = factors(rate(r), momentum(r));
        words[StateLayout.UPDATE_SQUARE] = Double.doubleToRawLongBits(1);
        Buffers.write(state, r, words);
      }
      assertTrue(
          device
              .kernels()
              .weightStep(weights, velocity, biases, biasVelocity, x, delta, shape, state));
      for (int r = 0; r < replicas; r++) {
        float[] moved = new float[inputs * outputs];
        float[] stepped = new float[inputs * outputs];
        Buffers.read(velocity, r, moved);
        Buffers.read(weights, r, stepped);
        double square = 1;
        for (int i = 0; i < moved.length; i++) {
          double sum = 0;
          double magnitude = java.lang.Math.abs(momentum(r) * v[r][i]);
          for (int row = 0; row < rows; row++) {
            double term =
                rounded(in[r][row * inputs + i / outputs], math)
                    * rounded(d[r][row * outputs + i % outputs], math);
            sum += term;
            magnitude += java.lang.Math.abs(rate(r) * term);
          }
          double expected = momentum(r) * v[r][i] + rate(r) * sum;
          double bound = (rows + MORE_ROUNDINGS) * Numbers.ROUNDING * magnitude;
          assertClose(expected, moved[i], bound, shape + ", velocity " + i);
          assertEquals(w[r][i] + moved[i], stepped[i], "weight " + i);
          square += (double) moved[i] * moved[i];
        }
        float[] shifted = new float[outputs];
        Buffers.read(biases, r, shifted);
        for (int j = 0; j < outputs; j++) {
          assertEquals(b[r][j] + bv[r][j], shifted[j], "bias " + j);
          square += (double) bv[r][j] * bv[r][j];
        }
        long[] words = new long[StateLayout.WORDS];
        Buffers.read(state, r, words);
        double found = Double.longBitsToDouble(words[StateLayout.UPDATE_SQUARE]);
        assertClose(square, found, 1e-12 * square, "squared norm");
      }
    }
  }

  private static float rate(int replica) {
    return -0.1f * (replica + 1);
  }

  private static float momentum(int replica) {
    return 0.5f + 0.1f * replica;
  }

  private static long factors(float rate, float momentum) {
    return Integer.toUnsignedLong(Float.floatToRawIntBits(rate))
        | (long) Float.floatToRawIntBits(momentum) << 32;
  }

  @Test
  void withoutMomentumTheVelocityIsNotRead() {
    try (Device device = Device.open("cuda", options(Math.FP32), notice -> {});
        DeviceArena arena = device.arena(1)) {
      DeviceBuffer weights = arena.floats(1);
      DeviceBuffer velocity = arena.floats(1);
      DeviceBuffer biases = arena.floats(1);
      DeviceBuffer moves = arena.floats(1);
      DeviceBuffer x = arena.floats(1);
      DeviceBuffer delta = arena.floats(1);
      DeviceBuffer state = arena.reserve(DataType.LONG, StateLayout.WORDS);
      arena.freeze();
      Buffers.write(weights, 0, new float[] {1});
      Buffers.write(velocity, 0, new float[] {Float.NaN});
      Buffers.write(x, 0, new float[] {3});
      Buffers.write(delta, 0, new float[] {5});
      long[] words = new long[StateLayout.WORDS];
      words[StateLayout.FACTORS] = factors(-1, 0);
      Buffers.write(state, 0, words);
      DenseShape shape = new DenseShape(1, 1, 1);
      device.kernels().weightStep(weights, velocity, biases, moves, x, delta, shape, state);
      float[] found = new float[1];
      Buffers.read(weights, 0, found);
      assertEquals(-14, found[0]);
    }
  }

  @Test
  void kernelsOfLibrariesHaveNone() {
    DeviceOptions library = DeviceOptions.DEFAULT.withKernels(KernelSet.LIBRARY);
    assertThrows(IllegalArgumentException.class, () -> library.withUpdates(Updates.FUSED));
  }
}
