package org.gan4j.layers;

import java.util.stream.IntStream;

/** Products on the host, in double precision, for what is computed once. */
final class HostProducts {
  private HostProducts() {}

  /**
   * in · matrix.
   *
   * @param in [rows][inputs]; not modified
   * @param matrix [inputs][columns]; not modified
   * @return [rows][columns]
   */
  static double[] of(float[] in, int rows, float[] matrix, int columns) {
    int inputs = matrix.length / columns;
    double[] sums = new double[Math.multiplyExact(rows, columns)];
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            row -> {
              for (int k = 0; k < inputs; k++) {
                double x = in[row * inputs + k];
                for (int column = 0; column < columns; column++) {
                  sums[row * columns + column] += x * matrix[k * columns + column];
                }
              }
            });
    return sums;
  }
}
