package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Distances against their definition. */
abstract class DistancesContract extends EvalContract {
  private static void assertClose(double[][] expected, float[][] found, double norm) {
    assertEquals(expected.length, found.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i].length, found[i].length);
      for (int j = 0; j < expected[i].length; j++) {
        assertEquals(expected[i][j], found[i][j], 1e-6 * (expected[i][j] + norm), i + ", " + j);
      }
    }
  }

  @Test
  void areThoseOfTheDefinition() {
    int[][] sizes = {{1, 1}, {1, 3}, {3, 31}, {33, 257}, {257, 1}, {520, 1100}};
    for (int width : new int[] {1, 2, 33, 784}) {
      for (int[] size : sizes) {
        Random random = new Random(19 * width + size[0]);
        float[] a = uniform(random, size[0] * width);
        float[] b = uniform(random, size[1] * width);
        // A uniform value's squared norm about the mean is 1/12 on average.
        assertClose(
            Clouds.squared(a, b, width), Distances.between(device, a, b, width), 0.5 * width);
        assertClose(Clouds.squared(b, b, width), Distances.within(device, b, width), 0.5 * width);
      }
    }
  }

  @Test
  void withinASetTheyAreSymmetric() {
    float[] points = uniform(new Random(1), 1100 * 5);
    float[][] distances = Distances.within(device, points, 5);
    for (int i = 0; i < 1100; i++) {
      assertEquals(0, distances[i][i]);
      for (int j = 0; j < i; j++) {
        assertEquals(distances[i][j], distances[j][i]);
      }
    }
  }

  /** The product of such points has lost their difference. */
  @Test
  void pointsNearToEachOtherAreAsExact() {
    float[] a = uniform(new Random(2), 40 * 784);
    float[] b = a.clone();
    for (int i = 0; i < 40; i++) {
      b[784 * i + i] += (float) Math.pow(10, -6 * i / 39.0);
    }
    float[][] found = Distances.between(device, a, b, 784);
    for (int i = 0; i < 40; i++) {
      double exact = squaredDistance(a, i, b, i, 784);
      assertEquals(exact, found[i][i], 2e-3 * exact, "pair " + i);
    }
  }

  @Test
  void aCopyHasTheDistanceZero() {
    float[] points = uniform(new Random(3), 700 * 100);
    float[][] across = Distances.between(device, points, points.clone(), 100);
    for (int i = 0; i < 700; i++) {
      assertEquals(0, across[i][i]);
    }
    float[] collapsed = Clouds.repeated(points, 5, 700, 100);
    for (float[] row : Distances.within(device, collapsed, 100)) {
      assertArrayEquals(new float[700], row);
    }
  }

  @Test
  void whatHasNoDistanceIsRefused() {
    float[] good = uniform(new Random(1), 6);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1e16f}) {
      float[] points = good.clone();
      points[4] = bad;
      assertThrows(IllegalArgumentException.class, () -> Distances.within(device, points, 2));
      assertThrows(
          IllegalArgumentException.class, () -> Distances.between(device, good, points, 2));
    }
    assertThrows(IllegalArgumentException.class, () -> Distances.within(device, good, 4));
    assertThrows(IllegalArgumentException.class, () -> Distances.within(device, good, 0));
    assertThrows(IllegalArgumentException.class, () -> Distances.within(device, new float[0], 2));
  }
}
