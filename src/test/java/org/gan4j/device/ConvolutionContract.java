package org.gan4j.device;

import static org.gan4j.device.Numbers.ROUNDING;
import static org.gan4j.device.Numbers.assertClose;
import static org.gan4j.device.Numbers.assertSameBits;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Convolutions, their adjoints, and the gradients of their filters. */
public abstract class ConvolutionContract extends KernelsContract {
  private record Case(ConvolutionShape shape, int rows) {
    static Case of(int c, int h, int w, int f, int kernel, int stride, int padding, int rows) {
      return new Case(new ConvolutionShape(c, h, w, f, kernel, stride, padding), rows);
    }
  }

  private static final Case[] CASES = {
    Case.of(1, 1, 1, 1, 1, 1, 0, 1),
    Case.of(1, 3, 5, 2, 3, 1, 1, 3),
    Case.of(3, 7, 9, 5, 4, 2, 3, 2),
    // The filters never reach the last rows and columns.
    Case.of(2, 11, 12, 3, 3, 4, 0, 5),
    Case.of(1, 5, 5, 3, 1, 3, 0, 2),
    Case.of(17, 5, 4, 33, 2, 1, 1, 3),
    Case.of(64, 3, 1, 31, 1, 1, 0, 33),
    Case.of(5, 6, 6, 7, 5, 3, 2, 31),
    Case.of(3, 12, 11, 17, 8, 1, 4, 2),
    Case.of(3, 32, 32, 80, 5, 3, 0, 2)
  };

  /** Roundings beside those of a sum: the bias, or the velocity's two factors. */
  private static final int MORE_ROUNDINGS = 5;

  /** Sums in double precision, and what their magnitudes are bounded by. */
  private static final class Sums {
    final double[] values;
    final double[] bounds;

    Sums(int n) {
      values = new double[n];
      bounds = new double[n];
    }

    void add(int at, double term) {
      values[at] += term;
      bounds[at] += Math.abs(term);
    }

    void assertClose(float[] found, int terms, String what) {
      for (int i = 0; i < values.length; i++) {
        double tolerance = (terms + MORE_ROUNDINGS) * ROUNDING * bounds[i];
        Numbers.assertClose(values[i], found[i], tolerance, what + ", element " + i);
      }
    }
  }

  private interface Term {
    /** Positions in the image that enters, the filters and the image that leaves. */
    void at(int in, int filter, int out);
  }

  /** Every product of a convolution once, from its definition. */
  private static void terms(Case c, Term term) {
    ConvolutionShape s = c.shape;
    int k = s.kernel();
    for (int out = 0; out < c.rows * s.outputs(); out++) {
      int x = out % s.outputWidth();
      int y = out / s.outputWidth() % s.outputHeight();
      int f = out / (s.outputWidth() * s.outputHeight()) % s.filters();
      int row = out / s.outputs();
      for (int weight = 0; weight < s.filterSize(); weight++) {
        int u = x * s.stride() + weight % k - s.padding();
        int v = y * s.stride() + weight / k % k - s.padding();
        int channel = weight / (k * k);
        if (u >= 0 && u < s.width() && v >= 0 && v < s.height()) {
          int in = ((row * s.channels() + channel) * s.height() + v) * s.width() + u;
          term.at(in, f * s.filterSize() + weight, out);
        }
      }
    }
  }

  @Test
  void convolutionByHand() {
    ConvolutionShape shape = new ConvolutionShape(1, 2, 3, 1, 2, 1, 1);
    try (Rig rig = rig(1)) {
      DeviceBuffer in = rig.floats(6);
      DeviceBuffer filters = rig.floats(4);
      DeviceBuffer bias = rig.floats(1);
      DeviceBuffer out = rig.floats(12);
      DeviceBuffer state = rig.state();
      rig.freeze().write(in, 1, 2, 3, 4, 5, 6);
      rig.write(filters, 1, 10, 100, 1000);
      rig.write(bias, 0.5f);
      rig.write(state, States.of(1, 1).factors(-0.5, 0.25));
      Kernels kernels = rig.kernels();
      rig.run(() -> kernels.convolve(out, in, filters, bias, shape, 1), out);
      float[] sums = {1000, 2100, 3200, 300, 4010, 5421, 6532, 603, 40, 54, 65, 6};
      for (int i = 0; i < sums.length; i++) {
        sums[i] += 0.5f;
      }
      assertSameBits(sums, rig.floats(out, 0), "convolution");
      rig.write(out, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0);
      rig.run(() -> kernels.convolveTransposed(in, out, filters, shape, 1), in);
      assertSameBits(new float[] {1002, 20, 0, 200, 2000, 0}, rig.floats(in, 0), "its adjoint");
      rig.write(in, 1, 2, 3, 4, 5, 6);
      rig.write(filters, 8, 8, 8, 8);
      rig.run(() -> kernels.filterGradient(filters, in, out, shape, 1, state), filters);
      // Gradients 2·1, 2·2, 2·4 and 2·5 + 1·1.
      assertSameBits(new float[] {1, 0, -2, -3.5f}, rig.floats(filters, 0), "velocity");
    }
  }

