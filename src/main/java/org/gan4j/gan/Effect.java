package org.gan4j.gan;

import java.util.List;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Scaling;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.Join;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.WeightNormalised;
import org.gan4j.recipe.Condition;
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
    if (recipe.maxColumnNorm() > 0) {
      requireCap("generator layer ", recipe.generator());
      requireCap("discriminator layer ", recipe.discriminator());
    }
    requireMean(recipe);
    if (recipe.batch() == 1 && recipe.generator().stream().anyMatch(LayerSpec::mixesRows)) {
      throw new IllegalArgumentException(
          "batch normalisation of a minibatch of one makes all examples alike: set batch to 2 or"
              + " more");
    }
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
  private static void requireCap(String where, List<LayerSpec> layers) {
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i) instanceof WeightNormalised) {
        throw new IllegalArgumentException(
            where
                + i
                + " (weight-normalised) has columns as long as its scales, which max_column_norm"
                + " can't cap: leave that at 0, or take a dense layer");
      }
      if (layers.get(i) instanceof Join join) {
        for (int b = 0; b < join.branches().size(); b++) {
          requireCap(where + i + ", branch " + b + ", layer ", join.branches().get(b).layers());
        }
      }
    }
  }

  /** The mean of the data as biases is the logit of each pixel: a sigmoid's, and nothing else's. */
  private static void requireMean(Recipe recipe) {
    List<LayerSpec> layers = recipe.generator();
    int layer = layerOfMean(recipe);
    if (layer >= 0 && layer < layers.size() - 1) {
      throw new IllegalArgumentException(
          "generator layer "
              + layer
              + ": bias data-mean is for the generator's last layer: set a constant bias");
    }
    if (layer >= 0 && !layers.get(layer).endsIn(Activation.SIGMOID)) {
      throw new IllegalArgumentException(
          "generator layer "
              + layer
              + ": bias data-mean is for sigmoid units, whose samples then begin at the data's mean:"
              + " set activation to sigmoid, or a constant bias");
    }
  }

  /** The first layer of the generator whose biases begin with the data's mean; −1: none. */
  private static int layerOfMean(Recipe recipe) {
    int width = recipe.generatorInputs();
    for (int i = 0; i < recipe.generator().size(); i++) {
      LayerSpec layer = recipe.generator().get(i);
      if (layer.parameters(width).stream()
          .anyMatch(shape -> shape.init() instanceof BiasInit.DataMean)) {
        return i;
      }
      width = layer.outputs(width);
    }
    return -1;
  }

  /**
   * Refuses masks that hide nothing, or everything, where they should hide a part.
   *
   * @throws IllegalArgumentException if images have no such parts
   */
  static void requireParts(Recipe recipe, ImageShape shape) {
    if (recipe.condition() instanceof Condition.Mask mask
        && mask.halves() + mask.quadrants() > 0
        && Math.min(shape.height(), shape.width()) < 2) {
      throw new IllegalArgumentException(
          "an image of "
              + shape
              + " has no halves and quadrants to hide: set condition.halves=0 and"
              + " condition.quadrants=0");
    }
  }

  /**
   * Refuses a mean of pixels as biases where networks see other values.
   *
   * @throws IllegalArgumentException if they do
   */
  static void requireScaling(Recipe recipe, Scaling scaling) {
    int layer = layerOfMean(recipe);
    if (layer >= 0 && !scaling.equals(Scaling.UNIT)) {
      throw new IllegalArgumentException(
          "generator layer "
              + layer
              + ": bias data-mean is for pixels from 0 to 1, which "
              + recipe.data()
              + " is not scaled to: set a constant bias");
    }
  }
}
