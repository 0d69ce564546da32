package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.gan4j.device.Device;
import org.junit.jupiter.api.Test;

/** Measures in parts are those of all distances at once. */
class PairwisePartTest {
  private static final int WIDTH = 3;
  private static final double[] SIGMAS = {0.5, 1, 2};

  private static PairwiseScores inParts(Device device, float[] x, float[] y, int parts) {
    PairwisePart all = PairwisePart.of(device, x, y, WIDTH, 0, parts, SIGMAS);
    for (int part = 1; part < parts; part++) {
      all = all.and(PairwisePart.of(device, x, y, WIDTH, part, parts, SIGMAS));
    }
    return all.scores();
  }

  private static void assertSame(
      NearestNeighbourAccuracy expected, NearestNeighbourAccuracy found) {
    assertEquals(expected.overall(), found.overall(), 1e-12);
    assertEquals(expected.real(), found.real(), 1e-12);
    assertEquals(expected.generated(), found.generated(), 1e-12);
  }

  private static void assertSame(float[] x, float[] y, int... partCounts) {
    try (Device device = Device.cpu()) {
      PairDistances pairs = PairDistances.of(device, x, y, WIDTH);
      NearestNeighbourAccuracy accuracy = NearestNeighbourAccuracy.of(pairs.balanced());
      for (int parts : partCounts) {
        PairwiseScores found = inParts(device, x, y, parts);
        assertEquals(PrecisionRecall.of(pairs, PrecisionRecall.K), found.precision());
        assertEquals(DensityCoverage.of(pairs, DensityCoverage.K), found.density());
        assertSame(accuracy, found.accuracy());
        assertEquals(new Mmd(pairs, SIGMAS).squared(), found.mmd2(), 1e-6);
      }
    }
  }

  @Test
  void partsMakeTheWhole() {
    for (int[] size : new int[][] {{6, 6}, {7, 50}, {61, 33}, {40, 40}}) {
      float[] x = Clouds.gaussian(1, size[0], WIDTH, 0.3);
      float[] y = Clouds.gaussian(2, size[1], WIDTH, 0);
      assertSame(x, y, 1, 2, 3, 7, 100);
    }
  }

  @Test
  void whatIsNoPartIsRefused() {
    float[] x = Clouds.gaussian(1, 10, WIDTH, 0);
    float[] few = Clouds.gaussian(1, 5, WIDTH, 0);
    try (Device device = Device.cpu()) {
      assertRefused(device, x, few, 0, 1, 1);
      assertRefused(device, x, x, 1, 1, 1);
      assertRefused(device, x, x, -1, 1, 1);
      assertRefused(device, x, x, 0, 0, 1);
      assertRefused(device, x, x, 0, 1, 0);
      PairwisePart one = PairwisePart.of(device, x, x, WIDTH, 0, 1, 1);
      PairwisePart other =
          PairwisePart.of(device, x, Clouds.gaussian(1, 11, WIDTH, 0), WIDTH, 0, 1, 1);
      assertThrows(IllegalArgumentException.class, () -> one.and(other));
    }
  }

  private static void assertRefused(
      Device device, float[] x, float[] y, int part, int parts, double sigma) {
    assertThrows(
        IllegalArgumentException.class,
        () -> PairwisePart.of(device, x, y, WIDTH, part, parts, sigma));
  }
}
