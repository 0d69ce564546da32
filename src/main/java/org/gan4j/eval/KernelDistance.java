package org.gan4j.eval;

/**
 * The kernel distance KID (Bińkowski et al., ICLR 2018): the unbiased estimate of MMD² with the
 * kernel (x·y/width + 1)³. Unlike the Fréchet distance it is right on average for any number of
 * samples; like that it sees the first moments only, here three.
 *
 * @param squared MMD², 0 on average for equal distributions, so below 0 by chance
 * @param deviation its standard deviation by chance, from the first points of each kind, equally
 *     many
 */
record KernelDistance(double squared, double deviation) {

  /**
   * Computes both.
   *
   * @param distances at least two points of each kind
   * @param generated [n][width], the points that the distances are of; not modified
   * @param real [m][width]; not modified
   * @param width values of a point, ≥ 1
   */
  static KernelDistance of(PairDistances distances, float[] generated, float[] real, int width) {
    distances.requireEach(2, "KID");
    return new Sums(distances, norms(generated, width), norms(real, width), width).estimate();
  }

  private static double[] norms(float[] points, int width) {
    double[] norms = new double[points.length / width];
    for (int i = 0; i < points.length; i++) {
      norms[i / width] += (double) points[i] * points[i];
    }
    return norms;
  }

  /** Kernels of pairs, from their distances: x·y = (‖x‖² + ‖y‖² − ‖x − y‖²)/2. */
  private record Sums(PairDistances distances, double[] generated, double[] real, int width) {
    private double kernel(double oneNorm, double otherNorm, float squared) {
      double base = 1 + (oneNorm + otherNorm - squared) / (2 * width);
      return base * base * base;
    }

    private double within(float[][] squared, double[] norms, int i, int j) {
      return kernel(norms[i], norms[j], squared[i][j]);
    }

    private double across(int i, int j) {
      return kernel(generated[i], real[j], distances.across()[i][j]);
    }

    private double meanWithin(float[][] squared, double[] norms) {
      double sum = 0;
      for (int i = 0; i < norms.length; i++) {
        for (int j = 0; j < i; j++) {
          sum += within(squared, norms, i, j);
        }
      }
      return 2 * sum / ((double) norms.length * (norms.length - 1));
    }

    KernelDistance estimate() {
      double sum = 0;
      for (int i = 0; i < generated.length; i++) {
        for (int j = 0; j < real.length; j++) {
          sum += across(i, j);
        }
      }
      double squared =
          meanWithin(distances.generated(), generated)
              + meanWithin(distances.real(), real)
              - 2 * sum / ((double) generated.length * real.length);
      return new KernelDistance(squared, deviation(Math.min(generated.length, real.length)));
    }

    /**
     * As of a U-statistic of pairs: 4·ζ₁/b + 2·ζ₂/b², with ζ₂ the variance of h over pairs and ζ₁
     * that of its mean over one of the two, whose estimate is too large by ζ₂/b.
     */
    private double deviation(int b) {
      double[] rows = new double[b];
      double squares = 0;
      for (int i = 0; i < b; i++) {
        for (int j = 0; j < i; j++) {
          double h =
              within(distances.generated(), generated, i, j)
                  + within(distances.real(), real, i, j)
                  - across(i, j)
                  - across(j, i);
          rows[i] += h;
          rows[j] += h;
          squares += h * h;
        }
      }
      double pairs = (double) b * (b - 1) / 2;
      double mean = 0;
      for (double row : rows) {
        mean += row / (2 * pairs);
      }
      double ofMeans = 0;
      for (double row : rows) {
        double difference = row / (b - 1) - mean;
        ofMeans += difference * difference / (b - 1);
      }
      double ofPairs = squares / pairs - mean * mean;
      return Math.sqrt(Math.max(0, 4 * ofMeans / b - 2 * ofPairs / ((double) b * b)));
    }
  }
}
