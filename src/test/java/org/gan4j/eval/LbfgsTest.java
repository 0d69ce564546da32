package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Minima that are known. */
class LbfgsTest {
  private static final int SIZE = 30;

  private int calls;

  /** Σ (i + 1)² (x_i − i)², with a sum of all x that couples them: curvatures from 2 to 1,800. */
  private double valley(double[] x, double[] gradient) {
    calls++;
    double value = 0;
    double excess = Arrays.stream(x).sum() - SIZE * (SIZE - 1) / 2.0;
    for (int i = 0; i < SIZE; i++) {
      double weight = (i + 1.0) * (i + 1);
      double apart = x[i] - i;
      value += weight * apart * apart;
      gradient[i] = 2 * weight * apart + 2 * excess;
    }
    return value + excess * excess;
  }

  @Test
  void findsTheBottomOfAValley() {
    double[] start = new double[SIZE];
    double[] found = Lbfgs.minimise(this::valley, start, 500, 0);
    for (int i = 0; i < SIZE; i++) {
      assertEquals(i, found[i], 1e-6);
    }
    assertArrayEquals(new double[SIZE], start, "the start is the caller's");
    // Down to the last bit; steps along the gradient alone would take tens of thousands.
    assertTrue(calls < 600, "calls " + calls);
  }

  @Test
  void endsWhereARoundGainsLittle() {
    Lbfgs.minimise(this::valley, new double[SIZE], 500, 0);
    int all = calls;
    calls = 0;
    Lbfgs.minimise(this::valley, new double[SIZE], 500, 0.1);
    assertTrue(calls < all, calls + " and " + all);
    calls = 0;
    Lbfgs.minimise(this::valley, new double[SIZE], 1, 0);
    assertTrue(calls < 30, "one round, calls " + calls);
  }

  @Test
  void staysWhereNothingIsToBeGained() {
    double[] flat =
        Lbfgs.minimise(
            (x, gradient) -> {
              Arrays.fill(gradient, 0);
              return 7;
            },
            new double[] {1, 2},
            100,
            1e-9);
    assertArrayEquals(new double[] {1, 2}, flat);
    // A gradient that promises what the values don't keep.
    double[] stuck =
        Lbfgs.minimise(
            (x, gradient) -> {
              Arrays.fill(gradient, 1);
              return 7;
            },
            new double[] {1, 2},
            100,
            1e-9);
    assertArrayEquals(new double[] {1, 2}, stuck);
  }
}
