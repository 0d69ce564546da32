package org.gan4j.theory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MixtureTest {
  @Test
  void aGridLiesAroundTheOrigin() {
    Mixture grid = Mixture.grid(3, 2, 0.1);
    assertEquals(9, grid.modes());
    assertArrayEquals(new double[] {-2, -2}, grid.centre(0));
    assertArrayEquals(new double[] {0, 0}, grid.centre(4));
    assertArrayEquals(new double[] {2, 0}, grid.centre(5));
    assertEquals(25, Toys.GRID.modes());
    assertEquals(25, Toys.NARROW_RING.modes());
  }

  @Test
  void pointsHaveTheMixturesMoments() {
    float[] points = Toys.GRID.sample(20_000, 3);
    double[] mean = new double[2];
    double square = 0;
    int[] hits = new int[25];
    for (int i = 0; i < points.length; i += 2) {
      mean[0] += points[i] / 20_000;
      mean[1] += points[i + 1] / 20_000;
      int mode = Toys.GRID.nearest(points[i], points[i + 1]);
      hits[mode]++;
      double far = Toys.GRID.deviations(mode, points[i], points[i + 1]);
      square += far * far / 20_000;
    }
    assertEquals(0, mean[0], 0.05);
    assertEquals(0, mean[1], 0.05);
    assertEquals(2, square, 0.1);
    // 800 ± 28 of each.
    assertEquals(800, Arrays.stream(hits).min().orElseThrow(), 130);
    assertEquals(800, Arrays.stream(hits).max().orElseThrow(), 130);
    assertArrayEquals(points, Toys.GRID.sample(20_000, 3));
    assertFalse(Arrays.equals(points, Toys.GRID.sample(20_000, 4)));
  }

  @Test
  void coverageCountsWhatIsNear() {
    Mixture two = Mixture.grid(2, 1, 0.1);
    float[] points = {-0.5f, -0.5f, -0.5f, -0.85f, 0.5f, 0.5f, 0.5f, 0.95f};
    assertEquals(new Collapse.Coverage(2, 0.75), Collapse.Coverage.of(points, two, 4, 1));
    assertEquals(new Collapse.Coverage(1, 0.75), Collapse.Coverage.of(points, two, 4, 2));
    assertEquals(new Collapse.Coverage(2, 1), Collapse.Coverage.of(points, two, 5, 2));
    // Within 3 deviations, a fifth of a quarter of four points: 1 is enough.
    assertEquals(new Collapse.Coverage(2, 0.5), Collapse.Coverage.of(points, two));
  }
}
