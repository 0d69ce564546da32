package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.gan4j.device.Philox;
import org.gan4j.recipe.Noise;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** u has the density that is stated, and z(u) the recipe's distribution. */
class LatentSpaceTest {
  private static final double SCALE = 1.7;

  private static LatentSpace space(Noise.Distribution distribution) {
    return new LatentSpace(new Noise(distribution, 3, SCALE));
  }

  @ParameterizedTest
  @EnumSource(Noise.Distribution.class)
  void slopesAreDerivatives(Noise.Distribution distribution) {
    LatentSpace space = space(distribution);
    double h = 1e-5;
    for (double u : new double[] {-30, -3, -0.4, 0, 1e-3, 2, 9}) {
      double slope = (space.logDensity(u + h) - space.logDensity(u - h)) / (2 * h);
      assertEquals(slope, space.slope(u), 1e-6 * (1 + Math.abs(slope)));
      double derivative = (space.noise(u + h) - space.noise(u - h)) / (2 * h);
      assertEquals(derivative, space.derivative(u), 1e-9 * (1 + Math.abs(derivative)));
    }
  }

  @ParameterizedTest
  @EnumSource(Noise.Distribution.class)
  void positionsAreOfTheirNoise(Noise.Distribution distribution) {
    LatentSpace space = space(distribution);
    for (double z : new double[] {-0.9 * SCALE, -0.1, 0, 0.3, 0.9 * SCALE}) {
      assertEquals(z, space.noise(space.position(z)), 1e-12);
    }
    double beyond = space.noise(space.position(4 * SCALE));
    assertTrue(Double.isFinite(beyond) && beyond > 0.9 * SCALE, "" + beyond);
  }

  /** Shares of cells, of u by its density and of z by the recipe's, within 5 deviations. */
  @ParameterizedTest
  @EnumSource(Noise.Distribution.class)
  void drawsHaveTheDensity(Noise.Distribution distribution) {
    LatentSpace space = space(distribution);
    Philox random = new Philox(4, 0, 0);
    int count = 40_000;
    int cells = 8;
    double width = 0.7;
    int[] found = new int[cells];
    int below = 0;
    for (int i = 0; i < count; i++) {
      double u = space.draw(random);
      int cell = (int) Math.floor(u / width) + cells / 2;
      if (cell >= 0 && cell < cells) {
        found[cell]++;
      }
      below += space.noise(u) < -SCALE / 2 ? 1 : 0;
    }
    boolean uniform = distribution == Noise.Distribution.UNIFORM;
    double constant = uniform ? 1 : 1 / Math.sqrt(2 * Math.PI);
    for (int cell = 0; cell < cells; cell++) {
      double expected = 0;
      for (int i = 0; i < 1000; i++) {
        double u = width * (cell - cells / 2 + (i + 0.5) / 1000);
        expected += constant * Math.exp(space.logDensity(u)) * width / 1000;
      }
      assertShare(expected, found[cell], count);
    }
    // P(U(−s, s) < −s/2), and Φ(−½).
    assertShare(uniform ? 0.25 : 0.30853754, below, count);
  }

  private static void assertShare(double expected, int found, int count) {
    double deviation = Math.sqrt(expected * (1 - expected) / count);
    double share = (double) found / count;
    assertTrue(
        Math.abs(share - expected) < 5 * deviation, () -> share + ", but expected " + expected);
  }
}
