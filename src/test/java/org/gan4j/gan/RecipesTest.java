package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.gan4j.layers.LayerSpec;
import org.junit.jupiter.api.Test;

class RecipesTest {
  @Test
  void defaultComesFirst() {
    assertEquals(List.of("mnist-10k", "mnist"), Recipes.names().subList(0, 2));
    for (String name : Recipes.names()) {
      assertEquals(name, Recipes.get(name).name());
    }
  }

  @Test
  void mnistHasTheReleasedSettings() {
    Recipe mnist = Recipes.get("mnist");
    assertEquals("mnist", mnist.data());
    assertEquals(new Noise(Noise.Distribution.UNIFORM, 100, Math.sqrt(3)), mnist.noise());
    assertEquals(UpdateOrder.SIMULTANEOUS, mnist.update());
    assertEquals(Objective.NON_SATURATING, mnist.objective());
    assertEquals(1, mnist.k());
    assertEquals(100, mnist.batch());
    assertEquals(new LearningRate(0.1, 1.000004, 1e-6, List.of()), mnist.learningRate());
    assertEquals(new Momentum(0.5, 0.7, 250), mnist.momentum());
    assertEquals(0, mnist.maxColumnNorm());
    assertEquals(new Evaluation(10, 10_000, 1000, 0.1, 1, 10), mnist.evaluation());
  }

  /** 2.50 and 1.23 million parameters are the figures of the paper's networks. */
  @Test
  void mnistHasTheReleasedNetworks() {
    Recipe mnist = Recipes.get("mnist");
    int sample = outputs(mnist.generator(), mnist.noise().size());
    assertEquals(784, sample);
    assertEquals(1, outputs(mnist.discriminator(), sample));
    assertEquals(100 * 1200 + 1200 + 1200 * 1200 + 1200 + 1200 * 784 + 784, count(true, mnist));
    assertEquals(784 * 1200 + 1200 + 240 * 1200 + 1200 + 240 + 1, count(false, mnist));
  }

  @Test
  void smallRecipeDiffersInDataRateAndEpochsOnly() {
    List<String> differences =
        RecipeFields.differences(
            RecipeFields.of(Recipes.get("mnist")), RecipeFields.of(Recipes.get("mnist-10k")));
    assertEquals(
        List.of(
            "name: mnist there, mnist-10k here",
            "data: mnist there, mnist-10k here",
            "learning_rate.initial: 0.1 there, 0.2 here",
            "stop.epochs: 250 there, 110 here"),
        differences);
  }

  @Test
  void unknownNameSaysWhatThereIs() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> Recipes.get("mnsit"));
    assertEquals(
        "unknown recipe \"mnsit\"; did you mean mnist? (recipes: "
            + String.join(", ", Recipes.names())
            + ")",
        e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> Recipes.get("far too unlike"));
    assertEquals(
        "unknown recipe \"far too unlike\" (recipes: " + String.join(", ", Recipes.names()) + ")",
        e.getMessage());
  }

  private static int outputs(List<LayerSpec> layers, int inputs) {
    int width = inputs;
    for (LayerSpec layer : layers) {
      width = layer.outputs(width);
    }
    return width;
  }

  private static int count(boolean generator, Recipe recipe) {
    int width = generator ? recipe.noise().size() : 784;
    int parameters = 0;
    for (LayerSpec layer : generator ? recipe.generator() : recipe.discriminator()) {
      int outputs = layer.outputs(width);
      if (layer instanceof LayerSpec.Maxout maxout) {
        parameters += (width + 1) * outputs * maxout.pieces();
      } else if (layer instanceof LayerSpec.Dense) {
        parameters += (width + 1) * outputs;
      }
      width = outputs;
    }
    return parameters;
  }
}
