package org.gan4j.recipe;

/** What the generator minimises; a is the discriminator's logit, D = σ(a). */
public enum Objective {
  /** −log D(G(z)) = softplus(−a): the same fixed point with a stronger early gradient. */
  NON_SATURATING,
  /** log(1 − D(G(z))) = −softplus(a): the generator's side of the paper's equation 1. */
  MINIMAX
}
