package org.gan4j.recipe;

import org.gan4j.layers.Checks;
import org.gan4j.layers.Default;

/** How the two players are kept in step, each replica for itself. */
public sealed interface Coordination {
  /** By k alone, which is fixed: Algorithm 1, or the released order. */
  record Fixed() implements Coordination {}

  /**
   * Whoever is ahead stands still. D's lead is a running mean of D(x) − D(G(z)) over the
   * minibatches that D learns from: 1 if D is certain, 0 if it can't tell, below 0 if it is fooled.
   * It is kept and looked at on the device, after every iteration; an iteration in which a player
   * stands still takes as long as any other. With momentum a player that stands still loses its
   * velocity; with Adam its moments go on with the gradients.
   *
   * @param above the discriminator stands still while the lead is above this, −1 to 1; 1: never
   * @param below the generator stands still while the lead is below this, −1 to 1; −1: never
   * @param memory iterations that the running mean looks back, 1 to 100,000
   */
  record Pause(@Default("0.7") double above, @Default("0") double below, @Default("10") int memory)
      implements Coordination {
    public Pause {
      Checks.range("above", above, -1, 1);
      Checks.range("below", below, -1, 1);
      Checks.range("memory", memory, 1, 100_000);
      if (below >= above) {
        throw new IllegalArgumentException(
            "below must be less than above, or both players would stand still: not "
                + below
                + " and "
                + above);
      }
    }
  }
}
