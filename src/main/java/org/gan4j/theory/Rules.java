package org.gan4j.theory;

import java.util.List;
import org.gan4j.layers.LayerSpec;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Objective;

/**
 * A game whose data are points of a known distribution.
 *
 * @param target p_data
 * @param noise what z is drawn from
 * @param generator layers from z to a point
 * @param discriminator layers from a point to one logit
 * @param objective what the generator minimises
 * @param batch m, a multiple of the target's modes
 * @param generatorSchedule how G learns
 * @param discriminatorSchedule how D learns; its steps are the paper's k
 * @param seed of all random numbers
 */
public record Rules(
    Mixture target,
    Noise noise,
    List<LayerSpec> generator,
    List<LayerSpec> discriminator,
    Objective objective,
    int batch,
    TrainingSchedule generatorSchedule,
    TrainingSchedule discriminatorSchedule,
    long seed) {
  /** Checks that the batch takes every mode equally often. */
  public Rules {
    if (batch < 1 || batch % target.modes() != 0) {
      throw new IllegalArgumentException(
          "batch must be a multiple of the target's " + target.modes() + " modes, not " + batch);
    }
  }

  /** The same game at other numbers of steps. */
  Rules steps(int ofDiscriminator, int ofGenerator) {
    return new Rules(
        target,
        noise,
        generator,
        discriminator,
        objective,
        batch,
        generatorSchedule.times(ofGenerator),
        discriminatorSchedule.times(ofDiscriminator),
        seed);
  }
}
