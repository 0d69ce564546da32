package org.gan4j.eval;

import java.util.Arrays;

/**
 * Whether samples lie nearer to the training examples than new real data do: the data-copying test
 * of Meehan, Chaudhuri and Dasgupta (AISTATS 2020), on the whole space as one cell. Its statistic
 * is that of Mann and Whitney, U = the number of pairs of a sample and a held-out example in which
 * the sample is farther from its nearest training example, ties for a half, as a z-score with the
 * variance corrected for ties.
 *
 * @param z 0 on average for new data of the same distribution, with deviation 1; far below 0 if
 *     samples copy, or are smooth and so near to everything; above 0 if they lie off the data
 * @param nearest share of the samples that are nearer than the nearest hundredth of held-out data:
 *     about 0.01 for new data
 */
public record Copying(double z, double nearest) {
  /** Of each kind: with fewer U is far from normal. */
  public static final int LEAST = 10;

  /** What raises the alarm: samples this far nearer than held-out data, in deviations. */
  public static final double ALARM = -3;

  private static final double NEAREST = 0.01;

  /**
   * Computes the statistic.
   *
   * @param samples each sample's distance to its nearest training example; not modified
   * @param heldOut the same of real examples that were not trained on; not modified
   * @return z, 0 if all distances are equal
   * @throws IllegalArgumentException if there are fewer than 10 of either, or one is no number
   */
  public static Copying of(double[] samples, double[] heldOut) {
    requireDistances(samples, heldOut);
    double[] all = Arrays.copyOf(samples, samples.length + heldOut.length);
    System.arraycopy(heldOut, 0, all, samples.length, heldOut.length);
    double[] sorted = heldOut.clone();
    Arrays.sort(sorted);
    double bound = sorted[(int) (NEAREST * sorted.length)];
    double nearer = Arrays.stream(samples).filter(distance -> distance < bound).count();
    return new Copying(z(samples, sorted, all), nearer / samples.length);
  }

  /** Checks what a test of copying is given. */
  static void requireDistances(double[] samples, double[] heldOut) {
    if (samples.length < LEAST || heldOut.length < LEAST) {
      throw new IllegalArgumentException(
          String.format(
              "a test of copying needs at least %d samples and held-out examples, not %d and %d",
              LEAST, samples.length, heldOut.length));
    }
    for (double[] distances : new double[][] {samples, heldOut}) {
      if (Arrays.stream(distances).anyMatch(each -> !(each >= 0) || Double.isInfinite(each))) {
        throw new IllegalArgumentException("distances must be finite numbers ≥ 0");
      }
    }
  }

  private static double z(double[] samples, double[] heldOut, double[] all) {
    double n = samples.length;
    double m = heldOut.length;
    double u = 0;
    for (double distance : samples) {
      u += (below(heldOut, distance, false) + below(heldOut, distance, true)) / 2.0;
    }
    double count = n + m;
    double variance = n * m / 12 * (count + 1 - ties(all) / (count * (count - 1)));
    // Nothing but ties: the sum above leaves a rounding at most.
    return variance > 1e-9 * n * m ? (u - n * m / 2) / Math.sqrt(variance) : 0;
  }

  /** How many values of an ascending list are below a bound, or at most that. */
  private static int below(double[] ascending, double bound, boolean inclusive) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      boolean before = ascending[middle] < bound || (inclusive && ascending[middle] == bound);
      low = before ? middle + 1 : low;
      high = before ? high : middle;
    }
    return low;
  }

  /** Σ (t³ − t) over the groups of t equal values. */
  private static double ties(double[] all) {
    Arrays.sort(all);
    double sum = 0;
    for (int from = 0, to; from < all.length; from = to) {
      to = from;
      while (to < all.length && all[to] == all[from]) {
        to++;
      }
      double t = to - from;
      sum += t * t * t - t;
    }
    return sum;
  }
}