  @Test
  void convolve() {
    for (Case c : CASES) {
      for (int replicas : REPLICAS) {
        checkConvolve(c, replicas, true);
        checkConvolve(c, replicas, false);
      }
    }
  }

  private void checkConvolve(Case c, int replicas, boolean biased) {
    ConvolutionShape s = c.shape;
    try (Rig rig = rig(replicas)) {
      DeviceBuffer in = rig.floats((long) c.rows * s.inputs());
      DeviceBuffer out = rig.floats((long) c.rows * s.outputs());
      DeviceBuffer filters = rig.floats((long) s.filters() * s.filterSize());
      DeviceBuffer bias = rig.floats(s.filters());
      rig.freeze();
      float[][] x = rig.randoms(in, 1, 1);
      float[][] w = rig.randoms(filters, 2, 1);
      float[][] b = rig.randoms(bias, 3, 1);
      DeviceBuffer biasOrNull = biased ? bias : null;
      // Twice: the second run takes the plan that the first one prepared.
      for (int run = 0; run < 2; run++) {
        rig.run(() -> rig.kernels().convolve(out, in, filters, biasOrNull, s, c.rows), out);
      }
      for (int r = 0; r < replicas; r++) {
        float[] xs = x[r];
        float[] ws = w[r];
        Sums expected = new Sums(c.rows * s.outputs());
        terms(c, (i, f, o) -> expected.add(o, (double) xs[i] * ws[f]));
        for (int o = 0; biased && o < expected.values.length; o++) {
          expected.add(o, b[r][o % s.outputs() / (s.outputHeight() * s.outputWidth())]);
        }
        expected.assertClose(rig.floats(out, r), s.filterSize(), c + ", R = " + replicas);
      }
    }
  }

  @Test
  void convolveTransposed() {
    for (Case c : CASES) {
      for (int replicas : REPLICAS) {
        checkTransposed(c, replicas);
      }
    }
  }

  private void checkTransposed(Case c, int replicas) {
    ConvolutionShape s = c.shape;
    try (Rig rig = rig(replicas)) {
      DeviceBuffer out = rig.floats((long) c.rows * s.inputs());
      DeviceBuffer in = rig.floats((long) c.rows * s.outputs());
      DeviceBuffer filters = rig.floats((long) s.filters() * s.filterSize());
      rig.freeze();
      float[][] y = rig.randoms(in, 4, 1);
      float[][] w = rig.randoms(filters, 5, 1);
      rig.run(() -> rig.kernels().convolveTransposed(out, in, filters, s, c.rows), out);
      for (int r = 0; r < replicas; r++) {
        float[] ys = y[r];
        float[] ws = w[r];
        Sums expected = new Sums(c.rows * s.inputs());
        terms(c, (i, f, o) -> expected.add(i, (double) ys[o] * ws[f]));
        int terms = s.filters() * s.kernel() * s.kernel();
        expected.assertClose(rig.floats(out, r), terms, c + ", R = " + replicas);
      }
    }
  }

