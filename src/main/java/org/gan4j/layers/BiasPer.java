package org.gan4j.layers;

/** What shares one bias where an image leaves a layer. */
public enum BiasPer {
  /** All pixels of a channel. */
  CHANNEL,
  /** Nothing: every value of an example has a bias of its own. */
  POSITION
}
