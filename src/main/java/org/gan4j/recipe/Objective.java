package org.gan4j.recipe;

import java.util.List;

/** What the generator minimises; a is the discriminator's logit, D = σ(a). */
public enum Objective {
  /** −log D(G(z)) = softplus(−a): the same fixed point with a stronger early gradient. */
  NON_SATURATING,
  /** log(1 − D(G(z))) = −softplus(a): the generator's side of the paper's equation 1. */
  MINIMAX,
  /**
   * ‖mean f(x) − mean f(G(z))‖², f being what enters the discriminator's last layer, over a
   * minibatch of each (Salimans et al., 2016, section 3.1).
   */
  FEATURE_MATCHING;

  /** Those that are functions of the logit: the paper's. */
  public static final List<Objective> OF_LOGITS = List.of(NON_SATURATING, MINIMAX);
}
