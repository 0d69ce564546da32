package org.gan4j.theory;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gan4j.device.Philox;
import org.gan4j.layers.RandomStreams;

/**
 * With p_g itself as the parameter and D optimal at every step, descent leads to p_data: on a space
 * of a few points, where p_g is a list of probabilities.
 */
public final class Proposition2 {
  private static final int POINTS = 12;
  private static final double RATE = 0.25;
  private static final int SITE = RandomStreams.data(0);

  private final Philox random;

  private Proposition2(long seed) {
    random = new Philox(seed, SITE, 0);
  }

  /**
   * Descends from a random beginning, and looks for a chord that the criterion rises above.
   *
   * @param steps of descent
   * @param chords random pairs of distributions
   * @param seed of all random numbers
   * @return how far p_g was and is from p_data, and the smallest gap below a chord
   */
  public static ExperimentResult run(int steps, int chords, long seed) {
    return new Proposition2(seed).run(steps, chords);
  }

  private ExperimentResult run(int steps, int chords) {
    double[] data = distribution();
    double[] generated = distribution();
    double[] when = new double[steps + 1];
    double[] excess = new double[steps + 1];
    double[] distance = new double[steps + 1];
    double largestRise = Double.NEGATIVE_INFINITY;
    for (int i = 0; i <= steps; i++) {
      when[i] = i;
      excess[i] = Value.criterion(data, generated, 1) - Value.MINIMUM;
      distance[i] = distance(data, generated);
      largestRise = i == 0 ? largestRise : Math.max(largestRise, excess[i] - excess[i - 1]);
      generated = descend(data, generated);
    }
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("proposition2.steps", (double) steps);
    numbers.put("proposition2.distance_at_first", distance[0]);
    numbers.put("proposition2.distance_at_last", distance[steps]);
    numbers.put("proposition2.largest_rise", largestRise);
    numbers.put("proposition2.gradient_error", gradientError());
    numbers.put("proposition2.chords", (double) chords);
    numbers.put("proposition2.smallest_gap", smallestGap(chords));
    return new ExperimentResult(
        numbers,
        List.of(
            new ExperimentResult.Plot(
                "proposition2",
                "steps",
                "log10",
                false,
                List.of(
                    new ExperimentResult.Series("C + log 4", when, logarithms(excess)),
                    new ExperimentResult.Series(
                        "sum of |p_g - p_data|", when, logarithms(distance))))));
  }

  /** Independent exponential numbers, scaled: uniform on the simplex. */
  private double[] distribution() {
    double[] p = new double[POINTS];
    Arrays.setAll(p, i -> -Math.log((random.nextSymmetric() + 1) / 2));
    return normalised(p);
  }

  private static double[] normalised(double[] p) {
    double sum = Arrays.stream(p).sum();
    return Arrays.stream(p).map(value -> value / sum).toArray();
  }

  /** ∂V/∂p_g at the best D, held fixed: a subgradient of the supremum over all D. */
  static double[] gradient(double[] data, double[] generated) {
    double[] best = Value.optimalDiscriminator(data, generated);
    return Arrays.stream(best).map(d -> Math.log(1 - d)).toArray();
  }

  /** Exponentiated gradient: the form of descent that keeps probabilities positive. */
  private static double[] descend(double[] data, double[] generated) {
    double[] slope = gradient(data, generated);
    double[] next = new double[POINTS];
    Arrays.setAll(next, i -> generated[i] * Math.exp(-RATE * slope[i]));
    return normalised(next);
  }

  /**
   * The largest difference between that subgradient and C's own slope by central differences, along
   * directions that keep the sum of probabilities.
   */
  private double gradientError() {
    double[] data = distribution();
    double[] generated = distribution();
    double[] slope = gradient(data, generated);
    double error = 0;
    for (int i = 1; i < POINTS; i++) {
      double h = 1e-4 * Math.min(generated[0], generated[i]);
      double up = shifted(data, generated, i, h);
      double down = shifted(data, generated, i, -h);
      error = Math.max(error, Math.abs((up - down) / (2 * h) - (slope[i] - slope[0])));
    }
    return error;
  }

  private static double shifted(double[] data, double[] generated, int i, double h) {
    double[] p = generated.clone();
    p[i] += h;
    p[0] -= h;
    return Value.criterion(data, p, 1);
  }

  /** The smallest of (1 − t)·C(p) + t·C(q) − C((1 − t)·p + t·q): a convex C makes none negative. */
  private double smallestGap(int chords) {
    double smallest = Double.POSITIVE_INFINITY;
    for (int c = 0; c < chords; c++) {
      double[] data = distribution();
      double[] p = distribution();
      double[] q = distribution();
      double t = (random.nextSymmetric() + 1) / 2;
      double[] between = new double[POINTS];
      Arrays.setAll(between, i -> (1 - t) * p[i] + t * q[i]);
      double chord = (1 - t) * Value.criterion(data, p, 1) + t * Value.criterion(data, q, 1);
      smallest = Math.min(smallest, chord - Value.criterion(data, between, 1));
    }
    return smallest;
  }

  private static double distance(double[] p, double[] q) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += Math.abs(p[i] - q[i]);
    }
    return sum;
  }

  /** Of what rounding leaves above 0. */
  private static double[] logarithms(double[] values) {
    return Arrays.stream(values).map(v -> Math.log10(Math.max(v, 1e-16))).toArray();
  }
}
