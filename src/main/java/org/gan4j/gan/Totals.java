package org.gan4j.gan;

import org.gan4j.device.StateLayout;

/**
 * The sums of one replica's measurements over all iterations so far. The mean over a stretch of
 * training is the difference of two of these, divided by its iterations.
 *
 * @param iteration iterations done
 * @param learningRate the generator's, of the coming iteration
 * @param discriminatorLearningRate the discriminator's, of the coming iteration
 * @param momentum the generator's, of the coming iteration
 * @param dLoss sum of the discriminator's losses
 * @param gLoss sum of the generator's losses
 * @param dReal sum of the minibatches' mean D(x)
 * @param dFake sum of the minibatches' mean D(G(z))
 * @param updateNorm sum of the Euclidean norms of the updates of all weights
 * @param dPaused iterations in which the discriminator stood still; NaN if neither player may
 * @param gPaused iterations in which the generator stood still; NaN likewise
 */
public record Totals(
    long iteration,
    double learningRate,
    double discriminatorLearningRate,
    double momentum,
    double dLoss,
    double gLoss,
    double dReal,
    double dFake,
    double updateNorm,
    double dPaused,
    double gPaused) {
  /**
   * Of players that never stand still.
   *
   * @param iteration iterations done
   * @param learningRate the generator's, of the coming iteration
   * @param discriminatorLearningRate the discriminator's, of the coming iteration
   * @param momentum the generator's, of the coming iteration
   * @param dLoss sum of the discriminator's losses
   * @param gLoss sum of the generator's losses
   * @param dReal sum of the minibatches' mean D(x)
   * @param dFake sum of the minibatches' mean D(G(z))
   * @param updateNorm sum of the Euclidean norms of the updates of all weights
   */
  public Totals(
      long iteration,
      double learningRate,
      double discriminatorLearningRate,
      double momentum,
      double dLoss,
      double gLoss,
      double dReal,
      double dFake,
      double updateNorm) {
    this(
        iteration,
        learningRate,
        discriminatorLearningRate,
        momentum,
        dLoss,
        gLoss,
        dReal,
        dFake,
        updateNorm,
        Double.NaN,
        Double.NaN);
  }

  /**
   * The sums of a state.
   *
   * @param words of a replica's state, whose schedules are the generator's
   * @param discriminator of the state with the discriminator's schedules; perhaps the same
   */
  static Totals of(long[] words, long[] discriminator) {
    return new Totals(
        words[StateLayout.STEP],
        TrainingState.real(words, StateLayout.LEARNING_RATE),
        TrainingState.real(discriminator, StateLayout.LEARNING_RATE),
        TrainingState.momentum(words),
        TrainingState.real(words, StateLayout.D_LOSS),
        TrainingState.real(words, StateLayout.G_LOSS),
        TrainingState.real(words, StateLayout.D_REAL),
        TrainingState.real(words, StateLayout.D_FAKE),
        TrainingState.real(words, StateLayout.UPDATE_NORM),
        paused(words, discriminator),
        paused(words, words));
  }

  private static double paused(long[] generator, long[] ofWhom) {
    return generator[StateLayout.LEAD_RATE] == 0 ? Double.NaN : ofWhom[StateLayout.PAUSED];
  }

  /**
   * The means since an earlier moment.
   *
   * @param earlier totals of the same replica
   * @return the means per iteration; NaN if no iteration lies between
   */
  public IterationMeans meansSince(Totals earlier) {
    double n = iteration - earlier.iteration;
    return new IterationMeans(
        iteration,
        learningRate,
        discriminatorLearningRate,
        momentum,
        (dLoss - earlier.dLoss) / n,
        (gLoss - earlier.gLoss) / n,
        (dReal - earlier.dReal) / n,
        (dFake - earlier.dFake) / n,
        (updateNorm - earlier.updateNorm) / n,
        (dPaused - earlier.dPaused) / n,
        (gPaused - earlier.gPaused) / n);
  }

  /**
   * Whether every measurement so far was a finite number.
   *
   * @return false once training has diverged
   */
  public boolean isFinite() {
    return Double.isFinite(dLoss + gLoss + dReal + dFake + updateNorm);
  }
}
