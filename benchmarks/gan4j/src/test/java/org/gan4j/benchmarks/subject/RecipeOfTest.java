package org.gan4j.benchmarks.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.gan4j.benchmarks.Workload;
import org.gan4j.layers.LayerSpec;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Recipes;
import org.junit.jupiter.api.Test;

class RecipeOfTest {
  @Test
  void mnistIsWhatGan4jShips() {
    Recipe shipped = Recipes.get("mnist");
    Recipe measured = RecipeOf.recipe(new Workload("mnist", false, 100, 1200, 1));
    assertEquals(shipped.noise(), measured.noise());
    assertEquals(shipped.discriminator(), measured.discriminator());
    assertEquals(generator(shipped), generator(measured));
    assertEquals(shipped.update(), measured.update());
    assertEquals(shipped.objective(), measured.objective());
    assertEquals(shipped.batch(), measured.batch());
    assertEquals(shipped.learningRate(), measured.learningRate());
    assertEquals(shipped.momentum(), measured.momentum());
    assertEquals(shipped.maxColumnNorm(), measured.maxColumnNorm());
  }

  /** Without the biases' beginnings: the shipped ones come from data, of which there is none. */
  private static List<List<Object>> generator(Recipe recipe) {
    return recipe.generator().stream()
        .map(LayerSpec.Dense.class::cast)
        .map(dense -> List.<Object>of(dense.units(), dense.activation(), dense.weights()))
        .toList();
  }
}