  /** ⟨convolution of x, y⟩ = ⟨x, transposed convolution of y⟩. */
  @Test
  void transposedIsTheAdjoint() {
    for (Case c : CASES) {
      ConvolutionShape s = c.shape;
      try (Rig rig = rig(1)) {
        DeviceBuffer in = rig.floats((long) c.rows * s.inputs());
        DeviceBuffer there = rig.floats((long) c.rows * s.outputs());
        DeviceBuffer out = rig.floats((long) c.rows * s.outputs());
        DeviceBuffer back = rig.floats((long) c.rows * s.inputs());
        DeviceBuffer filters = rig.floats((long) s.filters() * s.filterSize());
        rig.freeze();
        float[] x = rig.randoms(in, 6, 1)[0];
        float[] y = rig.randoms(out, 7, 1)[0];
        float[] w = rig.randoms(filters, 8, 1)[0];
        rig.kernels().convolve(there, in, filters, null, s, c.rows);
        rig.kernels().convolveTransposed(back, out, filters, s, c.rows);
        double[] bound = new double[1];
        terms(c, (i, f, o) -> bound[0] += Math.abs((double) x[i] * w[f] * y[o]));
        int terms = s.kernel() * s.kernel() * (s.channels() + s.filters());
        assertClose(
            inner(rig.floats(there, 0), y),
            inner(x, rig.floats(back, 0)),
            terms * ROUNDING * bound[0],
            c.toString());
      }
    }
  }

  private static double inner(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void filterGradient() {
    for (Case c : CASES) {
      for (int replicas : REPLICAS) {
        checkFilterGradient(c, replicas);
      }
    }
  }

  /** Every replica has factors of its own. */
  private void checkFilterGradient(Case c, int replicas) {
    ConvolutionShape s = c.shape;
    try (Rig rig = rig(replicas)) {
      DeviceBuffer velocity = rig.floats((long) s.filters() * s.filterSize());
      DeviceBuffer in = rig.floats((long) c.rows * s.inputs());
      DeviceBuffer delta = rig.floats((long) c.rows * s.outputs());
      DeviceBuffer state = rig.state();
      rig.freeze();
      float[][] v = rig.randoms(velocity, 9, 1);
      float[][] x = rig.randoms(in, 10, 1);
      float[][] d = rig.randoms(delta, 11, 1);
      for (int r = 0; r < replicas; r++) {
        States own = States.of(1, 1).factors(-0.1 * (r + 1), 0.5 + 0.1 * r);
        Buffers.write(state, r, own.words());
      }
      rig.run(() -> rig.kernels().filterGradient(velocity, in, delta, s, c.rows, state), velocity);
      for (int r = 0; r < replicas; r++) {
        double rate = (float) (-0.1 * (r + 1));
        double momentum = (float) (0.5 + 0.1 * r);
        float[] xs = x[r];
        float[] ds = d[r];
        Sums expected = new Sums(v[r].length);
        terms(c, (i, f, o) -> expected.add(f, rate * xs[i] * ds[o]));
        for (int f = 0; f < v[r].length; f++) {
          expected.add(f, momentum * v[r][f]);
        }
        int terms = c.rows * s.outputHeight() * s.outputWidth();
        expected.assertClose(rig.floats(velocity, r), terms, c + ", R = " + replicas);
      }
    }
  }

  /** The plans of several shapes share memory; none may leave anything there that another reads. */
  @Test
  void twiceTheSameBits() {
    ConvolutionShape small = new ConvolutionShape(3, 6, 5, 17, 3, 1, 2);
    ConvolutionShape large = new ConvolutionShape(5, 32, 31, 33, 5, 2, 1);
    float[] first = null;
    float[] gradient = null;
    try (Rig rig = rig(1)) {
      DeviceBuffer in = rig.floats(8L * large.inputs());
      DeviceBuffer out = rig.floats(8L * large.outputs());
      DeviceBuffer filters = rig.floats((long) large.filters() * large.filterSize());
      DeviceBuffer velocity = rig.floats((long) large.filters() * large.filterSize());
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(1, 1));
      for (int run = 0; run < 3; run++) {
        rig.randoms(in, 12, 1);
        rig.randoms(filters, 13, 1);
        rig.randoms(velocity, 14, 1);
        rig.kernels().convolve(out, in, filters, null, small, 8);
        rig.kernels().filterGradient(velocity, in, out, small, 8, state);
        float[] found = Arrays.copyOf(rig.floats(out, 0), 8 * small.outputs());
        first = first == null ? found : first;
        gradient = gradient == null ? rig.floats(velocity, 0) : gradient;
        assertSameBits(first, found, "convolution, run " + run);
        assertSameBits(gradient, rig.floats(velocity, 0), "filters, run " + run);
        rig.kernels().convolve(out, in, filters, null, large, 8);
        rig.kernels().filterGradient(velocity, in, out, large, 8, state);
        rig.kernels().convolveTransposed(in, out, filters, large, 8);
      }
    }
  }
}
