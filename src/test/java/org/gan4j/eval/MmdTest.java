package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** MMD² by its definition, on what is known, and its test. */
class MmdTest {
  private static final int WIDTH = 2;

  private static double kernel(float[] a, int i, float[] b, int j, double... sigmas) {
    double sum = 0;
    for (double sigma : sigmas) {
      sum += Math.exp(-EvalContract.squaredDistance(a, i, b, j, WIDTH) / (2 * sigma * sigma));
    }
    return sum / sigmas.length;
  }

  private static double reference(float[] x, float[] y, double... sigmas) {
    int n = x.length / WIDTH;
    int m = y.length / WIDTH;
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        xx += i == j ? 0 : kernel(x, i, x, j, sigmas);
      }
      for (int j = 0; j < m; j++) {
        xy += kernel(x, i, y, j, sigmas);
      }
    }
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        yy += i == j ? 0 : kernel(y, i, y, j, sigmas);
      }
    }
    return xx / (n * (n - 1.0)) + yy / (m * (m - 1.0)) - 2 * xy / ((double) n * m);
  }

  private static Mmd gaussians(long seed, int count, double shift) {
    float[] x = Clouds.gaussian(seed, count, WIDTH, shift);
    float[] y = Clouds.gaussian(seed + 1, count, WIDTH, 0);
    return new Mmd(Clouds.pairs(x, y, WIDTH), 1);
  }

  @Test
  void equalsTheDefinition() {
    for (int[] size : new int[][] {{2, 2}, {3, 17}, {40, 25}}) {
      float[] x = Clouds.gaussian(1, size[0], WIDTH, 0.5);
      float[] y = Clouds.gaussian(2, size[1], WIDTH, 0);
      for (double[] sigmas : new double[][] {{1}, {0.3, 0.7, 4}}) {
        double found = new Mmd(Clouds.pairs(x, y, WIDTH), sigmas).squared();
        assertEquals(reference(x, y, sigmas), found, 1e-6);
      }
    }
  }

  /** For N(s, 1) against N(0, 1) in each of two dimensions, with σ = 1, in closed form. */
  @Test
  void translatedGaussiansHaveTheKnownValue() {
    int repeats = 60;
    for (double shift : new double[] {0, 0.5, 1}) {
      double[] found = new double[repeats];
      for (int repeat = 0; repeat < repeats; repeat++) {
        found[repeat] = gaussians(100 + 2 * repeat, 150, shift).squared();
      }
      double mean = Arrays.stream(found).average().orElseThrow();
      double variance =
          Arrays.stream(found).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      // E k of a difference of variance 2 and mean s: Π √(1/3)·e^(−s²/6).
      double expected = 2 / 3.0 * (1 - Math.exp(-2 * shift * shift / 6));
      double error = Math.sqrt(variance / repeats);
      assertTrue(error < 0.006, "the test can tell something: " + error);
      assertEquals(expected, mean, 4 * error, "shift " + shift);
    }
  }

  @Test
  void theDataItselfAndACollapsedGenerator() {
    float[] y = Clouds.gaussian(5, 50, WIDTH, 0);
    double itself = new Mmd(Clouds.pairs(y.clone(), y, WIDTH), 1).squared();
    // The copies' own pairs count in E k(x, y) only.
    assertTrue(itself < 0 && itself > -2.0 / 50, "" + itself);
    double collapsed =
        new Mmd(Clouds.pairs(Clouds.repeated(y, 0, 50, WIDTH), y, WIDTH), 1).squared();
    assertTrue(collapsed > 0.1, "" + collapsed);
    Mmd nothing = new Mmd(Clouds.pairs(new float[8], new float[10], WIDTH), 1);
    assertEquals(0, nothing.squared(), 1e-12);
    assertEquals(1, nothing.pValue(99, 1), "every permutation is as large");
  }

  @Test
  void pIsUniformForEqualDistributionsOnly() {
    int low = 0;
    double sum = 0;
    for (int repeat = 0; repeat < 100; repeat++) {
      double p = gaussians(1000 + 2 * repeat, 30, 0).pValue(99, repeat);
      low += p <= 0.1 ? 1 : 0;
      sum += p;
    }
    // Binomial(100, 0.1) and the mean of 100 uniform numbers, within four deviations.
    assertEquals(10, low, 12);
    assertEquals(0.5, sum / 100, 0.12);
    assertEquals(1 / 100.0, gaussians(1, 100, 1).pValue(99, 1), 1e-15, "the least there is");
  }

  @Test
  void pIsAFunctionOfTheSeed() {
    Mmd mmd = gaussians(11, 40, 0.2);
    double first = mmd.pValue(200, 1);
    assertEquals(first, mmd.pValue(200, 1));
    boolean differs = false;
    for (int seed = 2; seed < 8; seed++) {
      double p = mmd.pValue(200, seed);
      assertEquals(first, p, 0.2);
      differs |= p != first;
    }
    assertTrue(differs);
  }

  /** By all ten ways to deal five points. */
  @Test
  void pComesNearToThatOfAllPermutations() {
    float[] x = {0, 0, 0.1f, 0};
    float[] y = {1, 0, 1.1f, 0, 1.2f, 0.1f};
    double p = new Mmd(Clouds.pairs(x, y, WIDTH), 1).pValue(9999, 3);
    // Only the pairs at hand are as far apart.
    assertEquals(0.1, p, 0.012);
  }

  @Test
  void bandwidthsAreAboutTheMedian() {
    float[] points = {0, 0, 3, 4, 6, 8};
    double[] found = Mmd.bandwidths(Clouds.floats(Clouds.squared(points, points, WIDTH)));
    assertArrayEquals(new double[] {2.5, 5, 10}, found, 1e-6);
    assertThrows(IllegalArgumentException.class, () -> Mmd.bandwidths(new float[1][1]));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Mmd.bandwidths(new float[9][9]));
    assertTrue(e.getMessage().contains("median distance, 0, is no bandwidth"), e.getMessage());
  }

  @Test
  void whatHasNoValueIsRefused() {
    PairDistances distances = Clouds.pairs(new float[4], new float[4], WIDTH);
    for (double sigma : new double[] {0, -1, Double.NaN, 1e-200, 1e200}) {
      assertThrows(IllegalArgumentException.class, () -> new Mmd(distances, sigma));
    }
    assertThrows(IllegalArgumentException.class, () -> new Mmd(distances));
    Mmd mmd = new Mmd(distances, 1);
    assertThrows(IllegalArgumentException.class, () -> mmd.pValue(0, 1));
    PairDistances lone = Clouds.pairs(new float[2], new float[4], WIDTH);
    assertThrows(IllegalArgumentException.class, () -> new Mmd(lone, 1));
  }
}
