package org.gan4j.eval;

/**
 * Multinomial logistic regression: the linear layer of the least mean cross-entropy + ½λ‖W‖², with
 * a penalty λ on its weights W and none on its biases. That is convex, so that where it ends
 * depends on no seed, no order and no learning rate.
 */
final class LogisticRegression {
  private static final int ROUNDS = 200;
  private static final double TOLERANCE = 1e-6;

  private LogisticRegression() {}

  /**
   * Fits.
   *
   * @param train what is learnt
   * @param penalty λ &gt; 0
   * @param start parameters as {@link LabelledFeatures} has them; not modified
   * @return the parameters of the minimum
   */
  static double[] fit(LabelledFeatures train, double penalty, double[] start) {
    return fit(train, penalty, start, TOLERANCE);
  }

  /** To another tolerance. */
  static double[] fit(LabelledFeatures train, double penalty, double[] start, double tolerance) {
    int weights = train.weights();
    return Lbfgs.minimise(
        (x, gradient) -> {
          double loss = train.loss(x, gradient);
          for (int i = 0; i < weights; i++) {
            loss += penalty / 2 * x[i] * x[i];
            gradient[i] += penalty * x[i];
          }
          return loss;
        },
        start,
        ROUNDS,
        tolerance);
  }
}
