package org.gan4j.gan;

import java.util.List;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.WeightNormalised;
import org.gan4j.recipe.LearningRate;
import org.gan4j.recipe.Recipe;

/**
 * Whether what a recipe sets has any effect. Looked at where a training begins: what an earlier
 * version has trained stays readable.
 */
final class Effect {
  private Effect() {}

  /**
   * Refuses settings that would do nothing.
   *
   * @throws IllegalArgumentException if there is one
   */
  static void require(Recipe recipe) {
    if (recipe.stop().patience() > 0 && recipe.evaluation().everyEpochs() == 0) {
      throw new IllegalArgumentException(
          "stop.patience needs scores: set evaluation.every_epochs to how often");
    }
    requireCap("generator", recipe.generator(), recipe);
    requireCap("discriminator", recipe.discriminator(), recipe);
    requireRates("learning_rate", recipe.learningRate());
    requireRates(
        "generator_optimiser.learning_rate", recipe.generatorOptimiser().learningRateOrNull());
    requireRates(
        "discriminator_optimiser.learning_rate",
        recipe.discriminatorOptimiser().learningRateOrNull());
  }

  private static void requireRates(String field, LearningRate rateOrNull) {
    for (double rate : rateOrNull == null ? List.<Double>of() : rateOrNull.perReplica()) {
      if (rate < rateOrNull.minimum()) {
        throw new IllegalArgumentException(
            field
                + ".per_replica must be at least minimum "
                + rateOrNull.minimum()
                + ", not "
                + rate);
      }
    }
  }

  /** The columns of a layer with normalised weights are as long as its scales, capped or not. */
  private static void requireCap(String network, List<LayerSpec> layers, Recipe recipe) {
    for (int i = 0; i < layers.size(); i++) {
      if (recipe.maxColumnNorm() > 0 && layers.get(i) instanceof WeightNormalised) {
        throw new IllegalArgumentException(
            network
                + " layer "
                + i
                + " (weight-normalised) has columns as long as its scales, which max_column_norm"
                + " can't cap: leave that at 0, or take a dense layer");
      }
    }
  }
}
