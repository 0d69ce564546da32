package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Logits of Gaussians, whose true ratios are known. */
class CalibrationTest {
  private static final double LN_2 = Math.log(2);

  private static double[] normal(long seed, double mean, int count) {
    Random random = new Random(seed);
    double[] values = new double[count];
    Arrays.setAll(values, i -> mean + random.nextGaussian());
    return values;
  }

  private static double[] line(double shift, double scale, double[] x) {
    return Arrays.stream(x).map(value -> shift + scale * value).toArray();
  }

  /** ln N(x; a, 1)/N(x; 0, 1) = a·x − a²/2. */
  @Test
  void findsTheTrueRatioBehindWrongLogits() {
    double a = 1.2;
    double[] real = normal(1, a, 20_000);
    double[] generated = normal(2, 0, 20_000);
    for (double[] wrong : new double[][] {{0, 1}, {5, 3}, {-40, 0.02}, {1e4, 1e3}}) {
      Calibration found =
          Calibration.of(line(wrong[0], wrong[1], real), line(wrong[0], wrong[1], generated));
      for (double x : new double[] {-2, 0, 2}) {
        assertEquals(a * x - a * a / 2, found.logit(wrong[0] + wrong[1] * x), 0.1);
      }
      assertTrue(found.after() < LN_2 && found.after() <= found.before() + 1e-6, found.toString());
      assertEquals(20_000, found.examples());
    }
  }

  /** No other line has a smaller cross entropy, but for Platt's targets. */
  @Test
  void isTheBestLine() {
    double[] real = {-1, 0.5, 2, 3, 0.1};
    double[] generated = {-2, 1, -0.3, 0.2, -4};
    Calibration found = Calibration.of(real, generated);
    double best = loss(real, generated, found.shift(), found.scale());
    for (double d : new double[] {-0.05, 0.05}) {
      assertTrue(best < loss(real, generated, found.shift() + d, found.scale()));
      assertTrue(best < loss(real, generated, found.shift(), found.scale() + d));
    }
  }

  private static double loss(double[] real, double[] generated, double shift, double scale) {
    double target = 6.0 / 7;
    double sum = 0;
    for (int i = 0; i < real.length; i++) {
      for (double sign : new double[] {1, -1}) {
        double p = 1 / (1 + Math.exp(-shift - scale * (sign > 0 ? real : generated)[i]));
        double wanted = sign > 0 ? target : 1 - target;
        sum -= wanted * Math.log(p) + (1 - wanted) * Math.log(1 - p);
      }
    }
    return sum;
  }

  @Test
  void kindsThatLieApartHaveAFiniteAnswer() {
    Calibration found = Calibration.of(new double[] {3, 4, 5}, new double[] {-3, -4, -5});
    assertTrue(found.scale() > 0 && found.scale() < 10, found.toString());
    assertEquals(0, found.shift(), 1e-6);
  }

  /** A discriminator that prefers what is generated is not turned round. */
  @Test
  void whatTellsNothingIsWorthNothing() {
    for (double[] real : new double[][] {{1, 1}, {-1, -2}}) {
      Calibration found = Calibration.of(real, new double[] {1, 1});
      assertEquals(0, found.scale());
      assertEquals(0, found.logit(7));
      assertEquals(LN_2, found.after(), 1e-12);
    }
  }

  @Test
  void refusesWhatItCantCompare() {
    double[] two = {0, 1};
    assertThrows(IllegalArgumentException.class, () -> Calibration.of(two, new double[1]));
    assertThrows(
        IllegalArgumentException.class, () -> Calibration.of(new double[0], new double[0]));
    double[] infinite = {0, Double.POSITIVE_INFINITY};
    assertThrows(IllegalArgumentException.class, () -> Calibration.of(two, infinite));
    assertThrows(
        IllegalArgumentException.class, () -> Calibration.of(two, new double[] {0, Double.NaN}));
  }
}
