package org.gan4j.device;

import static org.gan4j.device.Numbers.ROUNDING;
import static org.gan4j.device.Numbers.assertClose;
import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Maxout, activations, row scales. */
public abstract class LayerContract extends KernelsContract {
  /** Rows, units, pieces; rows on both sides of a GPU's parts. */
  private static final int[][] MAXOUTS = {
    {1, 1, 1},
    {3, 31, 2},
    {33, 3, 5},
    {2, 65, 3},
    {5, 1, 63},
    {1, 2, 254},
    {100, 240, 5},
    {512, 3, 3},
    {513, 7, 5},
    {1025, 33, 1}
  };

  /** Rows, units; likewise. */
  private static final int[][] LAYERS = {
    {1, 1}, {3, 31}, {33, 63}, {2, 64}, {31, 65}, {65, 3}, {100, 1200},
    {200, 1}, {512, 9}, {513, 33}, {1024, 3}, {1025, 5}, {4096, 1}, {4097, 1}
  };

  private static final long SEED = 99;
  private static final long STEP = 12;
  private static final int SITE = 6;

  /** Roundings of m·v − lr·Σ beside those of the sum's own terms. */
  private static final int VELOCITY_ROUNDINGS = 5;

  private record Maxout(float[] out, byte[] winner) {
    static Maxout of(float[] in, int units, int pieces, double keep, long seed) {
      boolean[] kept = RandomContract.mask(units, keep, seed, SITE, STEP);
      float[] out = new float[units];
      byte[] winner = new byte[units];
      for (int u = 0; u < units; u++) {
        int best = 0;
        for (int p = 1; p < pieces; p++) {
          best = in[u * pieces + p] > in[u * pieces + best] ? p : best;
        }
        out[u] = kept[u] ? in[u * pieces + best] * (float) (1 / keep) : 0;
        winner[u] = (byte) (kept[u] ? best : 255);
      }
      return new Maxout(out, winner);
    }
  }

