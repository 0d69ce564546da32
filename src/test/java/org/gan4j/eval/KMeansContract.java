package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** k-means on what is known, and against Lloyd's iteration by its definition. */
abstract class KMeansContract extends EvalContract {
  /** Mean squared distance to the centroid that a point belongs to. */
  private static double inertia(KMeans found, float[] points, int width) {
    return IntStream.range(0, found.nearest().length)
        .mapToDouble(i -> squaredDistance(points, i, found.centroids(), found.nearest()[i], width))
        .average()
        .orElseThrow();
  }

  @Test
  void findsClustersThatAreApart() {
    int clusters = 20;
    int each = 30;
    int width = 5;
    float[] points = uniform(new Random(1), clusters * each * width);
    double[][] means = new double[clusters][width];
    for (int i = 0; i < clusters * each; i++) {
      for (int p = 0; p < width; p++) {
        int at = i * width + p;
        points[at] += 100 * (i % clusters >> p & 1); // at the corners of a cube
        means[i % clusters][p] += points[at] / each;
      }
    }
    KMeans found = KMeans.of(device, points, width, clusters, 50, 7);
    assertEquals(clusters * width, found.centroids().length);
    for (int i = 0; i < clusters * each; i++) {
      int own = found.nearest()[i];
      assertEquals(found.nearest()[i % clusters], own, "point " + i);
      for (int p = 0; p < width; p++) {
        assertEquals(means[i % clusters][p], found.centroids()[own * width + p], 1e-4);
      }
    }
    assertEquals(clusters, Arrays.stream(found.nearest()).distinct().count());
  }

  /** At the end each centroid is the mean of its points, and each point is with its nearest. */
  @Test
  void endsWhereNothingMoves() {
    int width = 3;
    float[] points = uniform(new Random(2), 1500 * width);
    KMeans found = KMeans.of(device, points, width, 37, 500, 1);
    assertTrue(found.rounds() < 500);
    double[] sums = new double[37 * width];
    int[] counts = new int[37];
    for (int i = 0; i < 1500; i++) {
      int own = found.nearest()[i];
      counts[own]++;
      double its = squaredDistance(points, i, found.centroids(), own, width);
      for (int c = 0; c < 37; c++) {
        double other = squaredDistance(points, i, found.centroids(), c, width);
        assertTrue(its <= other + 1e-6, "point " + i);
      }
      for (int p = 0; p < width; p++) {
        sums[own * width + p] += points[i * width + p];
      }
    }
    for (int c = 0; c < sums.length; c++) {
      assertEquals(sums[c] / counts[c / width], found.centroids()[c], 1e-6);
    }
  }

  @Test
  void moreRoundsAreNeverWorse() {
    float[] points = uniform(new Random(3), 400 * 4);
    double before = Double.POSITIVE_INFINITY;
    for (int rounds = 1; rounds < 8; rounds++) {
      KMeans found = KMeans.of(device, points, 4, 25, rounds, 5);
      double inertia = inertia(found, points, 4);
      assertTrue(inertia <= before + 1e-7, "round " + rounds);
      before = inertia;
    }
  }

  /** k-means++ takes every far cluster; k points of one would not. */
  @Test
  void seedsAreSpread() {
    float[] points = new float[1000];
    for (int i = 0; i < 10; i++) {
      points[i] = 1000 + 100 * i;
    }
    KMeans found = KMeans.of(device, points, 1, 11, 1, 3);
    float[] sorted = found.centroids().clone();
    Arrays.sort(sorted);
    assertEquals(0, sorted[0]);
    for (int i = 0; i < 10; i++) {
      assertEquals(1000 + 100 * i, sorted[1 + i], 1e-3);
    }
  }

  @Test
  void fewerDifferentPointsThanCentroids() {
    float[] three = {0, 1, 5, 5, 9, 2};
    float[] points = new float[60];
    for (int i = 0; i < points.length; i++) {
      points[i] = three[i % 6];
    }
    KMeans found = KMeans.of(device, points, 2, 8, 10, 1);
    assertEquals(6, found.centroids().length);
    assertEquals(0, inertia(found, points, 2));
    KMeans same = KMeans.of(device, new float[30], 3, 5, 10, 1);
    assertArrayEquals(new float[3], same.centroids());
    assertArrayEquals(new int[10], same.nearest());
  }

  @Test
  void isAFunctionOfTheSeed() {
    float[] points = uniform(new Random(4), 300 * 7);
    KMeans first = KMeans.of(device, points, 7, 30, 3, 1);
    assertArrayEquals(first.centroids(), KMeans.of(device, points, 7, 30, 3, 1).centroids());
    float[] other = KMeans.of(device, points, 7, 30, 3, 2).centroids();
    assertTrue(Arrays.mismatch(first.centroids(), other) >= 0);
  }

  @Test
  void whatHasNoCentroidsIsRefused() {
    float[] points = uniform(new Random(5), 6);
    assertThrows(IllegalArgumentException.class, () -> KMeans.of(device, points, 2, 4, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> KMeans.of(device, points, 2, 0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> KMeans.of(device, points, 2, 1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> KMeans.of(device, points, 4, 1, 1, 1));
    points[2] = Float.NaN;
    assertThrows(IllegalArgumentException.class, () -> KMeans.of(device, points, 2, 1, 1, 1));
  }
}
