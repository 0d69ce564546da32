package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The statistics in features, beside their definitions and on what is known of them. */
class FeatureStatisticsTest {
  @Test
  void eigenvectorsAreOrthonormalAndMapToTheirMultiples() {
    int n = 20;
    Random random = new Random(1);
    double[][] matrix = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        matrix[i][j] = random.nextGaussian();
        matrix[j][i] = matrix[i][j];
      }
    }
    SymmetricEigen eigen = SymmetricEigen.of(matrix);
    for (int k = 0; k < n; k++) {
      for (int i = 0; i < n; i++) {
        double mapped = 0;
        double product = 0;
        for (int j = 0; j < n; j++) {
          mapped += matrix[i][j] * eigen.vectors()[j][k];
          product += eigen.vectors()[j][i] * eigen.vectors()[j][k];
        }
        assertEquals(eigen.values()[k] * eigen.vectors()[i][k], mapped, 1e-12);
        assertEquals(i == k ? 1 : 0, product, 1e-12);
      }
    }
  }

  @Test
  void frechetOnALine() {
    // Means 0 and 4, variances 2 and 8.
    assertEquals(18, Frechet.distance(new float[] {-1, 1}, new float[] {2, 6}, 1), 1e-12);
    assertThrows(
        IllegalArgumentException.class,
        () -> Frechet.distance(new float[] {1}, new float[] {2, 6}, 1));
  }

  /** Of Y = c·X + s it is ‖(c − 1)·μ + s‖² + (c − 1)²·tr Σ, whatever Σ is. */
  @Test
  void frechetOfScaledAndShiftedPoints() {
    int width = 8;
    float[] points = Clouds.gaussian(3, 500, width, 0.5);
    for (int i = 0; i < points.length; i += width) {
      points[i] += 2 * points[i + 1] - points[i + 3];
    }
    float[] moved = new float[points.length];
    for (int i = 0; i < points.length; i++) {
      moved[i] = 3 * points[i] + (i % width == 2 ? 5 : 0);
    }
    double expected = 0;
    for (int p = 0; p < width; p++) {
      double mean = 0;
      double squares = 0;
      for (int i = p; i < points.length; i += width) {
        mean += points[i] / 500.0;
        squares += (double) points[i] * points[i];
      }
      double shift = 2 * mean + (p == 2 ? 5 : 0);
      expected += shift * shift + 4 * (squares - 500 * mean * mean) / 499;
    }
    assertEquals(expected, Frechet.distance(points, moved, width), 1e-4 * expected);
    assertEquals(expected, Frechet.distance(moved, points, width), 1e-4 * expected);
    assertEquals(0, Frechet.distance(points, points, width), 1e-8);
  }

  /** Covariances that do not commute; of two dimensions tr √M = √(tr M + 2·√det M). */
  @Test
  void frechetOfTwoDimensions() {
    float[] a = Clouds.gaussian(4, 100, 2, 0);
    float[] b = Clouds.gaussian(5, 100, 2, 0);
    for (int i = 0; i < 200; i += 2) {
      a[i] *= 4;
      b[i + 1] += 2 * b[i];
    }
    double[][] one = covariance(a);
    double[][] other = covariance(b);
    double trace = 0;
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        trace += one[i][j] * other[j][i];
      }
    }
    double root = Math.sqrt(trace + 2 * Math.sqrt(determinant(one) * determinant(other)));
    double expected = one[0][0] + one[1][1] + other[0][0] + other[1][1] - 2 * root;
    for (int p = 0; p < 2; p++) {
      double difference = mean(a, p) - mean(b, p);
      expected += difference * difference;
    }
    assertEquals(expected, Frechet.distance(a, b, 2), 1e-9);
  }

  private static double mean(float[] points, int p) {
    double sum = 0;
    for (int i = p; i < points.length; i += 2) {
      sum += points[i];
    }
    return sum / (points.length / 2);
  }

  private static double[][] covariance(float[] points) {
    int count = points.length / 2;
    double[][] covariance = new double[2][2];
    for (int i = 0; i < count; i++) {
      for (int p = 0; p < 2; p++) {
        for (int q = 0; q < 2; q++) {
          covariance[p][q] +=
              (points[2 * i + p] - mean(points, p))
                  * (points[2 * i + q] - mean(points, q))
                  / (count - 1);
        }
      }
    }
    return covariance;
  }

  private static double determinant(double[][] m) {
    return m[0][0] * m[1][1] - m[0][1] * m[1][0];
  }

  private static KernelDistance kernel(float[] a, float[] b, int width) {
    return KernelDistance.of(Clouds.pairs(a, b, width), a, b, width);
  }

  private static double kernelMean(float[] a, float[] b, int width) {
    boolean same = a == b;
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < a.length / width; i++) {
      for (int j = 0; j < b.length / width; j++) {
        if (!same || i != j) {
          double product = 0;
          for (int p = 0; p < width; p++) {
            product += (double) a[i * width + p] * b[j * width + p];
          }
          sum += Math.pow(product / width + 1, 3);
          pairs++;
        }
      }
    }
    return sum / pairs;
  }

  @Test
  void kernelDistanceEqualsItsDefinition() {
    float[] a = Clouds.gaussian(6, 40, 5, 0.3);
    float[] b = Clouds.gaussian(7, 25, 5, 0);
    double expected = kernelMean(a, a, 5) + kernelMean(b, b, 5) - 2 * kernelMean(a, b, 5);
    assertEquals(expected, kernel(a, b, 5).squared(), 1e-5);
  }

  /** For equal distributions, where the first term of the variance is 0, and for others. */
  @Test
  void kernelDistanceKnowsItsDeviation() {
    for (double shift : new double[] {0, 0.6}) {
      int draws = 400;
      double sum = 0;
      double squares = 0;
      double variances = 0;
      for (int d = 0; d < draws; d++) {
        float[] a = Clouds.gaussian(2 * d + 100, 60, 4, shift);
        float[] b = Clouds.gaussian(2 * d + 101, 60, 4, 0);
        KernelDistance one = kernel(a, b, 4);
        sum += one.squared();
        squares += one.squared() * one.squared();
        variances += one.deviation() * one.deviation();
      }
      double mean = sum / draws;
      double deviation = Math.sqrt(squares / draws - mean * mean);
      assertEquals(1, Math.sqrt(variances / draws) / deviation, 0.25, "shift " + shift);
      if (shift == 0) {
        assertEquals(0, mean, 4 * deviation / Math.sqrt(draws));
      }
    }
  }

  /** Of {0, 1, 2} and {0, 3}: 0 for a third, 1 for a sixth, 4 for a sixth, 1 for a third. */
  @Test
  void quantilesOnALine() {
    assertEquals(0, SlicedWasserstein.squared(new double[] {1, 2}, new double[] {1, 2}));
    assertEquals(1, SlicedWasserstein.squared(new double[] {0, 2}, new double[] {1}), 1e-12);
    assertEquals(
        7 / 6.0, SlicedWasserstein.squared(new double[] {0, 1, 2}, new double[] {0, 3}), 1e-12);
    assertEquals(
        7 / 6.0, SlicedWasserstein.squared(new double[] {0, 3}, new double[] {0, 1, 2}), 1e-12);
  }

  /** A shift by v gives the mean of (v·u)² over the directions u, near ‖v‖²/width. */
  @Test
  void slicedWassersteinOfAShift() {
    float[] line = Clouds.gaussian(8, 50, 1, 0);
    float[] shifted = new float[50];
    for (int i = 0; i < 50; i++) {
      shifted[i] = line[i] + 3;
    }
    assertEquals(3, SlicedWasserstein.distance(line, shifted, 1), 1e-5);
    float[] points = Clouds.gaussian(9, 200, 10, 0);
    float[] moved = points.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += 2;
    }
    assertEquals(2, SlicedWasserstein.distance(points, moved, 10), 0.4);
  }

  private static float[][] squared(float[] examples, float[] samples, int width) {
    return Clouds.floats(Clouds.squared(examples, samples, width));
  }

  private static LikelihoodGap gap(float[] samples, float[] training, long seed, int width) {
    float[] tests = Clouds.gaussian(seed, 150, width, 0);
    float[] validation = Clouds.gaussian(seed + 1, 100, width, 0);
    return LikelihoodGap.of(
            squared(training, samples, width),
            squared(tests, samples, width),
            squared(validation, samples, width),
            width)
        .orElseThrow();
  }

  @Test
  void theGapOfNewSamplesIsStandardNormal() {
    double sum = 0;
    double squares = 0;
    int draws = 150;
    for (int d = 0; d < draws; d++) {
      float[] samples = Clouds.gaussian(10 * d + 1, 80, 3, 0);
      float[] training = Clouds.gaussian(10 * d + 2, 150, 3, 0);
      double z = gap(samples, training, 10 * d + 3, 3).z();
      sum += z;
      squares += z * z;
    }
    assertEquals(0, sum / draws, 0.35);
    assertEquals(1, squares / draws, 0.45);
  }

  @Test
  void copiesMakeTrainingExamplesLikelier() {
    int width = 16;
    float[] training = Clouds.gaussian(20, 150, width, 0);
    float[] samples = Clouds.gaussian(21, 150, width, 0);
    System.arraycopy(training, 0, samples, 0, 50 * width);
    LikelihoodGap gap = gap(samples, training, 22, width);
    assertTrue(gap.z() > LikelihoodGap.ALARM, gap.toString());
  }

  @Test
  void theGapEqualsItsDefinition() {
    float[] samples = {0, 1, 5};
    float[] training = {0.5f, 2};
    float[] tests = {3, 4, 7};
    float[] validation = {1.5f, 4.5f};
    LikelihoodGap gap =
        LikelihoodGap.of(
                squared(training, samples, 1),
                squared(tests, samples, 1),
                squared(validation, samples, 1),
                1)
            .orElseThrow();
    double expected = 0;
    for (float x : training) {
      expected += logSum(x, samples, gap.sigma()) / 2;
    }
    for (float x : tests) {
      expected -= logSum(x, samples, gap.sigma()) / 3;
    }
    assertEquals(expected, gap.gap(), 1e-6);
    float[][] none = squared(samples, samples, 1);
    assertEquals(Optional.empty(), LikelihoodGap.of(none, none, none, 1));
  }

  private static double logSum(float x, float[] samples, double sigma) {
    double sum = 0;
    for (float sample : samples) {
      sum += Math.exp(-(x - sample) * (x - sample) / (2 * sigma * sigma));
    }
    return Math.log(sum);
  }
}
