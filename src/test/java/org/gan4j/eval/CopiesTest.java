package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The exact test of a few copies. */
class CopiesTest {
  private static double[] uniform(Random random, int count) {
    return random.doubles(count).toArray();
  }

  private static double tail(int nearer, int rank, int n, int m) {
    return Math.exp(Copies.logTail(nearer, rank, n, m, Copies.logFactorials(n + m)));
  }

  /** The first of all are samples: (n/(n + m))·((n − 1)/(n + m − 1))… */
  @Test
  void aRunOfSamplesHasTheChanceOfDrawingThemFirst() {
    assertEquals(1, tail(0, 1, 10, 10), 1e-12);
    assertEquals(0.5, tail(1, 1, 10, 10), 1e-12);
    assertEquals(10 / 20.0 * (9 / 19.0) * (8 / 18.0), tail(3, 1, 10, 10), 1e-12);
    assertEquals(7 / 20.0 * (6 / 19.0), tail(2, 1, 7, 13), 1e-12);
  }

  /** Two held out and two samples in any order: of 6 orders 3 have two samples before the last. */
  @Test
  void laterRanksCountAllOrders() {
    assertEquals(3 / 6.0, tail(2, 2, 2, 2), 1e-12);
    assertEquals(5 / 6.0, tail(1, 2, 2, 2), 1e-12);
  }

  @Test
  void falseAlarmsAreRarerThanOneInAHundred() {
    Random random = new Random(1);
    int alarms = 0;
    for (int draw = 0; draw < 3000; draw++) {
      Copies copies = Copies.of(uniform(random, 300), uniform(random, 200));
      alarms += copies.log10p() < Copies.ALARM ? 1 : 0;
    }
    // Of 30 at most; 3 deviations more by chance.
    assertTrue(alarms <= 46, "alarms: " + alarms);
    assertTrue(alarms > 5, "a test that hardly ever sounds sees little: " + alarms);
  }

  /** Half of all pairs are so: no reason for an alarm, and counted all the same. */
  @Test
  void oneThatIsNearerIsCounted() {
    double[] heldOut = uniform(new Random(3), 100);
    double[] samples = new double[100];
    Arrays.fill(samples, 2);
    assertEquals(new Copies(0, 0, 1), Copies.of(samples, heldOut));
    samples[7] = 0;
    assertEquals(new Copies(0, 1, 1), Copies.of(samples, heldOut));
  }

  @Test
  void aFewCopiesAreFoundWhereTheRankTestSeesNothing() {
    Random random = new Random(2);
    double[] samples = uniform(random, 1000);
    double[] heldOut = uniform(random, 1000);
    double before = Copying.of(samples, heldOut).z();
    Arrays.fill(samples, 0, 15, 0);
    Copies copies = Copies.of(samples, heldOut);
    assertTrue(copies.log10p() < -3, copies.toString());
    assertTrue(copies.nearer() >= 15, copies.toString());
    assertTrue(Copying.of(samples, heldOut).z() > before - 1);
  }

  /**
   * A test that is a training example too hides copies from the first rank, not from the others.
   */
  @Test
  void tiesAreNoAlarmAndADuplicateHidesNothing() {
    double[] equal = new double[50];
    assertEquals(0, Copies.of(equal, equal).log10p());
    Random random = new Random(3);
    double[] samples = uniform(random, 1000);
    Arrays.fill(samples, 0, 60, 0);
    double[] heldOut = uniform(random, 1000);
    heldOut[17] = 0;
    assertTrue(Copies.of(samples, heldOut).log10p() < -5);
  }

  @Test
  void thousandsOfCopiesHaveAFiniteLogarithm() {
    double[] heldOut = uniform(new Random(4), 10_000);
    double log10p = Copies.of(new double[10_000], heldOut).log10p();
    assertTrue(Double.isFinite(log10p) && log10p < -2000, "" + log10p);
  }

  @Test
  void tooFewOrNoDistancesAreRefused() {
    double[] ten = new double[10];
    assertThrows(IllegalArgumentException.class, () -> Copies.of(new double[9], ten));
    double[] bad = ten.clone();
    bad[3] = Double.NaN;
    assertThrows(IllegalArgumentException.class, () -> Copies.of(ten, bad));
  }
}
