package org.gan4j.theory;

import org.gan4j.device.Philox;
import org.gan4j.layers.RandomStreams;

/** Equally likely Gaussians of one standard deviation: a distribution whose density is known. */
public final class Mixture {
  private final double[][] centres;
  private final double stddev;

  private Mixture(double[][] centres, double stddev) {
    this.centres = centres;
    this.stddev = stddev;
  }

  /**
   * Gaussians on the line.
   *
   * @param stddev of each, &gt; 0
   * @param centres where they are, at least one
   * @return the mixture
   */
  public static Mixture line(double stddev, double... centres) {
    double[][] points = new double[centres.length][];
    for (int m = 0; m < points.length; m++) {
      points[m] = new double[] {centres[m]};
    }
    return new Mixture(points, stddev);
  }

  /**
   * Gaussians in the plane, evenly around the origin.
   *
   * @param modes how many, ≥ 1
   * @param radius of the ring
   * @param stddev of each, &gt; 0
   * @return the mixture
   */
  public static Mixture ring(int modes, double radius, double stddev) {
    double[][] points = new double[modes][];
    for (int m = 0; m < modes; m++) {
      double angle = 2 * Math.PI * m / modes;
      points[m] = new double[] {radius * Math.cos(angle), radius * Math.sin(angle)};
    }
    return new Mixture(points, stddev);
  }

  /**
   * Gaussians in the plane, on a square grid around the origin.
   *
   * @param side Gaussians in a row and in a column, ≥ 1
   * @param spacing between neighbours
   * @param stddev of each, &gt; 0
   * @return the mixture, of side² modes
   */
  public static Mixture grid(int side, double spacing, double stddev) {
    double[][] points = new double[side * side][];
    double middle = (side - 1) / 2.0;
    for (int m = 0; m < points.length; m++) {
      points[m] = new double[] {spacing * (m % side - middle), spacing * (m / side - middle)};
    }
    return new Mixture(points, stddev);
  }

  /**
   * Draws points: modes at random, each equally likely.
   *
   * @param count how many, ≥ 1
   * @param seed decides them
   * @return [count][dimension]
   */
  public float[] sample(int count, long seed) {
    Philox random = new Philox(seed, RandomStreams.MIXTURE.first(), 0);
    float[] points = new float[Math.multiplyExact(count, dimension())];
    for (int i = 0; i < count; i++) {
      double[] centre = centres[random.nextInt(modes())];
      for (int d = 0; d < centre.length; d++) {
        points[i * centre.length + d] = (float) (centre[d] + stddev * random.nextNormal());
      }
    }
    return points;
  }

  /**
   * Values of one point.
   *
   * @return 1 or 2
   */
  public int dimension() {
    return centres[0].length;
  }

  /**
   * How many Gaussians there are.
   *
   * @return ≥ 1
   */
  public int modes() {
    return centres.length;
  }

  /**
   * The standard deviation of each.
   *
   * @return &gt; 0
   */
  public double stddev() {
    return stddev;
  }

  /**
   * The centre of one Gaussian.
   *
   * @param mode which one, from 0
   * @return its coordinates, a copy
   */
  public double[] centre(int mode) {
    return centres[mode].clone();
  }

  /**
   * The density.
   *
   * @param point as many coordinates as there are dimensions
   * @return p(point)
   */
  public double density(double... point) {
    double sum = 0;
    for (double[] centre : centres) {
      sum += Math.exp(-squaredDistance(point, centre) / (2 * stddev * stddev));
    }
    return sum / (modes() * Math.pow(2 * Math.PI * stddev * stddev, dimension() / 2.0));
  }

  /**
   * The Gaussian whose centre is nearest.
   *
   * @param point its coordinates
   * @return its number, from 0
   */
  int nearest(double... point) {
    int best = 0;
    for (int m = 1; m < modes(); m++) {
      if (squaredDistance(point, centres[m]) < squaredDistance(point, centres[best])) {
        best = m;
      }
    }
    return best;
  }

  /** How many standard deviations a point is away from one centre. */
  double deviations(int mode, double... point) {
    return Math.sqrt(squaredDistance(point, centres[mode])) / stddev;
  }

  private static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < b.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  /** The centres in turn, [rows][dimension]. */
  float[] cycle(int rows) {
    float[] points = new float[rows * dimension()];
    for (int i = 0; i < points.length; i++) {
      points[i] = (float) centres[i / dimension() % modes()][i % dimension()];
    }
    return points;
  }
}
