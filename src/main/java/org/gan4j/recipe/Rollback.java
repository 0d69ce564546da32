package org.gan4j.recipe;

import org.gan4j.layers.Checks;
import org.gan4j.layers.Default;

/**
 * What becomes of a replica whose game fails: on an alarm for saturation, collapse or divergence it
 * goes back to the networks of its last good checkpoint, and on from there with other random
 * numbers and smaller learning rates. Time does not go back: the iterations go on counting, and the
 * other replicas train on as if nothing had happened. A checkpoint is good if the report before it
 * showed a game in balance; so are the networks as they begin. Alarms are an experiment's: a
 * training by itself gives none, and only what is no finite number makes it go back.
 *
 * @param most how often a replica goes back at most, 1 to 1000; after that its alarms are only
 *     given
 * @param rate by which its learning rates are multiplied each time, above 0 to 1
 * @param everyEpochs epochs between two looks for a good checkpoint, ≥ 1
 */
public record Rollback(
    @Default("3") int most, @Default("0.5") double rate, @Default("1") int everyEpochs) {
  /** Iterations between two reports, after which alarms are given: a run stops nowhere else. */
  public static final int REPORT_EVERY = 100;

  public Rollback {
    Checks.range("most", most, 1, 1000);
    Checks.positive("rate", rate);
    Checks.range("rate", rate, 0, 1);
    Checks.range("every_epochs", everyEpochs, 1, 1_000_000_000);
  }

  /**
   * What the learning rates of a replica are multiplied by.
   *
   * @param times how often it has gone back, ≥ 0
   * @return in (0, 1]
   */
  public double rate(long times) {
    return Math.max(Math.pow(rate, times), Float.MIN_NORMAL);
  }

  /**
   * The seed of a replica that goes on with other random numbers.
   *
   * @param seed it began with
   * @param times how often it has gone back, ≥ 0
   * @return the same for 0
   */
  public static long seed(long seed, long times) {
    // The golden ratio's bits: seeds that count up never meet those of others.
    return seed + times * 0x9E3779B97F4A7C15L;
  }
}
