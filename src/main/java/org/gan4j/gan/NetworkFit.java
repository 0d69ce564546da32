package org.gan4j.gan;

import java.util.List;
import org.gan4j.data.ImageShape;
import org.gan4j.layers.Activation;
import org.gan4j.layers.Join;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.Planes;
import org.gan4j.layers.WeightNormalised;
import org.gan4j.recipe.Condition;
import org.gan4j.recipe.Objective;
import org.gan4j.recipe.Recipe;

/** Whether the networks of a recipe fit each other and the examples. */
final class NetworkFit {
  private NetworkFit() {}

  /**
   * Refuses networks that do not fit.
   *
   * @throws IllegalArgumentException if they do not
   */
  static void require(Recipe recipe, ImageShape shape) {
    requireMasks(recipe, shape);
    requireStart(recipe);
    requireJoin("generator", recipe.generator(), "z", recipe.noise().size(), recipe);
    requireJoin("discriminator", recipe.discriminator(), "an example", shape.size(), recipe);
    int sample = stack("generator", recipe.generator(), recipe.generatorInputs());
    requireImages(recipe, shape);
    if (sample != shape.size()) {
      throw new IllegalArgumentException(
          "the generator gives "
              + sample
              + " values, but an example of the data has "
              + shape.size()
              + " ("
              + shape
              + "); set the units of its last layer to "
              + shape.size());
    }
    for (int i = 0; i < recipe.discriminator().size(); i++) {
      LayerSpec layer = recipe.discriminator().get(i);
      if (layer.mixesRows()) {
        throw new IllegalArgumentException(
            "discriminator layer "
                + i
                + " ("
                + layer.structure()
                + ") mixes the examples of a minibatch, where generated and real ones are together:"
                + " a generator can have it, or an encoder");
      }
    }
    int inputs = shape.size() + recipe.condition().width();
    if (recipe.discriminator().isEmpty()
        || stack("discriminator", recipe.discriminator(), inputs) != recipe.logits()
        || !endsIn(recipe.discriminator(), Activation.LINEAR)
        || !endsInUnits(recipe.discriminator())) {
      throw new IllegalArgumentException(
          "the discriminator must end in a dense layer with "
              + (recipe.labels() == null
                  ? "1 linear unit, the logit of D(x)"
                  : recipe.logits() + " linear units, the logits of labels.classes"));
    }
    if (recipe.objective() == Objective.FEATURE_MATCHING) {
      FeatureMatching.width(recipe.discriminator(), shape.size());
    }
  }

  private static void requireStart(Recipe recipe) {
    try {
      LayerStack.requireGiven(recipe.generator());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("generator " + e.getMessage(), e);
    }
    try {
      LayerStack.lastFromData(recipe.discriminator());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("discriminator " + e.getMessage(), e);
    }
  }

  /** Only a join keeps several inputs apart, and only a condition makes them several. */
  private static void requireJoin(
      String network, List<LayerSpec> layers, String first, int size, Recipe recipe) {
    int width = recipe.condition().width();
    boolean joins = !layers.isEmpty() && layers.get(0) instanceof Join;
    if (width == 0 && joins) {
      throw new IllegalArgumentException(
          network + " layer 0: a join needs a second input: set the recipe's condition");
    }
    List<Integer> wanted = List.of(size, width);
    if (width > 0
        && !(joins
            && ((Join) layers.get(0))
                .branches().stream().map(Join.Branch::inputs).toList().equals(wanted))) {
      throw new IllegalArgumentException(
          String.format(
              "the %s of a recipe with a condition must begin with a join of two branches: %s of %d"
                  + " values, then the condition of %d",
              network, first, size, width));
    }
  }

  /** The generator sees z in the place of what a mask hides. */
  private static void requireMasks(Recipe recipe, ImageShape shape) {
    if (recipe.condition() instanceof Condition.Mask mask && mask.size() != shape.size()) {
      throw new IllegalArgumentException(
          String.format(
              "masks are for each value of an example, which has %d (%s): set condition.size and"
                  + " noise.size to it",
              shape.size(), shape));
    }
  }

  /** Of the same size, but perhaps not of the same shape. */
  private static void requireImages(Recipe recipe, ImageShape shape) {
    Planes example = new Planes(shape.channels(), shape.height(), shape.width());
    Planes sample = LayerStack.image(recipe.generator(), null);
    if (sample != null && !sample.equals(example)) {
      throw new IllegalArgumentException(
          "the generator gives images of "
              + sample
              + " (channels x height x width), but an example of the data has "
              + shape);
    }
    try {
      LayerStack.image(recipe.discriminator(), example);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("discriminator " + e.getMessage(), e);
    }
  }

  static int stack(String name, List<LayerSpec> layers, int inputs) {
    try {
      return LayerStack.outputs(layers, inputs);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + " " + e.getMessage(), e);
    }
  }

  /** And not in an image of one value, whose backward pass modifies the slopes that it is given. */
  private static boolean endsInUnits(List<LayerSpec> layers) {
    LayerSpec last = layers.get(layers.size() - 1);
    return last instanceof LayerSpec.Dense || last instanceof WeightNormalised;
  }

  static boolean endsIn(List<LayerSpec> layers, Activation activation) {
    return layers.get(layers.size() - 1).endsIn(activation);
  }
}
