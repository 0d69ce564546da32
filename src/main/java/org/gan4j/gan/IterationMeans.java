package org.gan4j.gan;

/**
 * The measurements of one replica's iterations over a stretch of training, their means.
 *
 * @param iteration iterations done at its end
 * @param learningRate the generator's, of the coming iteration
 * @param discriminatorLearningRate the discriminator's, of the coming iteration
 * @param momentum the generator's, of the coming iteration
 * @param dLoss the discriminator's loss
 * @param gLoss the generator's loss
 * @param dReal the minibatches' mean D(x)
 * @param dFake the minibatches' mean D(G(z))
 * @param updateNorm the Euclidean norm of the update of all weights
 * @param dPaused share of the iterations in which the discriminator stood still; NaN if neither
 *     player may
 * @param gPaused share of the iterations in which the generator stood still; NaN likewise
 */
public record IterationMeans(
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
   * @param iteration iterations done at its end
   * @param learningRate the generator's, of the coming iteration
   * @param discriminatorLearningRate the discriminator's, of the coming iteration
   * @param momentum the generator's, of the coming iteration
   * @param dLoss the discriminator's loss
   * @param gLoss the generator's loss
   * @param dReal the minibatches' mean D(x)
   * @param dFake the minibatches' mean D(G(z))
   * @param updateNorm the Euclidean norm of the update of all weights
   */
  public IterationMeans(
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
   * Whether every measurement is a finite number.
   *
   * @return false once training has diverged
   */
  public boolean isFinite() {
    return Double.isFinite(dLoss + gLoss + dReal + dFake + updateNorm);
  }
}
