package org.gan4j.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.gan4j.gan.SmallGans;
import org.gan4j.gan.TinyRun;
import org.gan4j.layers.Activation;
import org.gan4j.layers.LayerSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  static Stream<Recipe> recipes() {
    Recipe mnist = Recipes.get("mnist");
    Recipe noisy =
        SmallGans.networks(
            SmallGans.recipe(UpdateOrder.ALTERNATING, 3),
            SmallGans.NORMAL,
            SmallGans.noisyGenerator(),
            SmallGans.maxoutFirst());
    List<LayerSpec> deep = Collections.nCopies(12, SmallGans.dense(12, Activation.RELU));
    Stream<Recipe> presets = Recipes.names().stream().map(Recipes::get);
    Stream<Recipe> others =
        Stream.of(
            noisy,
            SmallGans.seeds(mnist, Long.MIN_VALUE, 3, List.of(0.1, 1e-300, 0.05)),
            SmallGans.networks(mnist, SmallGans.UNIFORM, deep, SmallGans.discriminator()));
    Stream<Recipe> names =
        Stream.of("", "[]", "\"[]", "\"", "\"\"a", "a.b", "σ\n\t\u0001")
            .map(name -> TinyRun.with(mnist, "name=" + name));
    return Stream.of(presets, others, names).flatMap(stream -> stream);
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyRecipeComesBack(Recipe recipe) {
    Map<String, String> fields = RecipeFields.of(recipe);
    assertEquals(recipe, RecipeFields.recipe(fields));
    assertEquals(recipe, RecipeFields.recipe(new TreeMap<>(fields)), "in any order");
  }

  @Test
  void aFieldLessOrMoreIsRefused() {
    Map<String, String> whole = RecipeFields.of(Recipes.get("mnist"));
    for (String path : whole.keySet()) {
      Map<String, String> fields = new LinkedHashMap<>(whole);
      fields.remove(path);
      assertRefused(fields);
      fields.put(path + ".0", whole.get(path));
      assertRefused(fields);
      fields = new LinkedHashMap<>(whole);
      fields.put(path + "x", "1");
      assertRefused(fields);
      fields.remove(path + "x");
      fields.put(path + ".x", "1");
      assertRefused(fields);
    }
  }

  /** Whatever stands in a field, the result is a recipe or one line that says why not. */
  @Test
  void anyValueGivesARecipeOrOneLine() {
    Map<String, String> whole = RecipeFields.of(Recipes.get("mnist"));
    List<String> values =
        List.of(
            "",
            " ",
            "[]",
            "{}",
            "null",
            "-1",
            "0",
            "1e309",
            "-1e309",
            "NaN",
            "Infinity",
            "0x10",
            "9".repeat(30),
            "1".repeat(100_000),
            "\ud800",
            "\n",
            "true",
            "dense");
    for (String path : whole.keySet()) {
      for (String value : values) {
        Map<String, String> fields = new LinkedHashMap<>(whole);
        fields.put(path, value);
        try {
          Recipe recipe = RecipeFields.recipe(fields);
          assertEquals(recipe, RecipeFields.recipe(RecipeFields.of(recipe)));
        } catch (IllegalArgumentException e) {
          TinyRun.assertOneLine(e.getMessage());
          assertTrue(e.getMessage().length() < 500, e.getMessage());
        }
      }
    }
  }

  @Test
  void nestingHasAnEnd() {
    Map<String, String> fields = new LinkedHashMap<>(RecipeFields.of(Recipes.get("mnist")));
    fields.put("a" + ".a".repeat(1_000_000), "1");
    assertRefused(fields);
  }

  private static void assertRefused(Map<String, String> fields) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> RecipeFields.recipe(fields));
    TinyRun.assertOneLine(e.getMessage());
  }
}
