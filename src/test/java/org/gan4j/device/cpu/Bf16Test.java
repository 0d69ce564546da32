package org.gan4j.device.cpu;

import static org.gan4j.device.Numbers.ROUNDING;
import static org.gan4j.device.Numbers.assertClose;
import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.gan4j.device.Buffers;
import org.gan4j.device.DenseShape;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Epilogue;
import org.gan4j.device.Numbers;
import org.gan4j.device.Rig;
import org.gan4j.device.StateLayout;
import org.gan4j.device.States;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of factors in bf16, where the processor has them. */
@EnabledIf("org.gan4j.device.cpu.CpuDevice#hasBf16")
final class Bf16Test {
  /** Rows, columns, inner. */
  private static final int[][] SHAPES = {
    {1, 1, 1}, {3, 31, 33}, {33, 1, 65}, {1, 64, 63}, {31, 65, 3}, {65, 33, 1}, {20, 60, 1200}
  };

  private static Device device;

  @BeforeAll
  static void open() {
    device =
        Device.open(
            "cpu", DeviceOptions.DEFAULT.withCpuMath(DeviceOptions.CpuMath.BF16), notice -> {});
  }

  @AfterAll
  static void close() {
    device.close();
  }

  /** By decimal arithmetic on the spacing of bf16, not by bits. */
  private static float rounded(float value) {
    if (value == 0 || Float.isNaN(value) || Float.isInfinite(value)) {
      return value;
    }
    int exponent = Math.max(Math.getExponent(value), Float.MIN_EXPONENT);
    double spacing = Math.scalb(1.0, exponent - 7);
    return (float) (Math.rint(value / spacing) * spacing);
  }

  private static float[] rounded(float[] values) {
    float[] all = new float[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = rounded(values[i]);
    }
    return all;
  }

  /** A product with 1 alone is the rounded factor itself. */
  @Test
  void factorsAreRoundedToTheNearest() {
    float[] edges = {
      0,
      -0f,
      1,
      1 + 0x1p-8f,
      1 + 0x1.8p-7f,
      1 + 0x1.000002p-8f,
      -1 - 0x1.8p-7f,
      Float.MAX_VALUE,
      0x1.fep127f,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      Float.intBitsToFloat(0x7F800001),
      Float.intBitsToFloat(0xFFFFFFFF)
    };
    float[] values = Arrays.copyOf(edges, 20_001);
    Random random = new Random(3);
    for (int i = edges.length; i < values.length; i++) {
      float any = Float.intBitsToFloat(random.nextInt());
      // oneDNN may flush what is smaller than the smallest normal number.
      values[i] = Math.abs(any) < Float.MIN_NORMAL ? random.nextFloat() : any;
    }
    try (Rig rig = new Rig(device, 1)) {
      DeviceBuffer out = rig.floats(values.length);
      DeviceBuffer a = rig.floats(values.length);
      DeviceBuffer one = rig.floats(1);
      rig.freeze().write(a, values);
      rig.write(one, 1);
      device.kernels().productTransposed(out, a, one, values.length, 1, 1);
      float[] found = rig.floats(out, 0);
      for (int i = 0; i < values.length; i++) {
        assertEquals(rounded(values[i]) + 0f, found[i] + 0f, Float.toHexString(values[i]));
      }
    }
  }

