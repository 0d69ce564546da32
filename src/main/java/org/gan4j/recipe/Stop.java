package org.gan4j.recipe;

import org.gan4j.layers.Checks;
import org.gan4j.layers.Default;

/**
 * When training ends: at the first rule that holds. A rule set to 0 is off.
 *
 * @param epochs passes over the training set
 * @param iterations iterations of Algorithm 1
 * @param updateNorm end when the mean Euclidean norm of an iteration's update of all weights, since
 *     the last report, falls below this (the paper's rule)
 * @param patience end after this many evaluations in a row without a better validation score
 * @param monitorPatience end when for so many epochs evaluation.monitor has not gained; each
 *     replica counts for itself, and the run ends with the last of them
 * @param monitorGain what counts as a gain: a log-likelihood above the one at the last gain by more
 *     than this fraction of its absolute value, in [0, 1]. For log-likelihoods below 0 that is the
 *     authors' rule, a negative log-likelihood that falls by so much; above 0 theirs would count
 *     even a small loss as a gain, and never end a run.
 */
public record Stop(
    @Default("0") int epochs,
    @Default("0") long iterations,
    @Default("0") double updateNorm,
    @Default("0") int patience,
    @Default("0") int monitorPatience,
    @Default("0.01") double monitorGain) {
  public Stop {
    Checks.range("epochs", epochs, 0, 1_000_000_000);
    Checks.range("iterations", iterations, 0, 1L << 53);
    Checks.range("update_norm", updateNorm, 0, Double.MAX_VALUE);
    Checks.range("patience", patience, 0, 1_000_000_000);
    Checks.range("monitor_patience", monitorPatience, 0, 1_000_000_000);
    Checks.range("monitor_gain", monitorGain, 0, 1);
    if (epochs == 0 && iterations == 0) {
      throw new IllegalArgumentException(
          "training needs a limit: epochs or iterations must be above 0");
    }
  }

  /**
   * Rules that don't look at the monitor.
   *
   * @param epochs passes over the training set
   * @param iterations iterations of Algorithm 1
   * @param updateNorm end when updates are smaller than this
   * @param patience end after this many evaluations in a row without a better validation score
   */
  public Stop(int epochs, long iterations, double updateNorm, int patience) {
    this(epochs, iterations, updateNorm, patience, 0, 0.01);
  }

  /**
   * The same rules but for another limit of epochs, and none of iterations.
   *
   * @param epochs passes over the training set
   * @return the new rules
   */
  public Stop withEpochs(int epochs) {
    return new Stop(epochs, 0, updateNorm, patience, monitorPatience, monitorGain);
  }
}
