package org.gan4j.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
            SmallGans.networks(mnist, SmallGans.UNIFORM, deep, SmallGans.discriminator()),
            mnist.withEncoder(new EncoderSettings(deep, 7, 5, 0.5, encoderRate())),
            RecipeYaml.with(mnist, List.of("encoder={batch: 50}")));
    Stream<Recipe> names =
        Stream.of("", "[]", "\"[]", "\"", "\"\"a", "a.b", "σ\n\t\u0001")
            .map(name -> TinyRun.with(mnist, "name=" + name));
    return Stream.of(presets, others, names).flatMap(stream -> stream);
  }

  private static Optimiser encoderRate() {
    return new Optimiser.Adam(new LearningRate(0.01, 1, 0, List.of()), 0.5, 0.9, 1e-8);
  }

  /** An encoder's settings: none in a file that does not name them, and then the usual ones. */
  @Test
  void anEncoderHasSettingsOfItsOwn() {
    Recipe mnist = Recipes.get("mnist");
    assertTrue(RecipeFields.of(mnist).keySet().stream().noneMatch(f -> f.startsWith("encoder")));
    assertEquals(3, mnist.ofEncoder(784).layers().size());
    assertEquals(6000, mnist.ofEncoder(784).iterations());
    Recipe shorter = RecipeYaml.with(mnist, List.of("encoder={iterations: 9}"));
    assertEquals(mnist.ofEncoder(784).withIterations(9), shorter.ofEncoder(784));
    assertEquals(mnist, shorter.withEncoder(null));
    for (String wrong :
        List.of(
            "encoder={iterations: 0}",
            "encoder={images: -1}",
            "encoder={optimiser: {type: common}}",
            "encoder={optimiser: {type: sgd, learning_rate: {initial: 1, per_replica: [1]}}}",
            "encoder={layer: []}")) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> RecipeYaml.with(mnist, List.of(wrong)));
      TinyRun.assertOneLine(e.getMessage());
      assertTrue(e.getMessage().contains("encoder"), e.getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyRecipeComesBack(Recipe recipe) {
    Map<String, String> fields = RecipeFields.of(recipe);
    assertEquals(recipe, RecipeFields.recipe(fields));
    assertEquals(recipe, RecipeFields.recipe(new TreeMap<>(fields)), "in any order");
  }

  /** Of every field that there is: it has a default, or it is demanded by its name. */
  @Test
  void aFieldLessIsItsDefaultOrRefused() {
    Map<String, String> whole = RecipeFields.of(Recipes.get("cifar10-conv"));
    Set<String> defaults = new TreeSet<>();
    for (String path : whole.keySet()) {
      Map<String, String> fields = new LinkedHashMap<>(whole);
      fields.remove(path);
      try {
        String value = RecipeFields.of(RecipeFields.recipe(fields)).get(path);
        defaults.add(path.replaceAll("[0-9]+", "N") + "=" + value);
      } catch (IllegalArgumentException e) {
        TinyRun.assertOneLine(e.getMessage());
        assertTrue(e.getMessage().contains(path.substring(path.lastIndexOf('.') + 1)), path);
      }
    }
    assertEquals(
        Set.of(
            "discriminator.N.padding=0",
            "discriminator.N.pieces=1",
            "discriminator.N.pool_stride=1",
            "discriminator.N.stride=1",
            "evaluation.every_epochs=0",
            "evaluation.keep=mean",
            "evaluation.monitor.every_epochs=0",
            "evaluation.monitor.samples=100",
            "evaluation.monitor.sigma=0.2",
            "evaluation.samples=10000",
            "evaluation.sigma_count=10",
            "evaluation.sigma_from=0.1",
            "evaluation.sigma_to=1.0",
            "evaluation.validation_examples=1000",
            "discriminator_optimiser.type=common",
            "condition.type=none",
            "coordination.type=fixed",
            "noise.mean=0.0",
            "noise.sample_scale=1.0",
            "generator_average=0.0",
            "generator_optimiser.type=common",
            "generator.N.bias_per=channel",
            "generator.N.padding=0",
            "generator.N.stride=1",
            "k=1",
            "learning_rate.decay=1.0",
            "learning_rate.minimum=0.0",
            "learning_rate.per_replica=[]",
            "max_column_norm=0.0",
            "noise.scale=1.0",
            "objective=non-saturating",
            "replicas=1",
            "samples_every=0",
            "seed=1",
            "split.test=0",
            "split.train=0",
            "split.validation=0",
            "stop.iterations=0",
            "stop.monitor_gain=0.01",
            "stop.monitor_patience=0",
            "stop.patience=0",
            "stop.update_norm=0.0",
            "update=simultaneous"),
        defaults);
  }

  /** What an earlier version did not know yet. */
  @Test
  void aGroupOfFieldsLessIsItsDefault() {
    Map<String, String> fields = RecipeFields.of(Recipes.get("mnist"));
    fields.keySet().removeIf(path -> path.startsWith("evaluation."));
    assertEquals(
        new Evaluation(0, 10_000, 1000, 0.1, 1, 10), RecipeFields.recipe(fields).evaluation());
  }

  @Test
  void aFieldMoreIsRefused() {
    Map<String, String> whole = RecipeFields.of(Recipes.get("mnist"));
    for (String path : whole.keySet()) {
      for (String more : List.of(path + ".0", path + "x", path + ".x")) {
        Map<String, String> fields = new LinkedHashMap<>(whole);
        fields.put(more, "1");
        assertRefused(fields);
      }
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
