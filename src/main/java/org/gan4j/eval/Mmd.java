package org.gan4j.eval;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.gan4j.device.Philox;
import org.gan4j.layers.RandomStreams;

/**
 * The maximum mean discrepancy of two samples (Gretton et al., JMLR 2012): with a kernel k, the
 * unbiased estimate of MMD² = E k(x, x') + E k(y, y') − 2·E k(x, y). It is 0 on average for equal
 * distributions, so it can be negative, and at most 2. The kernel is the mean of Gaussians e^(−‖x −
 * y‖²/2σ²) of a few bandwidths.
 */
public final class Mmd {

  private static final double[] FACTORS = {0.5, 1, 2};

  private final int generated;
  private final int real;
  // All pairs, the generated points first.
  private final float[][] kernel;
  private final double[] rowSums;
  private final double total;

  /**
   * Computes the kernel of all pairs.
   *
   * @param distances at least two points of each kind
   * @param sigmas bandwidths, each a finite number &gt; 0; at least one
   * @throws IllegalArgumentException if there are fewer, or a bandwidth is none
   */
  public Mmd(PairDistances distances, double... sigmas) {
    distances.requireEach(2, "MMD²");
    double[] precisions = precisions(sigmas);
    this.generated = distances.generatedCount();
    this.real = distances.realCount();
    this.kernel = new float[generated + real][generated + real];
    fillWithin(distances.generated(), 0, precisions);
    fillWithin(distances.real(), generated, precisions);
    fillAcross(distances.across(), precisions);
    this.rowSums = new double[kernel.length];
    eachRow(
        kernel.length,
        i -> {
          for (float value : kernel[i]) {
            rowSums[i] += value;
          }
        });
    this.total = Arrays.stream(rowSums).sum();
  }

  static double[] precisions(double[] sigmas) {
    if (sigmas.length == 0) {
      throw new IllegalArgumentException("MMD² needs at least one bandwidth");
    }
    double[] precisions = Arrays.stream(sigmas).map(sigma -> 0.5 / (sigma * sigma)).toArray();
    for (int k = 0; k < sigmas.length; k++) {
      if (!(sigmas[k] > 0) || !(precisions[k] > 0) || !Double.isFinite(precisions[k])) {
        throw new IllegalArgumentException("a bandwidth is a number above 0, not " + sigmas[k]);
      }
    }
    return precisions;
  }

  /** Without the diagonal, which the unbiased estimate leaves out: it stays 0. */
  private void fillWithin(float[][] squared, int from, double[] precisions) {
    eachRow(
        squared.length,
        i -> {
          for (int j = 0; j < i; j++) {
            set(from + i, from + j, squared[i][j], precisions);
          }
        });
  }

  private void fillAcross(float[][] squared, double[] precisions) {
    eachRow(
        squared.length,
        i -> {
          for (int j = 0; j < squared[i].length; j++) {
            set(i, generated + j, squared[i][j], precisions);
          }
        });
  }

  /** Rows are independent: they use all cores. */
  private static void eachRow(int rows, IntConsumer row) {
    IntStream.range(0, rows).parallel().forEach(row);
  }

  /** Of two points of that squared distance. */
  static double kernel(float squared, double[] precisions) {
    double sum = 0;
    for (double precision : precisions) {
      sum += Math.exp(-precision * squared);
    }
    return sum / precisions.length;
  }

  private void set(int i, int j, float squared, double[] precisions) {
    float value = (float) kernel(squared, precisions);
    kernel[i][j] = value;
    kernel[j][i] = value;
  }

  /**
   * Bandwidths by the median heuristic: ½, 1 and 2 times the median distance. Taken from examples
   * of their own, neither the generated nor the real points under test, they leave the permutation
   * test exact and make two generators' values comparable.
   *
   * @param squared [count][count], squared distances within those examples; at least two
   * @return three bandwidths
   * @throws IllegalArgumentException if there are fewer examples, or half of their pairs are equal,
   *     so that the median is 0
   */
  public static double[] bandwidths(float[][] squared) {
    int count = squared.length;
    if (count < 2) {
      throw new IllegalArgumentException("a median distance needs at least two examples");
    }
    float[] all = new float[Math.multiplyExact(count, count - 1) / 2];
    int at = 0;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        all[at++] = squared[i][j];
      }
    }
    Arrays.sort(all);
    double median = Math.sqrt(all[all.length / 2]);
    if (!(median > 0)) {
      throw new IllegalArgumentException(
          "half of the examples' pairs are equal, so their median distance, 0, is no bandwidth for"
              + " MMD²");
    }
    return Arrays.stream(FACTORS).map(factor -> factor * median).toArray();
  }

  /**
   * The estimate.
   *
   * @return MMD², at most 2; below 0 by chance only
   */
  public double squared() {
    int[] first = new int[generated];
    Arrays.setAll(first, i -> i);
    return squared(first);
  }

  /** With the points of these numbers, ascending, in the place of the generated ones. */
  private double squared(int[] chosen) {
    double[] pairs = new double[chosen.length];
    eachRow(
        chosen.length,
        i -> {
          float[] row = kernel[chosen[i]];
          double sum = 0;
          for (int j = 0; j < i; j++) {
            sum += row[chosen[j]];
          }
          pairs[i] = sum;
        });
    double within = 0;
    double rows = 0;
    for (int i = 0; i < chosen.length; i++) {
      rows += rowSums[chosen[i]];
      within += 2 * pairs[i];
    }
    double across = rows - within;
    double others = total - within - 2 * across;
    return within / ((double) generated * (generated - 1))
        + others / ((double) real * (real - 1))
        - 2 * across / ((double) generated * real);
  }

  /**
   * The permutation test of equal distributions: the points are dealt anew, at random, to the two
   * samples.
   *
   * @param permutations how often, ≥ 1
   * @param seed of the random numbers
   * @return p = (1 + number of permutations whose MMD² is at least as large) / (1 + permutations)
   * @throws IllegalArgumentException if there are no permutations
   */
  public double pValue(int permutations, long seed) {
    if (permutations < 1) {
      throw new IllegalArgumentException("permutations must be ≥ 1, not " + permutations);
    }
    Philox random = new Philox(seed, RandomStreams.PERMUTATIONS.first(), 0);
    double observed = squared();
    // Permutations that give the same points give the same sum but for its order.
    double rounding = 1e-12 * total / ((double) generated * real);
    int atLeast = 0;
    for (int p = 0; p < permutations; p++) {
      int[] chosen = random.choose(kernel.length, generated);
      atLeast += squared(chosen) >= observed - rounding ? 1 : 0;
    }
    return (1.0 + atLeast) / (1.0 + permutations);
  }
}
