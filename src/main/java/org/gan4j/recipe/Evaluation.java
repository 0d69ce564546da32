package org.gan4j.recipe;

import org.gan4j.layers.Checks;
import org.gan4j.layers.Default;

/**
 * How a generator is scored: the Gaussian Parzen window of the paper's section 5.
 *
 * @param everyEpochs epochs between two validation scores while training; 0: only at the end
 * @param samples samples of the generator that carry the window, ≥ 2
 * @param validationExamples at most this many validation examples choose σ, ≥ 1
 * @param sigmaFrom smallest σ of the grid, &gt; 0
 * @param sigmaTo largest σ of the grid, ≥ sigmaFrom
 * @param sigmaCount values in the grid, spaced evenly in log σ, 1 to 64
 * @param monitor a quicker look between those scores
 * @param keep whose best checkpoints are kept
 */
public record Evaluation(
    @Default("0") int everyEpochs,
    @Default("10000") int samples,
    @Default("1000") int validationExamples,
    @Default("0.1") double sigmaFrom,
    @Default("1") double sigmaTo,
    @Default("10") int sigmaCount,
    @Default("{}") LikelihoodMonitor monitor,
    @Default("mean") Keep keep) {
  public Evaluation {
    Checks.range("every_epochs", everyEpochs, 0, 1_000_000_000);
    Checks.range("samples", samples, 2, 10_000_000);
    Checks.range("validation_examples", validationExamples, 1, 1_000_000_000);
    Checks.positive("sigma_from", sigmaFrom);
    Checks.positive("sigma_to", sigmaTo);
    Checks.range("sigma_count", sigmaCount, 1, 64);
    Checks.present("monitor", monitor);
    Checks.present("keep", keep);
    if (sigmaTo < sigmaFrom) {
      throw new IllegalArgumentException(
          "sigma_to must be at least sigma_from " + sigmaFrom + ", not " + sigmaTo);
    }
  }

  /**
   * Without a monitor, and with the best checkpoint of all replicas only.
   *
   * @param everyEpochs epochs between two validation scores while training; 0: only at the end
   * @param samples samples of the generator that carry the window
   * @param validationExamples at most this many validation examples choose σ
   * @param sigmaFrom smallest σ of the grid
   * @param sigmaTo largest σ of the grid
   * @param sigmaCount values in the grid
   */
  public Evaluation(
      int everyEpochs,
      int samples,
      int validationExamples,
      double sigmaFrom,
      double sigmaTo,
      int sigmaCount) {
    this(
        everyEpochs,
        samples,
        validationExamples,
        sigmaFrom,
        sigmaTo,
        sigmaCount,
        LikelihoodMonitor.NONE,
        Keep.MEAN);
  }

  /**
   * The same with another number of samples.
   *
   * @param count samples that carry the window, ≥ 2
   * @return the new settings
   */
  public Evaluation withSamples(int count) {
    return new Evaluation(
        everyEpochs, count, validationExamples, sigmaFrom, sigmaTo, sigmaCount, monitor, keep);
  }

  /**
   * The grid of bandwidths.
   *
   * @return sigmaCount values, ascending, from sigmaFrom to sigmaTo
   */
  public double[] sigmas() {
    double[] grid = new double[sigmaCount];
    for (int i = 0; i < sigmaCount; i++) {
      double fraction = sigmaCount == 1 ? 0 : (double) i / (sigmaCount - 1);
      grid[i] = sigmaFrom * Math.pow(sigmaTo / sigmaFrom, fraction);
    }
    return grid;
  }
}