  private static double[] sums(
      float[] a, int aStep, int aAt, float[] b, int bStep, int bAt, int n) {
    double value = 0;
    double magnitude = 0;
    for (int i = 0; i < n; i++) {
      double term = (double) rounded(a[aAt + i * aStep]) * rounded(b[bAt + i * bStep]);
      value += term;
      magnitude += Math.abs(term);
    }
    return new double[] {value, (n + 4) * ROUNDING * magnitude};
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void productsAreThoseOfRoundedFactors(int replicas) {
    for (int[] shape : SHAPES) {
      int rows = shape[0];
      int columns = shape[1];
      int inner = shape[2];
      try (Rig rig = new Rig(device, replicas)) {
        DeviceBuffer out = rig.floats((long) rows * columns);
        DeviceBuffer turned = rig.floats((long) rows * columns);
        DeviceBuffer a = rig.floats((long) rows * inner);
        DeviceBuffer b = rig.floats((long) inner * columns);
        DeviceBuffer c = rig.floats((long) columns * inner);
        DeviceBuffer bias = rig.floats(columns);
        rig.freeze();
        float[][] x = rig.randoms(a, 1, 1);
        float[][] y = rig.randoms(b, 2, 1);
        float[][] z = rig.randoms(c, 3, 1);
        float[][] w = rig.randoms(bias, 4, 1);
        rig.run(
            () -> {
              rig.kernels().affine(out, a, b, bias, Epilogue.RELU, rows, columns, inner);
              rig.kernels().productTransposed(turned, a, c, rows, columns, inner);
            },
            out,
            turned);
        for (int r = 0; r < replicas; r++) {
          for (int i = 0; i < rows * columns; i++) {
            int column = i % columns;
            int row = i / columns * inner;
            double[] sum = sums(x[r], 1, row, y[r], columns, column, inner);
            double expected = Math.max(0, sum[0] + w[r][column]);
            assertClose(expected, rig.floats(out, r)[i], sum[1] + ROUNDING * 4, "affine " + i);
            double[] other = sums(x[r], 1, row, z[r], 1, column * inner, inner);
            assertClose(other[0], rig.floats(turned, r)[i], other[1], "transposed " + i);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void gradientsOfWeightsToo(int replicas) {
    for (int[] shape : SHAPES) {
      int rows = shape[2];
      int inputs = shape[0];
      int outputs = shape[1];
      try (Rig rig = new Rig(device, replicas)) {
        DeviceBuffer velocity = rig.floats((long) inputs * outputs);
        DeviceBuffer in = rig.floats((long) rows * inputs);
        DeviceBuffer delta = rig.floats((long) rows * outputs);
        DeviceBuffer state = rig.state();
        rig.freeze().write(state, States.of(1, 0).factors(-0.5, 0.25));
        float[][] v = rig.randoms(velocity, 1, 1);
        float[][] x = rig.randoms(in, 2, 1);
        float[][] d = rig.randoms(delta, 3, 1);
        rig.run(
            () ->
                rig.kernels()
                    .weightGradient(
                        velocity, in, delta, new DenseShape(rows, inputs, outputs), state),
            velocity);
        for (int r = 0; r < replicas; r++) {
          float[] found = rig.floats(velocity, r);
          for (int i = 0; i < found.length; i++) {
            double[] sum = sums(x[r], inputs, i / outputs, d[r], outputs, i % outputs, rows);
            double expected = 0.25 * v[r][i] - 0.5 * sum[0];
            assertClose(expected, found[i], sum[1] + 4 * ROUNDING, "velocity " + i);
          }
        }
      }
    }
  }

  /** The same velocities as the gradient alone; weights that took them, and a copy of these. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void weightsStepWithTheirGradient(int replicas) {
    for (int[] shape : SHAPES) {
      int rows = shape[2];
      int inputs = shape[0];
      int outputs = shape[1];
      try (Rig rig = new Rig(device, replicas)) {
        long size = (long) inputs * outputs;
        DeviceBuffer velocity = rig.floats(size);
        DeviceBuffer alone = rig.floats(size);
        DeviceBuffer weights = rig.floats(size);
        DeviceBuffer in = rig.floats((long) rows * inputs);
        DeviceBuffer delta = rig.floats((long) rows * outputs);
        DeviceBuffer state = rig.state();
        DeviceBuffer one = rig.floats(1);
        DeviceBuffer copy = rig.floats(size);
        DeviceBuffer biases = rig.floats(outputs);
        rig.freeze().write(state, States.of(1, 0).factors(-0.5, 0.25));
        rig.randoms(velocity, 1, 1);
        rig.randoms(alone, 1, 1);
        float[][] before = rig.randoms(weights, 4, 1);
        rig.randoms(in, 2, 1);
        rig.randoms(delta, 3, 1);
        rig.write(one, 1);
        rig.run(
            () ->
                rig.kernels()
                    .weightGradient(alone, in, delta, new DenseShape(rows, inputs, outputs), state),
            alone);
        rig.run(
            () ->
                rig.kernels()
                    .weightStep(
                        weights,
                        velocity,
                        biases,
                        biases,
                        in,
                        delta,
                        new DenseShape(rows, inputs, outputs),
                        state),
            weights,
            velocity,
            state);
        rig.kernels().productTransposed(copy, weights, one, (int) size, 1, 1);
        for (int r = 0; r < replicas; r++) {
          float[] step = rig.floats(velocity, r);
          assertSameBits(rig.floats(alone, r), step, "velocity");
          double square = 0;
          float[] after = before[r].clone();
          for (int i = 0; i < after.length; i++) {
            after[i] += step[i];
            square += (double) step[i] * step[i];
          }
          assertSameBits(after, rig.floats(weights, r), "weights");
          assertSameBits(rounded(after), rig.floats(copy, r), "copy");
          double found = States.read(state, r, StateLayout.UPDATE_SQUARE);
          assertEquals(square, found, 1e-5 * square);
        }
      }
    }
  }

  /** Whatever the number of threads. */
  @Test
  void threadsChangeNoBitOfGradients() {
    List<float[]> found = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3}) {
      DeviceOptions options =
          DeviceOptions.DEFAULT.withCpuMath(DeviceOptions.CpuMath.BF16).withThreads(threads);
      try (Device other = Device.open("cpu", options, notice -> {});
          Rig rig = new Rig(other, 1)) {
        DeviceBuffer velocity = rig.floats(200 * 333);
        DeviceBuffer weights = rig.floats(200 * 333);
        DeviceBuffer in = rig.floats(51 * 200);
        DeviceBuffer delta = rig.floats(51 * 333);
        DeviceBuffer biases = rig.floats(333);
        DeviceBuffer state = rig.state();
        rig.freeze().write(state, States.of(1, 0).factors(-0.5, 0.25));
        for (DeviceBuffer each : List.of(velocity, weights, in, delta)) {
          rig.randoms(each, each.length(), 1);
        }
        DenseShape shape = new DenseShape(51, 200, 333);
        rig.kernels().weightStep(weights, velocity, biases, biases, in, delta, shape, state);
        found.add(rig.floats(weights, 0));
        found.add(new float[] {(float) States.read(state, 0, StateLayout.UPDATE_SQUARE)});
      }
    }
    for (int i = 2; i < found.size(); i++) {
      assertSameBits(found.get(i % 2), found.get(i), "run " + i / 2);
    }
  }

  /** Whoever writes a factor, and whatever part of it: the next product sees it. */
  @Test
  void noCopyOutlivesItsValues() {
    Random random = new Random(8);
    int n = 24;
    try (DeviceArena arena = device.arena(1)) {
      DeviceBuffer whole = arena.floats(3 * n);
      DeviceBuffer middle = whole.view(n, n);
      DeviceBuffer identity = arena.floats(n * n);
      DeviceBuffer out = arena.floats(n);
      DeviceBuffer other = arena.floats(n);
      arena.freeze();
      float[] diagonal = new float[n * n];
      for (int i = 0; i < n; i++) {
        diagonal[i * n + i] = 1;
      }
      Buffers.write(identity, 0, diagonal);
      Buffers.write(whole, 0, new float[3 * n]);
      for (int turn = 0; turn < 300; turn++) {
        DeviceBuffer part = whole.view(n - 2 + random.nextInt(n), 1 + random.nextInt(5));
        float value = random.nextFloat();
        switch (random.nextInt(5)) {
          case 0 -> Buffers.write(part, 0, Numbers.randoms((int) part.length(), turn, 1));
          case 1 -> device.kernels().fill(part, value);
          case 2 -> device.kernels().fill(arena.all().view(0, 3 * n), value);
          case 3 -> {
            Buffers.write(other, 0, Numbers.randoms(n, turn, 1));
            device.kernels().productTransposed(middle, other, identity, 1, n, n);
          }
          default -> device.kernels().copyColumns(middle, 0, n, other, 0, n, 1, n);
        }
        device.kernels().productTransposed(out, middle, identity, 1, n, n);
        float[] values = new float[n];
        Buffers.read(middle, 0, values);
        float[] found = new float[n];
        Buffers.read(out, 0, found);
        assertSameBits(rounded(values), found, "turn " + turn);
      }
    }
  }

  @Test
  void distancesStayInSinglePrecision() {
    try (Rig rig = new Rig(device, 1)) {
      DeviceBuffer out = rig.floats(1);
      DeviceBuffer a = rig.floats(1);
      DeviceBuffer one = rig.floats(1);
      rig.freeze().write(a, 1.001f);
      rig.write(one, 1);
      rig.kernels().innerProducts(out, a, one, 1, 1, 1);
      assertEquals(1.001f, rig.floats(out, 0)[0]);
    }
  }

  @Test
  void itSaysSo() {
    assertEquals("cpu.math=bf16", device.math());
    assertTrue(device.arithmetic().contains(", bf16"), device.arithmetic());
  }
}
