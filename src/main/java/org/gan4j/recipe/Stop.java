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
 */
public record Stop(
    @Default("0") int epochs,
    @Default("0") long iterations,
    @Default("0") double updateNorm,
    @Default("0") int patience) {
  public Stop {
    Checks.range("epochs", epochs, 0, 1_000_000_000);
    Checks.range("iterations", iterations, 0, 1L << 53);
    Checks.range("update_norm", updateNorm, 0, Double.MAX_VALUE);
    Checks.range("patience", patience, 0, 1_000_000_000);
    if (epochs == 0 && iterations == 0) {
      throw new IllegalArgumentException(
          "training needs a limit: epochs or iterations must be above 0");
    }
  }
}
