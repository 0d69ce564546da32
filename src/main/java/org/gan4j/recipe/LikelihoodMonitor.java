package org.gan4j.recipe;

import org.gan4j.layers.Checks;
import org.gan4j.layers.Default;

/**
 * A quick look at the generator while it trains, as the authors had one: the mean log-likelihood of
 * the whole validation set under a Gaussian Parzen window of few samples and one σ.
 *
 * @param everyEpochs epochs between two looks; 0: none
 * @param samples samples of the generator that carry the window, ≥ 2; the authors' 100
 * @param sigma the bandwidth, &gt; 0; the authors' 0.2
 */
public record LikelihoodMonitor(
    @Default("0") int everyEpochs, @Default("100") int samples, @Default("0.2") double sigma) {
  /** No look at all. */
  public static final LikelihoodMonitor NONE = new LikelihoodMonitor(0, 100, 0.2);

  public LikelihoodMonitor {
    Checks.range("every_epochs", everyEpochs, 0, 1_000_000_000);
    Checks.range("samples", samples, 2, 10_000_000);
    Checks.positive("sigma", sigma);
  }
}
