package org.gan4j.gan;

import org.gan4j.device.StateLayout;

/**
 * The sums of one replica's measurements over all iterations so far. The mean over a stretch of
 * training is the difference of two of these, divided by its iterations.
 *
 * @param iteration iterations done
 * @param learningRate of the coming iteration
 * @param momentum of the coming iteration
 * @param dLoss sum of the discriminator's losses
 * @param gLoss sum of the generator's losses
 * @param dReal sum of the minibatches' mean D(x)
 * @param dFake sum of the minibatches' mean D(G(z))
 * @param updateNorm sum of the Euclidean norms of the updates of all weights
 */
public record Totals(
    long iteration,
    double learningRate,
    double momentum,
    double dLoss,
    double gLoss,
    double dReal,
    double dFake,
    double updateNorm) {
  static Totals of(long[] words) {
    return new Totals(
        words[StateLayout.STEP],
        TrainingState.real(words, StateLayout.LEARNING_RATE),
        TrainingState.momentum(words),
        TrainingState.real(words, StateLayout.D_LOSS),
        TrainingState.real(words, StateLayout.G_LOSS),
        TrainingState.real(words, StateLayout.D_REAL),
        TrainingState.real(words, StateLayout.D_FAKE),
        TrainingState.real(words, StateLayout.UPDATE_NORM));
  }

  /**
   * The means since an earlier moment.
   *
   * @param earlier totals of the same replica
   * @return its sums replaced by means per iteration; NaN if no iteration lies between
   */
  public Totals meansSince(Totals earlier) {
    double n = iteration - earlier.iteration;
    return new Totals(
        iteration,
        learningRate,
        momentum,
        (dLoss - earlier.dLoss) / n,
        (gLoss - earlier.gLoss) / n,
        (dReal - earlier.dReal) / n,
        (dFake - earlier.dFake) / n,
        (updateNorm - earlier.updateNorm) / n);
  }

  /**
   * Whether every measurement is a finite number.
   *
   * @return false once training has diverged
   */
  public boolean isFinite() {
    return Double.isFinite(dLoss + gLoss + dReal + dFake + updateNorm);
  }
}
