package org.gan4j.eval;

/**
 * The Fréchet distance of two samples (Heusel et al., NeurIPS 2017, there in the features of an
 * Inception network): the squared Wasserstein-2 distance of the Gaussians that have their means and
 * covariances, ‖μ − ν‖² + tr(A + B − 2·(A^½·B·A^½)^½). Few samples make it larger, so it compares
 * only between samples of one size; and it sees nothing beyond the second moments.
 */
final class Frechet {
  private Frechet() {}

  private record Moments(double[] mean, double[][] covariance) {}

  /**
   * The distance.
   *
   * @param a [at least 2][width], finite; not modified
   * @param b [at least 2][width], finite; not modified
   * @param width values of a point, ≥ 1
   * @return squared, ≥ 0
   */
  static double distance(float[] a, float[] b, int width) {
    Moments one = moments(a, width);
    Moments other = moments(b, width);
    double sum = 0;
    for (int p = 0; p < width; p++) {
      double difference = one.mean[p] - other.mean[p];
      sum += difference * difference + one.covariance[p][p] + other.covariance[p][p];
    }
    double[][] root = SymmetricEigen.of(one.covariance).squareRoot();
    double[][] product = product(product(root, other.covariance), root);
    for (double value : SymmetricEigen.of(symmetric(product)).values()) {
      sum -= 2 * Math.sqrt(Math.max(0, value));
    }
    return Math.max(0, sum);
  }

  private static Moments moments(float[] points, int width) {
    int count = points.length / width;
    if (count < 2) {
      throw new IllegalArgumentException("a covariance needs at least 2 points, not " + count);
    }
    double[] mean = new double[width];
    for (int i = 0; i < points.length; i++) {
      mean[i % width] += points[i] / (double) count;
    }
    double[][] covariance = new double[width][width];
    double[] centred = new double[width];
    for (int i = 0; i < count; i++) {
      for (int p = 0; p < width; p++) {
        centred[p] = points[i * width + p] - mean[p];
      }
      for (int p = 0; p < width; p++) {
        double scaled = centred[p] / (count - 1);
        double[] row = covariance[p];
        for (int q = 0; q <= p; q++) {
          row[q] += scaled * centred[q];
        }
      }
    }
    for (int p = 0; p < width; p++) {
      for (int q = 0; q < p; q++) {
        covariance[q][p] = covariance[p][q];
      }
    }
    return new Moments(mean, covariance);
  }

  private static double[][] product(double[][] a, double[][] b) {
    int n = a.length;
    double[][] c = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        for (int j = 0; j < n; j++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  private static double[][] symmetric(double[][] matrix) {
    double[][] mean = new double[matrix.length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix.length; j++) {
        mean[i][j] = (matrix[i][j] + matrix[j][i]) / 2;
      }
    }
    return mean;
  }
}
