package org.gan4j.layers;

/** The non-linearity of a dense layer. */
public enum Activation {
  /** y = x. */
  LINEAR,
  /** y = max(x, 0). */
  RELU,
  /** y = 1 / (1 + e^−x). */
  SIGMOID
}
