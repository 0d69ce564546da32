package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecipeFieldsTest {
  @Test
  void everyValueHasItsPath() {
    Map<String, String> fields = RecipeFields.of(Recipes.get("mnist"));
    assertEquals("1200", fields.get("generator.0.units"));
    assertEquals("dense", fields.get("generator.0.type"));
    assertEquals("relu", fields.get("generator.0.activation"));
    assertEquals("data-mean", fields.get("generator.2.bias.type"));
    assertEquals("0.005", fields.get("discriminator.1.weights.irange"));
    assertEquals("non-saturating", fields.get("objective"));
    assertEquals("1.0E-6", fields.get("learning_rate.minimum"));
    assertEquals("name", fields.keySet().iterator().next());
  }

  @Test
  void differencesNameBothSides() {
    Map<String, String> there = Map.of("batch", "100");
    assertEquals(List.of(), RecipeFields.differences(there, there));
    assertEquals(
        List.of("batch: 100 there, 50 here"),
        RecipeFields.differences(there, Map.of("batch", "50")));
    assertEquals(
        List.of("batch: 100 there, absent here"), RecipeFields.differences(there, Map.of()));
    assertEquals(
        List.of("batch: absent there, 100 here"), RecipeFields.differences(Map.of(), there));
  }
}
