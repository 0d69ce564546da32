package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The rank test of nearest training examples. */
class CopyingTest {
  private static double[] distances(Random random, int count, double factor) {
    return random.doubles(count).map(u -> factor * u).toArray();
  }

  /** By the definition of U, pair by pair, without ties. */
  private static double reference(double[] samples, double[] heldOut) {
    double n = samples.length;
    double m = heldOut.length;
    double u = 0;
    for (double sample : samples) {
      for (double other : heldOut) {
        u += sample > other ? 1 : 0;
      }
    }
    return (u - n * m / 2) / Math.sqrt(n * m * (n + m + 1) / 12);
  }

  @Test
  void equalsTheDefinition() {
    Random random = new Random(1);
    for (int[] size : new int[][] {{10, 10}, {13, 200}, {150, 31}}) {
      for (double factor : new double[] {0.5, 1, 1.7}) {
        double[] samples = distances(random, size[0], factor);
        double[] heldOut = distances(random, size[1], 1);
        double[] before = samples.clone();
        assertEquals(
            reference(samples, heldOut), Copying.of(samples, heldOut).z(), 1e-9, "" + factor);
        assertEquals(Arrays.toString(before), Arrays.toString(samples));
      }
    }
  }

  @Test
  void isStandardNormalForNewData() {
    Random random = new Random(2);
    double sum = 0;
    double squares = 0;
    for (int repeat = 0; repeat < 400; repeat++) {
      double z = Copying.of(distances(random, 60, 1), distances(random, 40, 1)).z();
      sum += z;
      squares += z * z;
    }
    assertEquals(0, sum / 400, 0.2);
    assertEquals(1, squares / 400, 0.28);
  }

  /** Two of each value: 6 ties of 4. */
  @Test
  void tiesCountHalfAndLessenTheVariance() {
    double[] values = {1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6};
    assertEquals(0, Copying.of(values, values).z(), 1e-12);
    double[] lower = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2};
    // By hand: U = 11·(½·2) + (2 + ½·2) = 14, less 72; ties 13³ − 13, 3³ − 3 and 4·(2³ − 2).
    double variance = 144 / 12.0 * (25 - (2184 + 24 + 24) / (24 * 23.0));
    assertEquals((14 - 72) / Math.sqrt(variance), Copying.of(lower, values).z(), 1e-12);
    assertEquals(0, Copying.of(new double[20], new double[30]).z(), "nothing but ties");
  }

  @Test
  void aMemoriserIsFarBelowZero() {
    double[] heldOut = distances(new Random(3), 1000, 1);
    Copying copies = Copying.of(new double[500], heldOut);
    assertTrue(copies.z() < -30, "" + copies);
    assertEquals(1, copies.nearest());
    Copying fresh = Copying.of(distances(new Random(4), 1000, 1), heldOut);
    assertEquals(0.01, fresh.nearest(), 0.01);
    assertTrue(Copying.of(distances(new Random(4), 1000, 3), heldOut).z() > 20);
  }

  @Test
  void tooFewOrNoDistancesAreRefused() {
    double[] ten = new double[10];
    assertThrows(IllegalArgumentException.class, () -> Copying.of(new double[9], ten));
    assertThrows(IllegalArgumentException.class, () -> Copying.of(ten, new double[9]));
    for (double bad : new double[] {Double.NaN, -1, Double.POSITIVE_INFINITY}) {
      double[] others = ten.clone();
      others[3] = bad;
      assertThrows(IllegalArgumentException.class, () -> Copying.of(others, ten));
      assertThrows(IllegalArgumentException.class, () -> Copying.of(ten, others));
    }
  }
}
