package org.gan4j.layers;

/** What a layer's scales and biases begin with. */
public enum StartFrom {
  /** What the layer says. */
  GIVEN,
  /**
   * Such that over the first training examples what each unit gives its activation has mean 0 and
   * variance 1 (Salimans and Kingma, 2016, section 3), with the noise that is added in training.
   */
  DATA
}
