package org.gan4j.eval;

import java.util.Arrays;

/**
 * Whether some of the samples are copies of training examples, whatever the others are: an exact
 * test of how many samples are nearer to the training set than the nearest held-out examples are (a
 * precedence test; the ranks of {@link Copying} see a shift of all samples, and hardly one of a
 * few).
 *
 * <p>Let T be the r-th smallest distance of m held-out examples to the training set, and K the
 * number of n samples below it. If samples and held-out examples are of one distribution, K ≥ k
 * exactly if among the k + r − 1 smallest of all at most r − 1 are held out, whose number is
 * hypergeometric; ties make this larger than the chance. Taken are r = 1, a hundredth and a
 * twentieth of m; the least of the three p-values counts, times 3 (Bonferroni), so an alarm at p
 * &lt; 0.01 is false in at most one of a hundred generators that copy nothing.
 *
 * @param log10p decimal logarithm of the p-value, −∞ &lt; log10p ≤ 0
 * @param nearer how many samples are below the distance that gave it
 * @param rank r of that distance
 */
public record Copies(double log10p, int nearer, int rank) {
  /** What raises the alarm: p below 0.01. */
  public static final double ALARM = -2;

  private static final double[] SHARES = {0, 0.01, 0.05};

  /**
   * Computes the test.
   *
   * @param samples each sample's distance to its nearest training example; not modified
   * @param heldOut the same of real examples that were not trained on; not modified
   * @return the p-value, and where it comes from
   * @throws IllegalArgumentException if there are fewer than 10 of either, or one is no number
   */
  public static Copies of(double[] samples, double[] heldOut) {
    Copying.requireDistances(samples, heldOut);
    double[] sorted = heldOut.clone();
    Arrays.sort(sorted);
    double[] factorials = logFactorials(samples.length + heldOut.length);
    Copies least = null;
    for (double share : SHARES) {
      int rank = Math.max(1, (int) Math.ceil(share * sorted.length));
      double bound = sorted[rank - 1];
      int nearer = (int) Arrays.stream(samples).filter(distance -> distance < bound).count();
      double one = logTail(nearer, rank, samples.length, sorted.length, factorials);
      double all = Math.min(0, (one + Math.log(SHARES.length)) / Math.log(10));
      if (least == null || all < least.log10p) {
        least = new Copies(all, nearer, rank);
      }
    }
    return least;
  }

  /**
   * ln P(K ≥ nearer).
   *
   * @param rank of the held-out distance
   * @param n samples
   * @param m held-out examples
   * @param factorials ln i! up to n + m
   */
  static double logTail(int nearer, int rank, int n, int m, double[] factorials) {
    int drawn = nearer + rank - 1;
    double most = Double.NEGATIVE_INFINITY;
    double sum = 0;
    for (int held = Math.max(0, drawn - n); held <= rank - 1; held++) {
      double term =
          logChoose(m, held, factorials)
              + logChoose(n, drawn - held, factorials)
              - logChoose(n + m, drawn, factorials);
      sum = term > most ? sum * Math.exp(most - term) + 1 : sum + Math.exp(term - most);
      most = Math.max(most, term);
    }
    return Math.min(0, most + Math.log(sum));
  }

  private static double logChoose(int of, int count, double[] factorials) {
    return factorials[of] - factorials[count] - factorials[of - count];
  }

  static double[] logFactorials(int most) {
    double[] logs = new double[most + 1];
    for (int i = 2; i <= most; i++) {
      logs[i] = logs[i - 1] + Math.log(i);
    }
    return logs;
  }
}
