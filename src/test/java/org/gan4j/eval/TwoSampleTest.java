package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Nearest neighbours, precision and recall, density and coverage: by definition and as known. */
class TwoSampleTest {
  private static final int WIDTH = 3;

  private static PairDistances gaussians(int count, double shift) {
    return Clouds.pairs(
        Clouds.gaussian(1, count, WIDTH, shift), Clouds.gaussian(2, count, WIDTH, 0), WIDTH);
  }

  // ---- the definitions, naively ----

  private static double[][] all(float[] generated, float[] real) {
    float[] both = Arrays.copyOf(generated, generated.length + real.length);
    System.arraycopy(real, 0, both, generated.length, real.length);
    return Clouds.squared(both, both, WIDTH);
  }

  private static NearestNeighbourAccuracy accuracy(float[] generated, float[] real) {
    double[][] all = all(generated, real);
    int n = generated.length / WIDTH;
    double[] right = new double[2];
    for (int i = 0; i < all.length; i++) {
      int nearest = i == 0 ? 1 : 0;
      for (int j = 0; j < all.length; j++) {
        nearest = j != i && all[i][j] < all[i][nearest] ? j : nearest;
      }
      right[i < n ? 0 : 1] += (nearest < n) == (i < n) ? 1 : 0;
    }
    int m = all.length - n;
    return new NearestNeighbourAccuracy(
        (right[0] + right[1]) / all.length, right[1] / m, right[0] / n);
  }

  /** Radius² of the ball about each point. */
  private static double[] balls(float[] points, int k) {
    return Arrays.stream(Clouds.squared(points, points, WIDTH))
        .mapToDouble(row -> Arrays.stream(row).sorted().toArray()[k]) // the first is its own
        .toArray();
  }

  /** How many of the balls about {@code points} hold point i of the others. */
  private static int[] holding(float[] points, int k, float[] others) {
    double[] balls = balls(points, k);
    double[][] across = Clouds.squared(others, points, WIDTH);
    int[] counts = new int[across.length];
    for (int i = 0; i < across.length; i++) {
      for (int j = 0; j < balls.length; j++) {
        counts[i] += across[i][j] <= balls[j] ? 1 : 0;
      }
    }
    return counts;
  }

  private static double share(int[] counts) {
    return Arrays.stream(counts).mapToDouble(count -> count > 0 ? 1 : 0).average().orElseThrow();
  }

  @Test
  void equalTheDefinition() {
    for (int[] size : new int[][] {{6, 6}, {7, 30}, {40, 9}, {61, 59}}) {
      for (double shift : new double[] {0, 0.7}) {
        float[] generated = Clouds.gaussian(3, size[0], WIDTH, shift);
        float[] real = Clouds.gaussian(4, size[1], WIDTH, 0);
        PairDistances distances = Clouds.pairs(generated, real, WIDTH);
        assertEquals(accuracy(generated, real), NearestNeighbourAccuracy.of(distances));
        for (int k : new int[] {1, 3, 5}) {
          PrecisionRecall found = PrecisionRecall.of(distances, k);
          assertEquals(share(holding(real, k, generated)), found.precision(), 1e-12);
          assertEquals(share(holding(generated, k, real)), found.recall(), 1e-12);
          DensityCoverage density = DensityCoverage.of(distances, k);
          double inside = Arrays.stream(holding(real, k, generated)).sum();
          assertEquals(inside / (k * size[0]), density.density(), 1e-12);
          assertEquals(coverage(real, k, generated), density.coverage(), 1e-12);
        }
      }
    }
  }

  private static double coverage(float[] real, int k, float[] generated) {
    double[] balls = balls(real, k);
    double[][] across = Clouds.squared(real, generated, WIDTH);
    double covered = 0;
    for (int j = 0; j < balls.length; j++) {
      covered += Arrays.stream(across[j]).min().orElseThrow() <= balls[j] ? 1 : 0;
    }
    return covered / balls.length;
  }

  // ---- what is known ----

  @Test
  void aGaussianAgainstItself() {
    PairDistances equal = gaussians(1000, 0);
    NearestNeighbourAccuracy accuracy = NearestNeighbourAccuracy.of(equal);
    // Of 2,000 points: three deviations of a share of ½, a little more as neighbours depend.
    assertEquals(0.5, accuracy.overall(), 0.045);
    assertEquals(accuracy.overall(), (accuracy.real() + accuracy.generated()) / 2, 1e-12);
    DensityCoverage coverage = DensityCoverage.of(equal, 5);
    // Naeem et al.: 1, and 1 − Π (N − i)/(2N − i), which tends to 1 − 2⁻⁵.
    assertEquals(1, coverage.density(), 0.08);
    assertEquals(1 - 1 / 32.0, coverage.coverage(), 0.02);
    PrecisionRecall recall = PrecisionRecall.of(equal, 3);
    assertEquals(recall.precision(), recall.recall(), 0.05);
  }

