package org.gan4j.layers;

/** When a layer of noise works. */
public enum NoisyWhen {
  /** In training and when sampling. */
  ALWAYS,
  /** In training alone, like dropout. */
  TRAINING
}
