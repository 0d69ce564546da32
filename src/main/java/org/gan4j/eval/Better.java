package org.gan4j.eval;

/** Which values of a measure speak for a generator. */
public enum Better {
  /** The lower, the better. */
  LOWER,
  /** The higher, the better. */
  HIGHER,
  /** The nearer to ½, the better. */
  HALF,
  /** None: it says something, but is no score. */
  NONE
}
