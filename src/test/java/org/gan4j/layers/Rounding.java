package org.gan4j.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

/** How far single precision may stray from a reference in double precision. */
public final class Rounding {
  /** The relative error of one operation: half the distance from 1 to the next float. */
  public static final double UNIT = 0x1p-24;

  /**
   * The absolute error of one N(0, 1) number, in units: its radius, at most 5.8, carries some 4
   * units of the logarithm, the root and the product, its cosine as many of polynomial and angle.
   */
  private static final double NORMAL = 48;

  /** Roundings are independent, so they add up like a random walk: standard deviations allowed. */
  private static final double DEVIATIONS = 4;

  private Rounding() {}

  /**
   * What roundings amount to on the way through a network and back, of values of size 1: one unit
   * for every term of every sum on the longest path, which a layer has over its inputs, over its
   * outputs on the way back and over the rows for its weights.
   */
  public static double chain(List<LayerSpec> layers, int inputs, int rows) {
    return DEVIATIONS * UNIT * Math.sqrt(variance(layers, inputs, rows));
  }

  private static double variance(List<LayerSpec> layers, int inputs, int rows) {
    double variance = 0;
    int width = inputs;
    for (LayerSpec layer : layers) {
      int outputs = layer.outputs(width);
      if (layer instanceof LayerSpec.GaussianNoise noise) {
        variance += Math.pow(noise.stddev() * NORMAL, 2);
      } else if (layer instanceof BatchNormalisation) {
        // It divides by deviations of a third at least in these tests, on the way and back.
        variance = 81 * variance + 2 * rows;
      } else if (layer instanceof WeightNormalised) {
        // Norms of a third at least in these tests, of columns of so many weights.
        variance += 9 * (3 * width + outputs + rows);
      } else if (layer instanceof Join join) {
        variance +=
            join.branches().stream()
                .mapToDouble(b -> variance(b.layers(), b.inputs(), rows))
                .max()
                .orElseThrow();
      } else if (layer instanceof LayerSpec.Convolution c) {
        ReferenceImages images = ReferenceImages.of(c, rows);
        variance += sums(images, images.result());
      } else if (layer instanceof LayerSpec.Deconvolution d) {
        ReferenceImages images = ReferenceImages.of(d, rows);
        variance += sums(images, images.image());
      } else {
        int pieces = layer instanceof LayerSpec.Maxout maxout ? maxout.pieces() : 1;
        variance += width + outputs * pieces + rows;
      }
      width = outputs;
    }
    return variance;
  }

  /** Forward, back, and of the filters and biases over all places. */
  private static double sums(ReferenceImages i, Planes out) {
    double window = i.kernel() * i.kernel();
    double places = Math.max(i.result().height() * i.result().width(), out.height() * out.width());
    return window * (i.image().channels() + i.result().channels()) + places * i.rows();
  }

  /** Every |actual − expected| ≤ tolerance · max(1, |expected|). */
  public static void assertClose(
      double[] expected, double[] actual, double tolerance, String what) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      double room = tolerance * Math.max(1, Math.abs(expected[i]));
      assertEquals(expected[i], actual[i], room, what + " at " + i);
    }
  }

  /** The same for parameters, or their velocities, of a network. */
  public static void assertClose(
      List<double[]> expected, List<double[]> actual, double tolerance, String what) {
    assertEquals(expected.size(), actual.size(), what);
    for (int i = 0; i < expected.size(); i++) {
      assertClose(expected.get(i), actual.get(i), tolerance, what + ", parameter " + i);
    }
  }
}
