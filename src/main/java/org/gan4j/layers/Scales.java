package org.gan4j.layers;

/** What becomes of the scales of a layer that normalises. */
public enum Scales {
  /** They are parameters, and learn. */
  LEARNT,
  /** They stay what they begin with, so that what follows can't outgrow noise that is added. */
  FIXED
}