  @Test
  void translatedGaussians() {
    double accuracy = 0;
    double precision = 1;
    double coverage = 1;
    for (double shift : new double[] {0, 0.5, 1, 2}) {
      PairDistances distances = gaussians(400, shift);
      double next = NearestNeighbourAccuracy.of(distances).overall();
      PrecisionRecall found = PrecisionRecall.of(distances, 3);
      double covered = DensityCoverage.of(distances, 5).coverage();
      assertTrue(next > accuracy, "accuracy at " + shift);
      assertTrue(found.precision() < precision, "precision at " + shift);
      assertTrue(covered < coverage, "coverage at " + shift);
      accuracy = next;
      precision = found.precision();
      coverage = covered;
    }
    PairDistances apart = gaussians(400, 30);
    assertEquals(new NearestNeighbourAccuracy(1, 1, 1), NearestNeighbourAccuracy.of(apart));
    assertEquals(new PrecisionRecall(0, 0), PrecisionRecall.of(apart, 3));
    assertEquals(new DensityCoverage(0, 0), DensityCoverage.of(apart, 5));
  }

  @Test
  void theDataItself() {
    float[] real = Clouds.gaussian(5, 200, WIDTH, 0);
    PairDistances copies = Clouds.pairs(real.clone(), real, WIDTH);
    assertEquals(new NearestNeighbourAccuracy(0, 0, 0), NearestNeighbourAccuracy.of(copies));
    assertEquals(new PrecisionRecall(1, 1), PrecisionRecall.of(copies, 3));
    assertEquals(1, DensityCoverage.of(copies, 5).coverage());
    // Each ball holds the copies of its centre and of its five neighbours.
    assertEquals(6 / 5.0, DensityCoverage.of(copies, 5).density(), 1e-12);
  }

  /** One real point again and again: realistic, without variety. */
  @Test
  void aCollapsedGenerator() {
    float[] real = Clouds.gaussian(5, 200, WIDTH, 0);
    PairDistances collapsed = Clouds.pairs(Clouds.repeated(real, 7, 100, WIDTH), real, WIDTH);
    PrecisionRecall recall = PrecisionRecall.of(collapsed, 3);
    assertEquals(1, recall.precision());
    assertEquals(1 / 200.0, recall.recall(), "only its own original");
    assertTrue(DensityCoverage.of(collapsed, 5).coverage() < 0.1);
    NearestNeighbourAccuracy accuracy = NearestNeighbourAccuracy.of(collapsed);
    // Each copy has 99 of its own kind and the original at distance 0.
    assertEquals(0.99, accuracy.generated(), 1e-12);
  }

  @Test
  void tiesCountByTheirShare() {
    float[] one = new float[4 * WIDTH];
    float[] other = new float[6 * WIDTH];
    NearestNeighbourAccuracy same = NearestNeighbourAccuracy.of(Clouds.pairs(one, other, WIDTH));
    assertEquals(3 / 9.0, same.generated(), 1e-12);
    assertEquals(5 / 9.0, same.real(), 1e-12);
    assertEquals((4 * 3 / 9.0 + 6 * 5 / 9.0) / 10, same.overall(), 1e-12);
    PairDistances equal = Clouds.pairs(new float[6 * WIDTH], other, WIDTH);
    assertEquals(new PrecisionRecall(1, 1), PrecisionRecall.of(equal, 3));
    assertEquals(new DensityCoverage(6 / 5.0, 1), DensityCoverage.of(equal, 5));
  }

  @Test
  void balancedTakesTheFirstOfEach() {
    float[] generated = Clouds.gaussian(3, 7, WIDTH, 0);
    float[] real = Clouds.gaussian(4, 5, WIDTH, 0);
    PairDistances balanced = Clouds.pairs(generated, real, WIDTH).balanced();
    PairDistances expected = Clouds.pairs(Arrays.copyOf(generated, 5 * WIDTH), real, WIDTH);
    assertTrue(Arrays.deepEquals(expected.generated(), balanced.generated()));
    assertTrue(Arrays.deepEquals(expected.real(), balanced.real()));
    assertTrue(Arrays.deepEquals(expected.across(), balanced.across()));
  }

  @Test
  void tooFewPointsAreRefused() {
    float[] three = Clouds.gaussian(3, 3, WIDTH, 0);
    float[] many = Clouds.gaussian(4, 9, WIDTH, 0);
    PairDistances few = Clouds.pairs(three, many, WIDTH);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> PrecisionRecall.of(few, 3));
    assertEquals(
        "precision and recall needs at least 4 generated and 4 real points, not 3 and 9",
        e.getMessage());
    PairDistances fewReal = Clouds.pairs(many, three, WIDTH);
    assertThrows(IllegalArgumentException.class, () -> DensityCoverage.of(fewReal, 3));
    assertThrows(IllegalArgumentException.class, () -> DensityCoverage.of(few, 0));
    PairDistances lone = Clouds.pairs(Clouds.gaussian(3, 1, WIDTH, 0), many, WIDTH);
    assertThrows(IllegalArgumentException.class, () -> NearestNeighbourAccuracy.of(lone));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PairDistances(few.generated(), few.generated(), few.across()));
  }
}
