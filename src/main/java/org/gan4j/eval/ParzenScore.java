package org.gan4j.eval;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a Parzen window gives to a set of examples. The paper warns that this estimate has a high
 * variance and does poorly in high dimension: two scores compare only if they come from equally
 * many samples.
 *
 * @param part what was scored
 * @param mean log-likelihood over the examples, nats
 * @param standardError of the mean: the examples' standard deviation / √examples; NaN of a single
 *     example, which tells nothing of others
 * @param sigma the bandwidth, the best of the curve
 * @param samples that carried the window
 * @param examples that were scored
 * @param curve the validation examples' means for all bandwidths that were tried, ascending
 */
public record ParzenScore(
    Part part,
    double mean,
    double standardError,
    double sigma,
    int samples,
    int examples,
    List<Point> curve) {
  /** Which part of a data set was scored. */
  public enum Part {
    /** The validation examples, which also chose the bandwidth. */
    VALIDATION,
    /** The test set, with the bandwidth that was best on the validation examples. */
    TEST
  }

  /**
   * One bandwidth.
   *
   * @param sigma the bandwidth
   * @param mean log-likelihood over the validation examples, nats
   */
  public record Point(double sigma, double mean) {}

  public ParzenScore {
    curve = List.copyOf(curve);
  }

  /** The statistics of log-likelihoods, one for each example. */
  static ParzenScore of(
      Part part, double[] logLikelihoods, double sigma, int samples, List<Point> curve) {
    return new ParzenScore(
        part,
        mean(logLikelihoods),
        standardError(logLikelihoods),
        sigma,
        samples,
        logLikelihoods.length,
        curve);
  }

  /** Of the mean of some values; NaN of a single one. */
  static double standardError(double[] values) {
    double mean = mean(values);
    double squares = Arrays.stream(values).map(l -> (l - mean) * (l - mean)).sum();
    return values.length < 2 ? Double.NaN : Math.sqrt(squares) / values.length;
  }

  static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  /**
   * Whether the best bandwidth is the smallest or the largest that was tried, so that one outside
   * may be better.
   *
   * @return false also for a curve of one point, which leaves no choice
   */
  public boolean atGridEdge() {
    return curve.size() > 1 && (sigma == first().sigma || sigma == last().sigma);
  }

  /**
   * What to say when the score can't be trusted.
   *
   * @return one line if {@link #atGridEdge()}, which says how to widen the grid
   */
  public Optional<String> warning() {
    if (!atGridEdge()) {
      return Optional.empty();
    }
    boolean smallest = sigma == first().sigma;
    return Optional.of(
        String.format(
            Locale.ROOT,
            "the best σ, %.3g, is the %s of the grid from %.3g to %.3g, so the score may be far"
                + " too low; set evaluation.%s",
            sigma,
            smallest ? "smallest" : "largest",
            first().sigma,
            last().sigma,
            smallest ? "sigma_from lower" : "sigma_to higher"));
  }

  private Point first() {
    return curve.get(0);
  }

  private Point last() {
    return curve.get(curve.size() - 1);
  }

  /** As in {@code parzen test 225.1 ± 2.0 nats (σ 0.215, 10000 samples, 10000 tests)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "parzen %s %.1f ± %.1f nats (σ %.3g, %d samples, %d %s)",
        part == Part.TEST ? "test" : "validation",
        mean,
        standardError,
        sigma,
        samples,
        examples,
        part == Part.TEST ? "tests" : "examples");
  }
}
