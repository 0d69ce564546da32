package org.gan4j.device;

/** What a product, or the addition of a bias, does to its result. */
public enum Epilogue {
  /** Nothing. */
  NONE,
  /** max(x, 0). */
  RELU,
  /** 1 / (1 + e^−x). */
  SIGMOID,
  /** ln(1 + e^x). */
  SOFTPLUS,
  /** tanh(x). */
  TANH
}
