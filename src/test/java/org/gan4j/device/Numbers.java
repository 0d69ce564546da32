package org.gan4j.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.SplittableRandom;

/** Test data, comparisons, and what statistics the tests need. */
public final class Numbers {
  /** Half the distance from 1 to the next float: the error of one rounding. */
  public static final double ROUNDING = 0x1p-24;

  private Numbers() {}

  public static float[] randoms(int count, long seed, double scale) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * scale);
    }
    return values;
  }

  public static byte[] randomBytes(int count, long seed) {
    byte[] values = new byte[count];
    new java.util.Random(seed).nextBytes(values);
    return values;
  }

  public static void assertClose(double expected, double found, double tolerance, String what) {
    // Negated, so that a NaN fails.
    if (!(Math.abs(found - expected) <= tolerance)) {
      fail(what + ": expected " + expected + " ± " + tolerance + ", found " + found);
    }
  }

  public static void assertSameBits(float[] expected, float[] found, String what) {
    assertEquals(expected.length, found.length, what);
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(found[i])) {
        fail(what + ": element " + i + ": expected " + expected[i] + ", found " + found[i]);
      }
    }
  }

  /** Φ(x), by Simpson's rule from 0: exact to about 1e-10 for |x| ≤ 8. */
  public static double normalCumulative(double x) {
    int intervals = 200;
    double h = x / intervals;
    double sum = 0;
    for (int i = 0; i <= intervals; i++) {
      double t = i * h;
      double weight = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.exp(-t * t / 2);
    }
    return 0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI);
  }

  /** Pearson's statistic of counts that should all be equal. */
  public static double chiSquare(int[] counts) {
    long total = 0;
    for (int count : counts) {
      total += count;
    }
    double expected = (double) total / counts.length;
    double sum = 0;
    for (int count : counts) {
      sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
  }
}
