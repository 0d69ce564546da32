package org.gan4j.theory;

import java.util.Arrays;

/**
 * The game's value and what the paper says about it, for densities or probabilities given cell by
 * cell.
 */
public final class Value {
  /** The value of the game where p_g = p_data. */
  public static final double MINIMUM = -Math.log(4);

  private Value() {}

  /**
   * Proposition 1: the best discriminator against a fixed generator.
   *
   * @param data p_data
   * @param generated p_g
   * @return p_data / (p_data + p_g), ½ where both are 0
   */
  public static double[] optimalDiscriminator(double[] data, double[] generated) {
    double[] best = new double[data.length];
    Arrays.setAll(
        best,
        i -> {
          double sum = data[i] + generated[i];
          return sum == 0 ? 0.5 : data[i] / sum;
        });
    return best;
  }

  /**
   * Equation 1: V(D, G) = Σ [p_data log D + p_g log(1 − D)] · width.
   *
   * @param discriminator D
   * @param data p_data
   * @param generated p_g
   * @param width of a cell; 1 for probabilities
   * @return V
   */
  public static double of(double[] discriminator, double[] data, double[] generated, double width) {
    double sum = 0;
    for (int i = 0; i < data.length; i++) {
      sum += weighted(data[i], discriminator[i]) + weighted(generated[i], 1 - discriminator[i]);
    }
    return sum * width;
  }

  /** weight · log(x), 0 where the weight is. */
  private static double weighted(double weight, double x) {
    return weight == 0 ? 0 : weight * Math.log(x);
  }

  /**
   * C(G) = V at the best discriminator. Its logarithms are taken apart, log p − log(p + q), because
   * D itself rounds to 0 or 1 where one density is far above the other.
   *
   * @param data p_data
   * @param generated p_g
   * @param width of a cell; 1 for probabilities
   * @return the largest V that any D reaches
   */
  public static double criterion(double[] data, double[] generated, double width) {
    double sum = 0;
    for (int i = 0; i < data.length; i++) {
      double both = Math.log(data[i] + generated[i]);
      sum += data[i] == 0 ? 0 : data[i] * (Math.log(data[i]) - both);
      sum += generated[i] == 0 ? 0 : generated[i] * (Math.log(generated[i]) - both);
    }
    return sum * width;
  }

  /**
   * The Jensen-Shannon divergence by its definition, ½KL(p ‖ m) + ½KL(q ‖ m) with m the mean of
   * both.
   *
   * @param p one density
   * @param q the other
   * @param width of a cell; 1 for probabilities
   * @return 0 to log 2
   */
  public static double divergence(double[] p, double[] q, double width) {
    double[] mean = new double[p.length];
    Arrays.setAll(mean, i -> (p[i] + q[i]) / 2);
    return (divergenceFrom(p, mean, width) + divergenceFrom(q, mean, width)) / 2;
  }

  private static double divergenceFrom(double[] p, double[] mean, double width) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += p[i] == 0 ? 0 : p[i] * Math.log(p[i] / mean[i]);
    }
    return sum * width;
  }
}
