package org.gan4j.eval;

import java.util.List;
import java.util.Locale;

/**
 * What annealed importance sampling gives to a generator: a log-likelihood that is, in expectation,
 * too low, and how much it may be.
 *
 * @param mean log-likelihood over the test examples, nats: a stochastic lower bound
 * @param standardError of the mean: the examples' standard deviation / √examples; NaN of a single
 *     example
 * @param sigma of the observation model N(G(z), σ²·I)
 * @param examples that were scored
 * @param chains for each example
 * @param temperatures T, steps from the prior to the posterior
 * @param leapfrogSteps of one transition
 * @param acceptance mean probability that a transition was accepted
 * @param simulated examples drawn from the model, on which both bounds were taken
 * @param lower their mean log-likelihood by chains from the prior: a stochastic lower bound, nats
 * @param upper the same by chains from the z that made the example: a stochastic upper bound, nats
 * @param curve the validation examples' mean log-likelihoods for all σ that were tried, ascending
 * @param rates the rate–distortion curve of the validation examples, at the same σ
 */
public record AisEstimate(
    double mean,
    double standardError,
    double sigma,
    int examples,
    int chains,
    int temperatures,
    int leapfrogSteps,
    double acceptance,
    int simulated,
    double lower,
    double upper,
    List<ParzenScore.Point> curve,
    List<RateDistortion> rates) {
  public AisEstimate {
    curve = List.copyOf(curve);
    rates = List.copyOf(rates);
  }

  /**
   * How far apart the two bounds are: what the estimate may lack on data like the model's own.
   *
   * @return upper − lower, nats; &gt; 0 but for chance
   */
  public double gap() {
    return upper - lower;
  }

  /**
   * Whether the best σ is the smallest or the largest that was tried, so that one outside may be
   * better.
   *
   * @return false also for a curve of one point, which leaves no choice
   */
  public boolean atGridEdge() {
    int last = curve.size() - 1;
    return last > 0 && (sigma == curve.get(0).sigma() || sigma == curve.get(last).sigma());
  }

  /** For notes. */
  String leapfrogs() {
    return leapfrogSteps == 1 ? "1 leapfrog step" : leapfrogSteps + " leapfrog steps";
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "ais test %.1f ± %.1f nats (σ %.3g, %d tests, %d chains, %d temperatures, %s); on %d simulated"
            + " examples from %.1f to %.1f",
        mean,
        standardError,
        sigma,
        examples,
        chains,
        temperatures,
        leapfrogs(),
        simulated,
        lower,
        upper);
  }
}
