package org.gan4j.benchmarks;

import java.util.SplittableRandom;

/** Inputs that are the same in every process. */
public final class Numbers {
  private Numbers() {}

  /**
   * Draws numbers.
   *
   * @param seed decides them
   * @param count how many
   * @param range half the width of their distribution
   * @return uniform numbers on (−range, range)
   */
  public static float[] uniform(long seed, int count, double range) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextDouble(-1, 1) * range);
    }
    return values;
  }

  /**
   * How far two results are from each other.
   *
   * @param expected one of them
   * @param found the other
   * @return ‖found − expected‖ / ‖expected‖ in Euclidean norms; infinite if the lengths differ
   */
  public static double difference(float[] expected, float[] found) {
    if (expected.length != found.length) {
      return Double.POSITIVE_INFINITY;
    }
    double error = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      double d = expected[i] - found[i];
      error += d * d;
      norm += (double) expected[i] * expected[i];
    }
    return error == 0 ? 0 : Math.sqrt(error / norm);
  }
}
