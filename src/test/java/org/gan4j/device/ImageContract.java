package org.gan4j.device;

import static org.gan4j.device.Numbers.ROUNDING;
import static org.gan4j.device.Numbers.assertClose;
import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** Biases of channels, and maxout over channels with max pooling. */
public abstract class ImageContract extends KernelsContract {
  private static final long SEED = 99;
  private static final long STEP = 12;
  private static final int SITE = 6;

  /** Of an activation that is a function of e^x, of its value. */
  private static final double FUNCTION_ERROR = 1e-6;

  private static boolean isSmooth(Epilogue activation) {
    return switch (activation) {
      case NONE, RELU -> false;
      case SIGMOID, SOFTPLUS, TANH -> true;
    };
  }

  /** Of the sum itself, both factors, both products and their sum. */
  private static final int VELOCITY_ROUNDINGS = 6;

  /** Rows, channels, pixels. */
  private static final int[][] IMAGES = {
    {1, 1, 1}, {3, 31, 1}, {33, 3, 65}, {2, 64, 25}, {5, 1, 1089}, {31, 5, 16}, {100, 1200, 1}
  };

  private record Case(PoolShape shape, int rows) {
    static Case of(int c, int pieces, int h, int w, int window, int stride, int rows) {
      return new Case(new PoolShape(c, pieces, h, w, window, stride), rows);
    }
  }

  private static final Case[] POOLS = {
    Case.of(1, 1, 1, 1, 1, 1, 1),
    Case.of(5, 2, 3, 4, 1, 1, 3),
    Case.of(3, 1, 7, 9, 3, 2, 2),
    Case.of(2, 3, 8, 6, 3, 3, 5),
    Case.of(1, 1, 15, 31, 15, 4, 2),
    Case.of(2, 2, 5, 301, 4, 3, 1),
    Case.of(1, 254, 2, 3, 1, 1, 3),
    Case.of(7, 2, 33, 33, 4, 2, 3),
    Case.of(9, 2, 9, 9, 2, 2, 31)
  };

  /** One window at a time, one value after the other. */
  private record Pooled(float[] out, byte[] winner) {
    static Pooled of(Case c, float[] in, double keep, long seed) {
      PoolShape s = c.shape;
      float[] out = new float[c.rows * s.outputs()];
      byte[] winner = new byte[out.length];
      boolean[] kept = RandomContract.mask(out.length, keep, seed, SITE, STEP);
      for (int o = 0; o < out.length; o++) {
        int best = -1;
        for (int code = 0; code < s.window() * s.window() * s.pieces(); code++) {
          int at = position(s, o, code);
          if (at >= 0 && (best < 0 || in[at] > in[position(s, o, best)])) {
            best = code;
          }
        }
        out[o] = kept[o] ? in[position(s, o, best)] * (float) (1 / keep) : 0;
        winner[o] = (byte) (kept[o] ? best : 255);
      }
      return new Pooled(out, winner);
    }
  }

  /** Where a window's value stands in the input; −1 if beyond its edge. */
  static int position(PoolShape s, int o, int code) {
    int x = o % s.outputWidth() * s.stride() + code / s.pieces() % s.window();
    int y = o / s.outputWidth() % s.outputHeight() * s.stride() + code / (s.pieces() * s.window());
    int plane = o / (s.outputWidth() * s.outputHeight()) * s.pieces() + code % s.pieces();
    return x < s.width() && y < s.height() ? (plane * s.height() + y) * s.width() + x : -1;
  }

  /** An image of 3 x 3 in windows of 2, stride 2: four windows, the last of one value. */
  @Test
  void poolingByHand() {
    PoolShape shape = new PoolShape(1, 2, 3, 3, 2, 2);
    try (Rig rig = rig(1)) {
      DeviceBuffer out = rig.floats(4);
      DeviceBuffer winner = rig.reserve(DataType.BYTE, 4);
      DeviceBuffer in = rig.floats(18);
      DeviceBuffer state = rig.state();
      rig.freeze().write(in, 1, 2, 0, 0, 4, -1, 5, 5, -8, 0, 4, 0, 4, 3, -1, 4, 6, -7);
      rig.write(state, States.of(0, 0));
      Kernels kernels = rig.kernels();
      rig.run(() -> kernels.maxPoolForward(out, winner, in, shape, 1, 1, state, 0), out, winner);
      assertSameBits(new float[] {4, 0, 6, -7}, rig.floats(out, 0), "largest");
      // 4 stands at (0, 1) of piece 1 before (1, 0) of piece 1 and (1, 1) of piece 0.
      assertArrayEquals(new byte[] {3, 0, 3, 1}, rig.bytes(winner, 0), "first of equals");
      // The words of key 0 begin 6627e8d5 e169c58d bc57ac4c 9b00dbd8: 2, 1 and 3 are above .6.
      rig.run(
          () -> kernels.maxPoolForward(out, winner, in, shape, 1, 0.625, state, 0), out, winner);
      assertSameBits(new float[] {4 * 1.6f, 0, 0, -7 * 1.6f}, rig.floats(out, 0), "dropout");
      assertArrayEquals(new byte[] {3, -1, -1, 1}, rig.bytes(winner, 0), "dropped ones");
      rig.write(out, 10, 20, 30, 40);
      rig.run(() -> kernels.maxPoolBackward(in, out, winner, shape, 1, 0.625), in);
      float[] slopes = new float[18];
      slopes[10] = 16;
      slopes[17] = 64;
      assertSameBits(slopes, rig.floats(in, 0), "slopes");
    }
  }

