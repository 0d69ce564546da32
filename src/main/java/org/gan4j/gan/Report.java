package org.gan4j.gan;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What is known at one moment of training.
 *
 * @param iteration iterations done
 * @param epoch epochs done, the one under way as a fraction
 * @param iterationsPerSecond since the last report, scores and pictures left out
 * @param means of each replica, per iteration since the last report
 * @param generatorUpdates the Euclidean norm of each generator's last update
 * @param validation of each replica; empty if it was not scored now
 * @param monitor the mean log-likelihood of the validation set by the recipe's {@link
 *     org.gan4j.recipe.LikelihoodMonitor}, nats, for each replica; empty if it did not look now
 * @param seconds where the time went
 */
public record Report(
    long iteration,
    double epoch,
    double iterationsPerSecond,
    List<IterationMeans> means,
    List<Double> generatorUpdates,
    List<Validation> validation,
    List<Double> monitor,
    Seconds seconds) {
  public Report {
    means = List.copyOf(means);
    generatorUpdates = List.copyOf(generatorUpdates);
    validation = List.copyOf(validation);
    monitor = List.copyOf(monitor);
  }

  /**
   * Without a look of the monitor.
   *
   * @param iteration iterations done
   * @param epoch epochs done, the one under way as a fraction
   * @param iterationsPerSecond since the last report
   * @param means of each replica, per iteration since the last report
   * @param generatorUpdates the Euclidean norm of each generator's last update
   * @param validation of each replica; empty if it was not scored now
   * @param seconds where the time went
   */
  public Report(
      long iteration,
      double epoch,
      double iterationsPerSecond,
      List<IterationMeans> means,
      List<Double> generatorUpdates,
      List<Validation> validation,
      Seconds seconds) {
    this(
        iteration,
        epoch,
        iterationsPerSecond,
        means,
        generatorUpdates,
        validation,
        List.of(),
        seconds);
  }

  /**
   * Whether the validation set was scored now.
   *
   * @return false between evaluations
   */
  public boolean isScored() {
    return !validation.isEmpty();
  }

  /**
   * The mean of a measurement over the replicas.
   *
   * @param field which
   * @return its mean
   */
  public double mean(ToDoubleFunction<IterationMeans> field) {
    return means.stream().mapToDouble(field).average().orElse(Double.NaN);
  }

  /**
   * The mean of an evaluation over the replicas.
   *
   * @param field which
   * @return its mean; NaN if there was no evaluation
   */
  public double meanScore(ToDoubleFunction<Validation> field) {
    return validation.stream().mapToDouble(field).average().orElse(Double.NaN);
  }
}
