package org.gan4j.recipe;

/** In which order the discriminator and the generator learn within one iteration. */
public enum UpdateOrder {
  /**
   * Algorithm 1 of the paper: k discriminator steps, each on fresh data and fresh noise, then a
   * generator step on fresh noise through the discriminator as those steps left it.
   */
  ALTERNATING,
  /**
   * The order of the code released with the paper: one forward pass, from which both networks are
   * updated together; the generator's gradient goes through the discriminator as it was before the
   * update, with the same noise and the same masks. Always k = 1.
   */
  SIMULTANEOUS
}
