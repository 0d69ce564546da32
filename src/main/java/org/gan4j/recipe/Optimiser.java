package org.gan4j.recipe;

import org.gan4j.layers.Checks;
import org.gan4j.layers.Default;

/** What a network makes of its gradients. */
public sealed interface Optimiser {
  /**
   * The schedule of its own.
   *
   * @return null where it goes by the recipe's common one
   */
  default LearningRate learningRateOrNull() {
    if (this instanceof Sgd sgd) {
      return sgd.learningRate();
    }
    return this instanceof Adam adam ? adam.learningRate() : null;
  }

  /** Gradient descent with momentum, by the recipe's own learning_rate and momentum. */
  record Common() implements Optimiser {}

  /**
   * Gradient descent with momentum.
   *
   * @param learningRate the schedule of the learning rate
   * @param momentum the schedule of the momentum; none unless given
   */
  record Sgd(
      LearningRate learningRate, @Default("{initial: 0, last: 0, epochs: 2}") Momentum momentum)
      implements Optimiser {
    public Sgd {
      Checks.present("learning_rate", learningRate);
      Checks.present("momentum", momentum);
    }
  }

  /**
   * Adam (Kingma and Ba, 2015, algorithm 1).
   *
   * @param learningRate the schedule of the learning rate
   * @param beta1 decay of the gradient's mean, in [0, 1)
   * @param beta2 decay of the squared gradient's mean, in (0, 1)
   * @param epsilon added to the root of that mean, &gt; 0
   */
  record Adam(
      LearningRate learningRate,
      @Default("0.9") double beta1,
      @Default("0.999") double beta2,
      @Default("1.0e-8") double epsilon)
      implements Optimiser {
    private static final double BELOW_ONE = Math.nextDown(1.0);

    public Adam {
      Checks.present("learning_rate", learningRate);
      Checks.range("beta1", beta1, 0, BELOW_ONE);
      Checks.range("beta2", beta2, Double.MIN_NORMAL, BELOW_ONE);
      Checks.range("epsilon", epsilon, Float.MIN_NORMAL, 1);
    }
  }
}