  @Test
  void maxPoolForward() {
    for (Case c : POOLS) {
      for (int replicas : REPLICAS) {
        for (double keep : new double[] {1, 0.5, 0.8}) {
          checkForward(c, replicas, keep);
        }
      }
    }
  }

  private void checkForward(Case c, int replicas, double keep) {
    int n = c.rows * c.shape.outputs();
    try (Rig rig = rig(replicas)) {
      DeviceBuffer out = rig.floats(n);
      DeviceBuffer winner = rig.reserve(DataType.BYTE, n);
      DeviceBuffer in = rig.floats((long) c.rows * c.shape.inputs());
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(SEED, STEP));
      float[][] x = rig.randoms(in, 1, 4);
      for (int r = 0; r < replicas; r++) {
        // Few values, so that many are equal.
        for (int i = 0; i < x[r].length; i++) {
          x[r][i] = Math.round(x[r][i]);
        }
        Buffers.write(in, r, x[r]);
      }
      rig.run(
          () -> rig.kernels().maxPoolForward(out, winner, in, c.shape, c.rows, keep, state, SITE),
          out,
          winner);
      for (int r = 0; r < replicas; r++) {
        Pooled expected = Pooled.of(c, x[r], keep, SEED + r);
        assertArrayEquals(expected.out, rig.floats(out, r), c + ", largest");
        assertArrayEquals(expected.winner, rig.bytes(winner, r), c + ", winner");
      }
    }
  }

  /** Each NaN must reach exactly the windows that it lies in. */
  @Test
  void poolingLetsNaNThrough() {
    Case c = Case.of(2, 2, 5, 6, 3, 2, 1);
    try (Rig rig = rig(1)) {
      DeviceBuffer out = rig.floats(c.shape.outputs());
      DeviceBuffer winner = rig.reserve(DataType.BYTE, c.shape.outputs());
      DeviceBuffer in = rig.floats(c.shape.inputs());
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(SEED, STEP));
      for (int nan = 0; nan < c.shape.inputs(); nan++) {
        float[] x = rig.randoms(in, 2, 1)[0];
        float[] expected = Pooled.of(c, x, 1, SEED).out;
        x[nan] = Float.NaN;
        rig.write(in, x);
        for (int o = 0; o < expected.length; o++) {
          for (int code = 0; code < 18; code++) {
            expected[o] = position(c.shape, o, code) == nan ? Float.NaN : expected[o];
          }
        }
        rig.kernels().maxPoolForward(out, winner, in, c.shape, 1, 1, state, SITE);
        float[] found = rig.floats(out, 0);
        for (int o = 0; o < expected.length; o++) {
          // The largest of what is left may be another value only where the NaN went.
          assertArrayEquals(new float[] {expected[o]}, new float[] {found[o]}, "NaN at " + nan);
        }
      }
    }
  }

  @Test
  void maxPoolBackward() {
    for (Case c : POOLS) {
      for (int replicas : REPLICAS) {
        checkBackward(c, replicas, 0.5);
        checkBackward(c, replicas, 1);
      }
    }
  }

  private void checkBackward(Case c, int replicas, double keep) {
    int n = c.rows * c.shape.outputs();
    try (Rig rig = rig(replicas)) {
      DeviceBuffer out = rig.floats((long) c.rows * c.shape.inputs());
      DeviceBuffer delta = rig.floats(n);
      DeviceBuffer winner = rig.reserve(DataType.BYTE, n);
      rig.freeze();
      float[][] d = rig.randoms(delta, 3, 1);
      byte[][] w = new byte[replicas][];
      for (int r = 0; r < replicas; r++) {
        float[] in = Numbers.randoms(c.rows * c.shape.inputs(), 4 + r, 1);
        w[r] = Pooled.of(c, in, keep, SEED + r).winner;
        Buffers.write(winner, r, w[r]);
      }
      rig.run(() -> rig.kernels().maxPoolBackward(out, delta, winner, c.shape, c.rows, keep), out);
      for (int r = 0; r < replicas; r++) {
        float[] expected = new float[c.rows * c.shape.inputs()];
        for (int o = 0; o < n; o++) {
          if (w[r][o] != -1) {
            int at = position(c.shape, o, Byte.toUnsignedInt(w[r][o]));
            expected[at] += d[r][o] * (float) (1 / keep);
          }
        }
        assertSameBits(expected, rig.floats(out, r), c + ", slopes");
      }
    }
  }

  @Test
  void biasActivation() {
    for (int[] image : IMAGES) {
      for (int replicas : REPLICAS) {
        for (Epilogue activation : Epilogue.values()) {
          checkActivation(image[0], image[1], image[2], replicas, activation);
        }
      }
    }
  }

  private void checkActivation(
      int rows, int channels, int pixels, int replicas, Epilogue activation) {
    long n = (long) rows * channels * pixels;
    try (Rig rig = rig(replicas)) {
      DeviceBuffer out = rig.floats(n);
      DeviceBuffer in = rig.floats(n);
      DeviceBuffer bias = rig.floats(channels);
      rig.freeze();
      float[][] x = rig.randoms(in, 5, 3);
      float[][] b = rig.randoms(bias, 6, 1);
      Kernels kernels = rig.kernels();
      rig.run(() -> kernels.biasActivation(out, in, bias, activation, rows, channels, pixels), out);
      rig.run(() -> kernels.biasActivation(in, in, bias, activation, rows, channels, pixels), in);
      for (int r = 0; r < replicas; r++) {
        float[] found = rig.floats(out, r);
        assertSameBits(found, rig.floats(in, r), "in place");
        for (int i = 0; i < n; i++) {
          float sum = x[r][i] + b[r][i / pixels % channels];
          double expected =
              switch (activation) {
                case NONE -> sum;
                case RELU -> Math.max(sum, 0);
                case SIGMOID -> 1 / (1 + Math.exp(-sum));
                case SOFTPLUS -> Math.log1p(Math.exp(sum));
                case TANH -> Math.tanh(sum);
              };
          double tolerance = isSmooth(activation) ? FUNCTION_ERROR * Math.abs(expected) : 0;
          assertClose(expected, found[i], tolerance, activation + ", element " + i);
        }
      }
    }
  }

  @Test
  void activationsOfExtremes() {
    float up = Float.POSITIVE_INFINITY;
    float[] x = {-up, -1e30f, -1000, 1000, 1e30f, up, Float.NaN};
    float[] positive = {0, 0, 0, 1000, 1e30f, up, Float.NaN};
    float[] signs = {-1, -1, -1, 1, 1, 1, Float.NaN};
    float[][] expected = {x, positive, {0, 0, 0, 1, 1, 1, Float.NaN}, positive, signs};
    try (Rig rig = rig(1)) {
      DeviceBuffer out = rig.floats(7);
      DeviceBuffer in = rig.floats(7);
      DeviceBuffer bias = rig.floats(1);
      rig.freeze().write(in, x);
      rig.write(bias, 0);
      for (Epilogue activation : Epilogue.values()) {
        rig.kernels().biasActivation(out, in, bias, activation, 1, 1, 7);
        float[] found = rig.floats(out, 0);
        assertArrayEquals(expected[activation.ordinal()], found, 1e-37f, activation.toString());
      }
    }
  }

  @Test
  void biasGradient() {
    for (int[] image : IMAGES) {
      for (int replicas : REPLICAS) {
        checkGradient(image[0], image[1], image[2], replicas);
      }
    }
  }

  private void checkGradient(int rows, int channels, int pixels, int replicas) {
    try (Rig rig = rig(replicas)) {
      DeviceBuffer velocity = rig.floats(channels);
      DeviceBuffer delta = rig.floats((long) rows * channels * pixels);
      DeviceBuffer state = rig.state();
      rig.freeze();
      float[][] v = rig.randoms(velocity, 7, 1);
      float[][] d = rig.randoms(delta, 8, 1);
      for (int r = 0; r < replicas; r++) {
        States own = States.of(1, 1).factors(-0.1 * (r + 1), 0.5 + 0.1 * r);
        Buffers.write(state, r, own.words());
      }
      rig.run(
          () -> rig.kernels().biasGradient(velocity, delta, rows, channels, pixels, state),
          velocity);
      for (int r = 0; r < replicas; r++) {
        double[] sums = new double[channels];
        double[] bounds = new double[channels];
        for (int i = 0; i < d[r].length; i++) {
          sums[i / pixels % channels] += d[r][i];
          bounds[i / pixels % channels] += Math.abs(d[r][i]);
        }
        float[] found = rig.floats(velocity, r);
        for (int c = 0; c < channels; c++) {
          double kept = (float) (0.5 + 0.1 * r) * (double) v[r][c];
          double rate = (float) (-0.1 * (r + 1));
          double bound = Math.abs(kept) - rate * bounds[c];
          double tolerance = VELOCITY_ROUNDINGS * ROUNDING * bound;
          assertClose(kept + rate * sums[c], found[c], tolerance, "channel " + c);
        }
      }
    }
  }
}
