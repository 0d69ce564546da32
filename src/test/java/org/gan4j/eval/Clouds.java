package org.gan4j.eval;

import java.util.Arrays;
import java.util.Random;

/** Points for tests, and their distances by the definition, in double precision. */
final class Clouds {
  private Clouds() {}

  /** [count][width] of N(shift, 1). */
  static float[] gaussian(long seed, int count, int width, double shift) {
    // Random's first numbers are alike for neighbouring seeds.
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    float[] points = new float[count * width];
    for (int i = 0; i < points.length; i++) {
      points[i] = (float) (shift + random.nextGaussian());
    }
    return points;
  }

  /** [count][width]: one point, again and again. */
  static float[] repeated(float[] points, int index, int count, int width) {
    float[] copies = new float[count * width];
    for (int i = 0; i < count; i++) {
      System.arraycopy(points, index * width, copies, i * width, width);
    }
    return copies;
  }

  static double[][] squared(float[] a, float[] b, int width) {
    double[][] distances = new double[a.length / width][b.length / width];
    for (int i = 0; i < distances.length; i++) {
      for (int j = 0; j < distances[i].length; j++) {
        distances[i][j] = EvalContract.squaredDistance(a, i, b, j, width);
      }
    }
    return distances;
  }

  static PairDistances pairs(float[] generated, float[] real, int width) {
    return new PairDistances(
        floats(squared(generated, generated, width)),
        floats(squared(real, real, width)),
        floats(squared(generated, real, width)));
  }

  static float[][] floats(double[][] matrix) {
    return Arrays.stream(matrix)
        .map(
            row -> {
              float[] values = new float[row.length];
              for (int j = 0; j < row.length; j++) {
                values[j] = (float) row[j];
              }
              return values;
            })
        .toArray(float[][]::new);
  }
}
