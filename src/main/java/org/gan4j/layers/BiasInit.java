package org.gan4j.layers;

/** How the biases of a layer begin. */
public sealed interface BiasInit {
  /**
   * One value for all.
   *
   * @param value the bias, finite
   */
  record Constant(double value) implements BiasInit {
    public Constant {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a bias must be finite, not " + value);
      }
    }
  }

  /**
   * The logits of the training set's mean pixels, logit(clip(mean, 1e-7, 1 − 1e-7)), so that a
   * sigmoid generator begins at the mean image. Only for the last layer of a generator.
   */
  record DataMean() implements BiasInit {}
}