  @Test
  void maxoutByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer out = rig.floats(4);
      DeviceBuffer winner = rig.reserve(DataType.BYTE, 4);
      DeviceBuffer in = rig.floats(12);
      DeviceBuffer back = rig.floats(12);
      DeviceBuffer bias = rig.floats(6);
      DeviceBuffer state = rig.state();
      rig.freeze().write(in, 1, 3, 3, -5, -2, -9, 0, 0, 0, 7, 8, 9);
      rig.write(state, States.of(0, 0).factors(-0.5, 0.5));
      Kernels kernels = rig.kernels();
      rig.run(() -> kernels.maxoutForward(out, winner, in, 2, 2, 3, 1, state, 0), out, winner);
      assertSameBits(new float[] {3, -2, 0, 9}, rig.floats(out, 0), "without dropout");
      assertArrayEquals(new byte[] {1, 1, 0, 2}, rig.bytes(winner, 0), "first of equals");
      // The words of key 0 begin 6627e8d5 e169c58d bc57ac4c 9b00dbd8: 2, 1 and 3 are above .6.
      rig.run(() -> kernels.maxoutForward(out, winner, in, 2, 2, 3, 0.625, state, 0), out, winner);
      assertSameBits(new float[] {3 * 1.6f, 0, 0, 9 * 1.6f}, rig.floats(out, 0), "dropout");
      assertArrayEquals(new byte[] {1, -1, -1, 2}, rig.bytes(winner, 0), "dropped ones");
      rig.write(out, 10, 20, 30, 40);
      rig.write(bias, 2, 2, 2, 2, 2, 2);
      rig.run(
          () -> kernels.maxoutBackward(back, bias, out, winner, null, 2, 2, 3, 0.625, state),
          back,
          bias);
      float[] slopes = {0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64};
      assertSameBits(slopes, rig.floats(back, 0), "slopes of the pieces");
      assertSameBits(new float[] {1, -7, 1, 1, 1, -31}, rig.floats(bias, 0), "bias velocity");
    }
  }

  @Test
  void maxoutForward() {
    for (int[] shape : MAXOUTS) {
      for (int replicas : REPLICAS) {
        for (double keep : new double[] {1, 0.5, 0.8}) {
          checkForward(shape[0], shape[1], shape[2], replicas, keep);
        }
      }
    }
  }

  private void checkForward(int rows, int units, int pieces, int replicas, double keep) {
    int n = rows * units;
    try (Rig rig = rig(replicas)) {
      DeviceBuffer out = rig.floats(n);
      DeviceBuffer winner = rig.reserve(DataType.BYTE, n);
      DeviceBuffer in = rig.floats((long) n * pieces);
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(SEED, STEP));
      float[][] values = rig.randoms(in, 1, 4);
      rig.run(
          () ->
              rig.kernels().maxoutForward(out, winner, in, rows, units, pieces, keep, state, SITE),
          out,
          winner);
      for (int r = 0; r < replicas; r++) {
        Maxout expected = Maxout.of(values[r], n, pieces, keep, SEED + r);
        assertSameBits(expected.out, rig.floats(out, r), "largest of " + pieces);
        assertArrayEquals(expected.winner, rig.bytes(winner, r), "winner of " + pieces);
      }
    }
  }

  @Test
  void maxoutDropsWhatDropoutDrops() {
    int n = 1000;
    try (Rig rig = rig(1)) {
      DeviceBuffer in = rig.floats(n);
      DeviceBuffer out = rig.floats(n);
      DeviceBuffer dropped = rig.floats(n);
      DeviceBuffer winner = rig.reserve(DataType.BYTE, n);
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(SEED, STEP));
      rig.randoms(in, 2, 1);
      rig.kernels().dropout(dropped, in, 0.8, state, SITE);
      rig.kernels().maxoutForward(out, winner, in, n, 1, 1, 0.8, state, SITE);
      assertSameBits(rig.floats(dropped, 0), rig.floats(out, 0), "one piece and dropout");
    }
  }

  /** Elements of a unit's pieces, and what must come out of them. */
  @Test
  void maxoutLetsInfinityAndNaNThrough() {
    float up = Float.POSITIVE_INFINITY;
    float down = Float.NEGATIVE_INFINITY;
    float[][] units = {{1, up, 2, 3, 4}, {down, down, 5, 6, 7}, {1, 2, Float.NaN, 3, 4}};
    float[] largest = {up, 7, Float.NaN};
    // Enough rows for vectors of units and for what is left of them.
    int rows = 17;
    for (int pieces : new int[] {3, 5}) {
      try (Rig rig = rig(1)) {
        DeviceBuffer in = rig.floats(3L * rows * pieces);
        DeviceBuffer out = rig.floats(3 * rows);
        DeviceBuffer winner = rig.reserve(DataType.BYTE, 3 * rows);
        DeviceBuffer state = rig.state();
        rig.freeze().write(state, States.of(SEED, STEP));
        float[] values = new float[3 * rows * pieces];
        float[] expected = new float[3 * rows];
        for (int u = 0; u < 3 * rows; u++) {
          System.arraycopy(units[u % 3], 0, values, u * pieces, pieces);
          expected[u] = u % 3 == 1 && pieces == 3 ? 5 : largest[u % 3];
        }
        rig.write(in, values);
        rig.kernels().maxoutForward(out, winner, in, rows, 3, pieces, 1, state, SITE);
        assertArrayEquals(expected, rig.floats(out, 0), pieces + " pieces");
      }
    }
  }

  @Test
  void maxoutBackward() {
    for (int[] shape : MAXOUTS) {
      for (int replicas : REPLICAS) {
        checkBackward(shape[0], shape[1], shape[2], replicas, 0.5, true, true);
        checkBackward(shape[0], shape[1], shape[2], replicas, 0.8, true, false);
        checkBackward(shape[0], shape[1], shape[2], replicas, 1, false, true);
      }
    }
  }

  private void checkBackward(
      int rows, int units, int pieces, int replicas, double keep, boolean bias, boolean scaled) {
    int n = rows * units;
    int width = units * pieces;
    try (Rig rig = rig(replicas)) {
      DeviceBuffer out = rig.floats((long) n * pieces);
      DeviceBuffer velocity = rig.floats(width);
      DeviceBuffer delta = rig.floats(n);
      DeviceBuffer winner = rig.reserve(DataType.BYTE, n);
      DeviceBuffer rowScale = rig.floats(rows);
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(SEED, STEP));
      float[][] d = rig.randoms(delta, 3, 1);
      float[][] v = rig.randoms(velocity, 4, 1);
      float[][] c = rig.randoms(rowScale, 5, 1);
      byte[][] w = new byte[replicas][];
      for (int r = 0; r < replicas; r++) {
        float[] in = Numbers.randoms(n * pieces, 6 + r, 1);
        w[r] = Maxout.of(in, n, pieces, keep, SEED + r).winner;
        Buffers.write(winner, r, w[r]);
      }
      DeviceBuffer biasOrNull = bias ? velocity : null;
      DeviceBuffer scaleOrNull = scaled ? rowScale : null;
      rig.run(
          () ->
              rig.kernels()
                  .maxoutBackward(
                      out,
                      biasOrNull,
                      delta,
                      winner,
                      scaleOrNull,
                      rows,
                      units,
                      pieces,
                      keep,
                      state),
          out,
          bias ? velocity : out);
      for (int r = 0; r < replicas; r++) {
        float[] expected = new float[n * pieces];
        for (int i = 0; i < n; i++) {
          if (w[r][i] != -1) {
            int piece = Byte.toUnsignedInt(w[r][i]);
            expected[i * pieces + piece] = d[r][i] * (float) (1 / keep);
          }
        }
        assertSameBits(expected, rig.floats(out, r), "slopes");
        if (bias) {
          float[] ones = new float[rows];
          Arrays.fill(ones, 1);
          assertVelocity(v[r], expected, scaled ? c[r] : ones, rig.floats(velocity, r));
        }
      }
    }
  }

  /** m·v − lr·Σ over the rows, in double. */
  private static void assertVelocity(
      float[] before, float[] delta, float[] rowScale, float[] found) {
    States factors = States.of(0, 0);
    for (int j = 0; j < before.length; j++) {
      double sum = 0;
      double magnitude = 0;
      for (int row = 0; row < rowScale.length; row++) {
        double term = (double) rowScale[row] * delta[row * before.length + j];
        sum += term;
        magnitude += Math.abs(term);
      }
      double expected = factors.momentum() * before[j] + factors.minusRate() * sum;
      double bound = Math.abs(factors.momentum() * before[j]) + magnitude;
      double tolerance = (rowScale.length + VELOCITY_ROUNDINGS) * ROUNDING * bound;
      assertClose(expected, found[j], tolerance, "bias velocity " + j);
    }
  }

  @Test
  void activationBackwardByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer delta = rig.floats(4);
      DeviceBuffer velocity = rig.floats(2);
      DeviceBuffer y = rig.floats(4);
      DeviceBuffer rowScale = rig.floats(2);
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(0, 0).factors(-0.5, 0.25));
      rig.write(y, 0.5f, 0, 0.25f, 1);
      rig.write(rowScale, 2, -1);
      float[][] expected = {{8, 8, 16, 16}, {8, 0, 16, 16}, {2, 0, 3, 0}};
      float[][] velocities = {{1, 1}, {1, 9}, {0.5f, 1}};
      for (Epilogue activation : List.of(Epilogue.NONE, Epilogue.RELU, Epilogue.SIGMOID)) {
        rig.write(delta, 8, 8, 16, 16);
        rig.write(velocity, 4, 4);
        rig.run(
            () ->
                rig.kernels()
                    .activationBackward(delta, velocity, y, rowScale, 2, 2, activation, state),
            delta,
            velocity);
        int at = activation.ordinal();
        assertSameBits(expected[at], rig.floats(delta, 0), activation + "'s slopes");
        assertSameBits(velocities[at], rig.floats(velocity, 0), activation + "'s velocity");
      }
    }
  }

  /** Where 1 − y² would have lost most of its digits. */
  @Test
  void theSlopeOfTanhFromItsValue() {
    float[] y = {0, -0.0f, 1e-20f, -0.5f, 0.999f, -0.9999999f, 1, -1};
    float[] found = slopes(Epilogue.TANH, y);
    for (int i = 0; i < y.length; i++) {
      double expected = 2 * (1 - (double) y[i] * y[i]);
      assertClose(expected, found[i], 2e-7 * expected, "at " + y[i]);
    }
  }

  /** From ln(1 + e^x) back to 1 / (1 + e^−x), where that is tiny too. */
  @Test
  void theSlopeOfSoftplusFromItsValue() {
    float[] y = {0, 1e-30f, 1e-6f, 0.01f, 0.4999f, 0.5f, 0.7f, 3, 17, 1e3f, 1e30f};
    float[] found = slopes(Epilogue.SOFTPLUS, y);
    for (int i = 0; i < y.length; i++) {
      double expected = -2 * Math.expm1(-(double) y[i]);
      assertClose(expected, found[i], 5e-7 * expected, "at " + y[i]);
    }
  }

  /** Twice the slopes, from values. */
  private float[] slopes(Epilogue activation, float[] y) {
    float[] twos = new float[y.length];
    Arrays.fill(twos, 2);
    try (Rig rig = rig(1)) {
      DeviceBuffer delta = rig.floats(y.length);
      DeviceBuffer values = rig.floats(y.length);
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(0, 0));
      rig.write(values, y);
      rig.write(delta, twos);
      rig.run(
          () ->
              rig.kernels()
                  .activationBackward(delta, null, values, null, 1, y.length, activation, state),
          delta);
      return rig.floats(delta, 0);
    }
  }

  @Test
  void activationBackward() {
    for (int[] shape : LAYERS) {
      for (int replicas : REPLICAS) {
        for (Epilogue activation : Epilogue.values()) {
          checkActivation(shape[0], shape[1], replicas, activation, true, true);
          checkActivation(shape[0], shape[1], replicas, activation, true, false);
          checkActivation(shape[0], shape[1], replicas, activation, false, false);
        }
      }
    }
  }

  private static double slope(Epilogue activation, double y) {
    return switch (activation) {
      case NONE -> 1;
      case RELU -> y > 0 ? 1 : 0;
      case SIGMOID -> y * (1 - y);
      case SOFTPLUS -> -Math.expm1(-y);
      case TANH -> 1 - y * y;
    };
  }

  private void checkActivation(
      int rows, int units, int replicas, Epilogue activation, boolean bias, boolean scaled) {
    try (Rig rig = rig(replicas)) {
      DeviceBuffer delta = rig.floats((long) rows * units);
      DeviceBuffer velocity = rig.floats(units);
      DeviceBuffer y = rig.floats((long) rows * units);
      DeviceBuffer rowScale = rig.floats(rows);
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(SEED, STEP));
      float[][] d = rig.randoms(delta, 7, 1);
      float[][] v = rig.randoms(velocity, 8, 1);
      float[][] a = rig.randoms(y, 9, 1);
      float[][] c = rig.randoms(rowScale, 10, 1);
      DeviceBuffer biasOrNull = bias ? velocity : null;
      DeviceBuffer scaleOrNull = scaled ? rowScale : null;
      rig.run(
          () ->
              rig.kernels()
                  .activationBackward(
                      delta, biasOrNull, y, scaleOrNull, rows, units, activation, state),
          delta,
          bias ? velocity : delta);
      for (int r = 0; r < replicas; r++) {
        float[] found = rig.floats(delta, r);
        for (int i = 0; i < found.length; i++) {
          double expected = d[r][i] * slope(activation, a[r][i]);
          double roundings =
              switch (activation) {
                case SOFTPLUS -> 9.5; // 1 − e^−y, to 5e-7, and the product with delta
                case TANH -> 4.1; // 1 − y, 1 + y, their product and that with delta
                default -> 3.1; // 1 − y, the product and that with delta
              };
          assertClose(expected, found[i], roundings * ROUNDING * Math.abs(expected), "slope " + i);
        }
        if (bias) {
          float[] ones = new float[rows];
          Arrays.fill(ones, 1);
          assertVelocity(v[r], found, scaled ? c[r] : ones, rig.floats(velocity, r));
        }
      }
    }
  }

  @Test
  void scaleRows() {
    for (int[] shape : LAYERS) {
      for (int replicas : REPLICAS) {
        int rows = shape[0];
        int width = shape[1];
        try (Rig rig = rig(replicas)) {
          DeviceBuffer out = rig.floats((long) rows * width);
          DeviceBuffer in = rig.floats((long) rows * width);
          DeviceBuffer rowScale = rig.floats(rows);
          rig.freeze();
          float[][] x = rig.randoms(in, 11, 1);
          float[][] c = rig.randoms(rowScale, 12, 1);
          rig.run(() -> rig.kernels().scaleRows(out, in, rowScale, rows, width), out);
          rig.run(() -> rig.kernels().scaleRows(in, in, rowScale, rows, width), in);
          for (int r = 0; r < replicas; r++) {
            float[] expected = new float[rows * width];
            for (int i = 0; i < expected.length; i++) {
              expected[i] = c[r][i / width] * x[r][i];
            }
            assertSameBits(expected, rig.floats(out, r), "scaled rows");
            assertSameBits(expected, rig.floats(in, r), "rows scaled in place");
          }
        }
      }
    }
  }

  @Test
  void copyColumns() {
    // Rows, width and first column of what is written, the same of what is read, columns.
    int[][] shapes = {
      {1, 1, 0, 1, 0, 1},
      {7, 33, 31, 5, 3, 2},
      {100, 250, 0, 17, 0, 17},
      {64, 1250, 250, 1000, 0, 1000},
      {3, 9, 2, 3000, 2993, 7}
    };
    for (int[] shape : shapes) {
      for (int replicas : REPLICAS) {
        int rows = shape[0];
        int width = shape[1];
        int inWidth = shape[3];
        try (Rig rig = rig(replicas)) {
          DeviceBuffer out = rig.floats((long) rows * width);
          DeviceBuffer in = rig.floats((long) (rows + 1) * inWidth);
          rig.freeze();
          float[][] before = rig.randoms(out, 11, 1);
          float[][] x = rig.randoms(in, 12, 1);
          rig.kernels().copyColumns(out, shape[2], width, in, shape[4], inWidth, rows, shape[5]);
          for (int r = 0; r < replicas; r++) {
            float[] expected = before[r].clone();
            for (int row = 0; row < rows; row++) {
              for (int j = 0; j < shape[5]; j++) {
                expected[row * width + shape[2] + j] = x[r][row * inWidth + shape[4] + j];
              }
            }
            assertSameBits(expected, rig.floats(out, r), "copied columns");
            assertSameBits(x[r], rig.floats(in, r), "what was read");
          }
        }
      }
    }
  }

  @Test
  void fill() {
    for (int n : SIZES) {
      for (int replicas : REPLICAS) {
        try (Rig rig = rig(replicas)) {
          DeviceBuffer out = rig.floats(n);
          rig.freeze();
          rig.run(() -> rig.kernels().fill(out, 0.1), out);
          for (int r = 0; r < replicas; r++) {
            for (float value : rig.floats(out, r)) {
              assertEquals(0.1f, value);
            }
          }
        }
      }
    }
  }

  @Test
  void kernelsWorkOnPartsOfABuffer() {
    try (Rig rig = rig(3)) {
      DeviceBuffer whole = rig.floats(100);
      rig.freeze();
      rig.run(() -> rig.kernels().fill(whole, 1), whole);
      rig.run(() -> rig.kernels().fill(whole.view(3, 31).view(1, 29), 2), whole);
      for (int r = 0; r < 3; r++) {
        float[] values = rig.floats(whole, r);
        for (int i = 0; i < 100; i++) {
          assertTrue(values[i] == (i >= 4 && i < 33 ? 2 : 1), "element " + i);
        }
      }
    }
  }
}
