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
}
