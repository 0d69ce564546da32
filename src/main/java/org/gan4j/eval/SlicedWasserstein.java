package org.gan4j.eval;

import java.util.Arrays;
import org.gan4j.device.Philox;
import org.gan4j.layers.RandomStreams;

/**
 * The sliced Wasserstein-2 distance (Rabin et al., 2011; Bonneel et al., 2015): the root of the
 * mean, over directions, of the squared distance of the two samples' projections, which on a line
 * is that of their quantiles. The directions are always the same, so that two generators' values
 * compare.
 */
final class SlicedWasserstein {
  static final int DIRECTIONS = 128;

  private SlicedWasserstein() {}

  /**
   * The distance.
   *
   * @param a [at least 1][width], finite; not modified
   * @param b [at least 1][width], finite; not modified
   * @param width values of a point, ≥ 1
   * @return ≥ 0, in units of the points
   */
  static double distance(float[] a, float[] b, int width) {
    Philox random = new Philox(0, RandomStreams.DIRECTIONS.first(), 0);
    double sum = 0;
    for (int d = 0; d < DIRECTIONS; d++) {
      double[] direction = direction(random, width);
      sum += squared(projections(a, direction), projections(b, direction));
    }
    return Math.sqrt(sum / DIRECTIONS);
  }

  private static double[] direction(Philox random, int width) {
    double[] direction = new double[width];
    double norm = 0;
    for (int p = 0; p < width; p++) {
      direction[p] = random.nextNormal();
      norm += direction[p] * direction[p];
    }
    for (int p = 0; p < width; p++) {
      direction[p] /= Math.sqrt(norm);
    }
    return direction;
  }

  /** Ascending. */
  private static double[] projections(float[] points, double[] direction) {
    double[] all = new double[points.length / direction.length];
    for (int i = 0; i < points.length; i++) {
      all[i / direction.length] += points[i] * direction[i % direction.length];
    }
    Arrays.sort(all);
    return all;
  }

  /** Of two samples on a line, ascending: both quantile functions are steps. */
  static double squared(double[] a, double[] b) {
    long n = a.length;
    long m = b.length;
    double sum = 0;
    int i = 0;
    int j = 0;
    // In units of 1/(n·m): where the steps so far end.
    for (long at = 0; at < n * m; ) {
      long end = Math.min((i + 1) * m, (j + 1) * n);
      double difference = a[i] - b[j];
      sum += (end - at) * difference * difference;
      at = end;
      i += (i + 1) * m == end ? 1 : 0;
      j += (j + 1) * n == end ? 1 : 0;
    }
    return sum / ((double) n * m);
  }
}
