package org.gan4j.eval;

import java.util.Arrays;
import org.gan4j.device.Device;

/**
 * Squared distances among n generated points and m real ones: all that the two-sample measures
 * know.
 *
 * @param generated [n][n], within the generated points
 * @param real [m][m], within the real ones
 * @param across [n][m], from generated to real ones
 */
public record PairDistances(float[][] generated, float[][] real, float[][] across) {
  /** Checks the shapes. */
  public PairDistances {
    requireMatrix(generated, generated.length, generated.length);
    requireMatrix(real, real.length, real.length);
    requireMatrix(across, generated.length, real.length);
  }

  private static void requireMatrix(float[][] matrix, int rows, int columns) {
    boolean fits = matrix.length == rows && rows >= 1 && columns >= 1;
    if (!fits || Arrays.stream(matrix).anyMatch(row -> row.length != columns)) {
      throw new IllegalArgumentException(
          "distances must form a matrix of " + rows + " x " + columns + ", not empty");
    }
  }

  /**
   * Computes all of them.
   *
   * @param device that computes
   * @param generated [n][width]; not modified
   * @param real [m][width]; not modified
   * @param width values of a point, ≥ 1
   * @return the distances
   * @throws IllegalArgumentException if the points are not whole, not finite or beyond ±1e15
   */
  public static PairDistances of(Device device, float[] generated, float[] real, int width) {
    return new PairDistances(
        Distances.within(device, generated, width),
        Distances.within(device, real, width),
        Distances.between(device, generated, real, width));
  }

  /**
   * Generated points.
   *
   * @return n ≥ 1
   */
  public int generatedCount() {
    return generated.length;
  }

  /**
   * Real points.
   *
   * @return m ≥ 1
   */
  public int realCount() {
    return real.length;
  }

  /**
   * The same for the first points only, equally many of each kind.
   *
   * @return min(n, m) generated and real points
   */
  public PairDistances balanced() {
    int count = Math.min(generated.length, real.length);
    return generated.length == real.length
        ? this
        : new PairDistances(head(generated, count), head(real, count), head(across, count));
  }

  private static float[][] head(float[][] matrix, int count) {
    return Arrays.stream(matrix, 0, count)
        .map(row -> Arrays.copyOf(row, count))
        .toArray(float[][]::new);
  }

  /** Checks that there are enough points of each kind. */
  void requireEach(int least, String measure) {
    if (generated.length < least || real.length < least) {
      throw new IllegalArgumentException(
          String.format(
              "%s needs at least %d generated and %d real points, not %d and %d",
              measure, least, least, generated.length, real.length));
    }
  }

  /** Each point's squared distance to its k-th nearest other point. */
  static float[] radii(float[][] within, int k) {
    return radii(within, 0, k);
  }

  /** The same of some points, from the one of number {@code first} on. */
  static float[] radii(float[][] within, int first, int k) {
    float[] radii = new float[within.length];
    float[] nearest = new float[k];
    for (int i = 0; i < within.length; i++) {
      Arrays.fill(nearest, Float.POSITIVE_INFINITY);
      for (int j = 0; j < within[i].length; j++) {
        if (j != first + i && within[i][j] < nearest[k - 1]) {
          insert(nearest, within[i][j]);
        }
      }
      radii[i] = nearest[k - 1];
    }
    return radii;
  }

  /** Puts a value below the last into its place among ascending ones; the last goes. */
  private static void insert(float[] ascending, float value) {
    int at = ascending.length - 1;
    for (; at > 0 && ascending[at - 1] > value; at--) {
      ascending[at] = ascending[at - 1];
    }
    ascending[at] = value;
  }
}
