package org.gan4j.experiment;

import org.gan4j.device.Philox;

/** A distribution of points, each of one of its modes, that the checks of measures draw from. */
@FunctionalInterface
interface PointSource {
  /** Values of an example are bytes: so many to a unit, and 0 in the middle, so ±10.6 fit. */
  int BYTES_PER_UNIT = 12;

  /**
   * Draws a point.
   *
   * @param random modified
   * @param point [width]; all values are set
   * @return its mode, from 0
   */
  int draw(Philox random, double[] point);

  /** N(mean, deviation²) in every coordinate. */
  static PointSource gaussian(double mean, double deviation) {
    return (random, point) -> {
      for (int p = 0; p < point.length; p++) {
        point[p] = mean + deviation * random.nextNormal();
      }
      return 0;
    };
  }

  /** Uniform on (−half, half) in every coordinate. */
  static PointSource cube(double half) {
    return (random, point) -> {
      for (int p = 0; p < point.length; p++) {
        point[p] = half * random.nextSymmetric();
      }
      return 0;
    };
  }

  /** Uniform on the surface of a sphere about 0. */
  static PointSource sphere(double radius) {
    return (random, point) -> {
      double norm = 0;
      for (int p = 0; p < point.length; p++) {
        point[p] = random.nextNormal();
        norm += point[p] * point[p];
      }
      for (int p = 0; p < point.length; p++) {
        point[p] *= radius / Math.sqrt(norm);
      }
      return 0;
    };
  }

  /** N(0, deviation²) about one of several centres, which lie apart on axes of their own. */
  static PointSource modes(double deviation, double... weights) {
    return (random, point) -> {
      double total = 0;
      for (double weight : weights) {
        total += weight;
      }
      double bound = total * uniform(random);
      int mode = 0;
      double sum = weights[0];
      while (sum <= bound && mode < weights.length - 1) {
        sum += weights[++mode];
      }
      gaussian(0, deviation).draw(random, point);
      point[mode] += 6;
      return mode;
    };
  }

  /** Moved along the first axis. */
  default PointSource shifted(double by) {
    return (random, point) -> {
      int mode = draw(random, point);
      point[0] += by;
      return mode;
    };
  }

  /** A share of the points comes from another distribution, whose modes count on from 1. */
  default PointSource with(double share, PointSource other) {
    return (random, point) -> {
      if (uniform(random) < share) {
        return 1 + other.draw(random, point);
      }
      return draw(random, point);
    };
  }

  private static double uniform(Philox random) {
    return (random.nextWord() >>> 8) * 0x1p-24;
  }

  /** {@code count} points. */
  default SyntheticPoints draw(Philox random, int count, int width) {
    SyntheticPoints points = new SyntheticPoints(count, width);
    double[] point = new double[width];
    for (int i = 0; i < count; i++) {
      points.set(i, point, draw(random, point));
    }
    return points;
  }
}
