package org.gan4j.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BatchNormalisation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.NoisyWhen;
import org.gan4j.layers.Scales;
import org.gan4j.layers.WeightInit;
import org.gan4j.layers.WeightNormalised;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeYamlTest {
  private static final Recipe MNIST = Recipes.get("mnist");

  @Test
  void everyPresetComesBackEqual() {
    for (String name : Recipes.names()) {
      Recipe recipe = Recipes.get(name);
      assertEquals(recipe, RecipeYaml.parse(RecipeYaml.write(recipe), name));
    }
  }

  @Test
  void everyKindOfLayerAndAwkwardValueComesBackEqual() {
    List<LayerSpec> layers = new ArrayList<>(MNIST.generator());
    layers.add(new LayerSpec.GaussianNoise(1e-300));
    layers.add(new LayerSpec.GaussianNoise(2, NoisyWhen.TRAINING));
    layers.add(new BatchNormalisation(1e-30, 0.5));
    layers.add(new BatchNormalisation(1, 0.5, Activation.SOFTPLUS, Scales.FIXED));
    layers.add(
        new WeightNormalised(
            5,
            Activation.TANH,
            new WeightInit.Uniform(0.1),
            new BiasInit.Constant(2),
            new BiasInit.Constant(0)));
    layers.add(
        new LayerSpec.Maxout(3, 2, new WeightInit.Sparse(7), new BiasInit.Constant(-1.5e30)));
    for (String name : List.of("5", "yes", "a: b # \"c\\\" σ\n{", "", " ", "~", "1.0e5", "mnist")) {
      Recipe recipe =
          MNIST
              .withName(name)
              .withData("null")
              .withGenerator(layers)
              .withUpdate(UpdateOrder.ALTERNATING)
              .withK(5)
              .withObjective(Objective.MINIMAX)
              .withBatch(1)
              .withReplicas(2)
              .withLearningRate(new LearningRate(1e7, 1, 0, List.of(0.1, 1e-9)))
              .withMaxColumnNorm(Float.MAX_VALUE)
              .withSamplesEvery(0)
              .withSeed(Long.MIN_VALUE);
      assertEquals(recipe, RecipeYaml.parse(RecipeYaml.write(recipe), "test"));
    }
  }

  @Test
  void layersTakeOneLineEach() {
    String yaml = RecipeYaml.write(MNIST);
    assertTrue(
        yaml.contains(
            """
            generator:
              - {type: dense, units: 1200, activation: relu, weights: {type: uniform, irange: 0.05}, \
            bias: {type: constant, value: 0.0}}
            """),
        yaml);
    assertTrue(yaml.contains("objective: non-saturating\n"), yaml);
    assertTrue(yaml.contains("  minimum: 1.0e-6\n"), yaml);
  }

  @Test
  void geometryOfImagesIsCheckedByItsFields() {
    Recipe images = Recipes.get("cifar10-conv");
    String yaml = RecipeYaml.write(images);
    assertTrue(
        yaml.contains(
            "{type: convolution, input: {channels: 3, height: 32, width: 32}, channels: 32,"
                + " pieces: 2, kernel: 8, stride: 1, padding: 4, pool: 4, pool_stride: 2, "),
        yaml);
    assertTrue(yaml.contains("activation: linear, bias_per: position, "), yaml);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> RecipeYaml.with(images, List.of("discriminator.1.padding=8")));
    assertEquals("--set: discriminator.1.padding must be 0 to 7, not 8", e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> RecipeYaml.with(images, List.of("discriminator.1.input.height=0")));
    assertEquals("--set: discriminator.1.input.height must be 1 to 1048576, not 0", e.getMessage());
  }

  @Test
  void fileOnBaseGivesWhatDiffers() {
    Recipe recipe =
        RecipeYaml.parse(
            """
            base: mnist
            name: mine
            update: alternating
            k: 5
            learning_rate: {initial: 5e-2, minimum: .0}
            stop:
              epochs: 10
            generator:
              - {type: dense, units: 784, activation: sigmoid,
                 weights: {type: sparse, connections: 50}, bias: {type: data-mean}}
            """,
            "mine.yaml");
    assertEquals("mine", recipe.name());
    assertEquals(5, recipe.k());
    assertEquals(new LearningRate(0.05, 1.000004, 0, List.of()), recipe.learningRate());
    assertEquals(10, recipe.stop().epochs());
    assertEquals(1, recipe.generator().size());
    assertEquals(MNIST.discriminator(), recipe.discriminator());
  }

  @Test
  void fileOnBaseReachesElementsByTheirPaths() {
    Recipe recipe =
        RecipeYaml.parse(
            """
            base: mnist
            generator.0.units: 600
            generator.1: {units: 500, weights: {irange: 0.1}}
            stop.epochs: 10
            """,
            "mine.yaml");
    Recipe same =
        RecipeYaml.with(
            MNIST,
            List.of(
                "generator.0.units=600",
                "generator.1.units=500",
                "generator.1.weights.irange=0.1",
                "stop.epochs=10"));
    assertEquals(same, recipe);
  }

  @Test
  void assignmentsReachEveryField() {
    Recipe recipe =
        RecipeYaml.with(
            MNIST,
            List.of(
                "k=5",
                "update=alternating",
                "objective=minimax",
                "stop.epochs=10",
                "generator.0.units=600",
                "generator.1={units: 500}",
                "generator.1.activation = linear",
                "generator.2.bias={type: constant, value: -2}",
                "momentum={initial: 0.9, last: 0.9}",
                "learning_rate.per_replica=[0.1, 0.2]",
                "replicas=2",
                "max_column_norm=1.9365",
                "seed=-9223372036854775808",
                "data=other"));
    assertEquals(5, recipe.k());
    assertEquals(UpdateOrder.ALTERNATING, recipe.update());
    assertEquals(10, recipe.stop().epochs());
    assertEquals(600, ((LayerSpec.Dense) recipe.generator().get(0)).units());
    assertEquals(500, ((LayerSpec.Dense) recipe.generator().get(1)).units());
    assertEquals(Activation.LINEAR, ((LayerSpec.Dense) recipe.generator().get(1)).activation());
    assertEquals(new BiasInit.Constant(-2), ((LayerSpec.Dense) recipe.generator().get(2)).bias());
    assertEquals(250, recipe.momentum().epochs());
    assertEquals(List.of(0.1, 0.2), recipe.learningRate().perReplica());
    assertEquals(1.9365, recipe.maxColumnNorm());
    assertEquals(Long.MIN_VALUE, recipe.seed());
    assertEquals("other", recipe.data());
    assertEquals(MNIST, RecipeYaml.with(MNIST, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "k=0 | --set: k must be 1 to 1000, not 0",
        "k=5 | --set: simultaneous updates take k = 1, not 5; use update=alternating for more",
        "k=1.5 | --set: k must be a whole number, not \"1.5\"",
        "k=abc | --set: k must be a whole number, not \"abc\"",
        "k= | --set: k must be a whole number, not empty",
        "k=null | --set: k must be a whole number, not empty",
        "k=true | --set: k must be a whole number, not \"true\"",
        "k=[1] | --set: k must be a whole number, not a list",
        "k={a: 1} | --set: k must be a whole number, not fields",
        "k=99999999999 | --set: k must be a whole number of at most 32 bits, not \"99999999999\"",
        "k=1:30 | --set: k must be a whole number, not \"1:30\"",
        "k=0x10 | --set: k must be a whole number, not \"0x10\"",
        "max_column_norm=.nan | --set: max_column_norm must be a number, not \".nan\"",
        "max_column_norm=NaN | --set: max_column_norm must be a number, not \"NaN\"",
        "max_column_norm=1f | --set: max_column_norm must be a number, not \"1f\"",
        "max_column_norm=1e999 | --set: max_column_norm is too large: \"1e999\"",
        "evaluation.sigma_from=0 "
            + "| --set: evaluation.sigma_from must be a finite number > 0, not 0.0",
        "discriminator.0.keep=0 "
            + "| --set: discriminator.0.keep must be a probability above 0, at most 1, not 0.0",
        "generator.0.units=0 " + "| --set: generator.0: a layer has 1 to 1048576 units, not 0",
        "generator.3.units=1 "
            + "| --set generator.3.units: generator has no element \"3\" (0 to 2)",
        "generator.-1=1 | --set generator.-1: generator has no element \"-1\" (0 to 2)",
        "learning_rate.per_replica.0=1 | --set learning_rate.per_replica.0: "
            + "learning_rate.per_replica has no element \"0\" (it is empty)",
        "generator=5 | --set: generator must be a list, not \"5\"",
        "generator={a: 1} | --set: generator must be a list, not fields",
        "generator.0=5 | --set: generator.0 must be fields (type), not \"5\"",
        "generator.0={type: maxout, units: 5} " + "| --set: generator.0: missing: pieces, weights",
        "stop=5 "
            + "| --set: stop must be fields (epochs, iterations, update_norm, patience, "
            + "monitor_patience, monitor_gain), not \"5\"",
        "stop.epoch=5 | --set stop.epoch: stop: unknown field \"epoch\"; did you mean epochs? "
            + "(fields: epochs, iterations, update_norm, patience, "
            + "monitor_patience, monitor_gain)",
        "k.x=5 | --set k.x: k is a single value: it has no \"x\"",
        "objective=minmax | --set: objective must be one of non-saturating, minimax,"
            + " feature-matching; not \"minmax\"; did you mean minimax?",
        "objective=[] | --set: objective must be one of non-saturating, minimax, feature-matching, not a list",
        "generator.0.type=conv | --set: generator.0.type must be one of dense, maxout, "
            + "weight-normalised, convolution, deconvolution, dropout, gaussian-noise, join, batch-normalisation; not \"conv\"",
        "k=[1 | --set k: line 1: not YAML: expected ',' or ']', but got <stream end>",
        "=5 | --set takes path=value, such as k=5 or stop.epochs=10, not \"=5\"",
        "k | --set takes path=value, such as k=5 or stop.epochs=10, not \"k\"",
      })
  void badAssignmentGivesOneLine(String assignment, String message) {
    List<String> assignments = List.of(assignment);
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> RecipeYaml.with(MNIST, assignments));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | f: a recipe must be fields (name, data, split, noise, generator, discriminator, update, k, "
            + "objective, batch, learning_rate, momentum, max_column_norm, stop, evaluation, "
            + "samples_every, seed, replicas, generator_optimiser, discriminator_optimiser, condition, encoder, coordination, rollback, labels, generator_average), not empty",
        "name: a | f: missing: data, noise, generator, discriminator, batch, stop",
        "base: mnst " + "| f: unknown recipe \"mnst\"; did you mean mnist? (recipes: RECIPES)",
        "base: [] | f: base must name a recipe: RECIPES",
        "base: mnist\\nname: | f: name must be a text, not empty",
        "base: mnist\\nstop: {type: 1} | f: stop: unknown field \"type\" "
            + "(fields: epochs, iterations, update_norm, patience, "
            + "monitor_patience, monitor_gain)",
        "base: mnist\\nstop: | f: stop must be fields (epochs, iterations, update_norm, patience, "
            + "monitor_patience, monitor_gain), "
            + "not empty",
        "\"\\e[2J\\u009b\": 1\\n\"\\e[2J\\u009b\": 2 "
            + "| f: line 2: the field \"\\u001b[2J\\u009b\" stands there twice",
        "base: mnist\\nk: 1\\nk: 2 | f: line 3: the field \"k\" stands there twice",
        "base: mnist\\n k: 1 | f: line 2: not YAML: mapping values are not allowed here",
        "base: mnist\\nname: 'a | f: line 2: not YAML: found unexpected end of stream",
        "base: mnist\\n\\tk: 1 | f: line 2: not YAML: "
            + "found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for "
            + "indentation)",
        "base: &a mnist\\nname: *a | f: line 2: aliases (*name) are not supported",
        "base: mnist\\nname: *a | f: line 2: aliases (*name) are not supported",
        "base: mnist\\nk: !!int \"1\" | f: line 2: tags (!name) are not supported",
        "base: mnist\\n---\\nk: 1 | f: line 2: more than one document",
        "base: mnist\\n[a]: 1 | f: line 2: a field's name must be a plain word",
        "base: mnist\\ngenerator: [{type: dense}] "
            + "| f: generator.0: missing: units, activation, weights",
        "base: mnist\\nbach: 5 | f: unknown field \"bach\"; did you mean batch? (fields: FIELDS)",
        "base: mnist\\ngenerator.3.units: 1 | f: generator has no element \"3\" (0 to 2)",
        "base: mnist\\ngenerator: [{units: 1}] "
            + "| f: generator.0.type is missing (types: dense, maxout, "
            + "weight-normalised, convolution, deconvolution, dropout, gaussian-noise, join, batch-normalisation)",
      })
  void badFileGivesOneLine(String text, String message) {
    String yaml = text.replace("\\n", "\n").replace("\\t", "\t");
    Exception e = assertThrows(RecipeException.class, () -> RecipeYaml.parse(yaml, "f"));
    String names = String.join(", ", Recipes.names());
    String fields = String.join(", ", RecipeTree.of(MNIST).keySet());
    assertEquals(message.replace("RECIPES", names).replace("FIELDS", fields), e.getMessage());
  }

  private static final String ADAM = "{type: adam, learning_rate: {initial: 0.1}}";
  private static final List<String> OWN =
      List.of("generator_optimiser=" + ADAM, "discriminator_optimiser=" + ADAM);

  /** What a preset says for networks that follow it goes once none does. */
  @Test
  void commonRatesAreThereExactlyIfANetworkUsesThem() {
    Recipe recipe = RecipeYaml.with(MNIST, OWN);
    assertNull(recipe.learningRate());
    assertNull(recipe.momentum());
    String yaml = RecipeYaml.write(recipe);
    assertFalse(yaml.contains("\nlearning_rate:") || yaml.contains("\nmomentum:"), yaml);
    assertEquals(recipe, RecipeYaml.parse(yaml, "f"));
    assertEquals(recipe, RecipeFields.recipe(RecipeFields.of(recipe)));
    Optimiser adam = recipe.generatorOptimiser();
    assertEquals(recipe, MNIST.withGeneratorOptimiser(adam).withDiscriminatorOptimiser(adam));
    String base = "base: mnist\n" + String.join("\n", OWN).replace("=", ": ");
    assertEquals(recipe, RecipeYaml.parse(base, "f"));
    Recipe one = RecipeYaml.with(MNIST, OWN.subList(0, 1));
    assertEquals(MNIST.learningRate(), one.learningRate());
    assertEquals(MNIST, back(recipe, MNIST));
  }

  private static Recipe back(Recipe recipe, Recipe to) {
    return RecipeYaml.with(
        recipe,
        List.of(
            "generator_optimiser={type: common}",
            "discriminator_optimiser={type: common}",
            "learning_rate={initial: 0.1, decay: 1.000004, minimum: 1.0e-6}",
            "momentum={initial: "
                + to.momentum().initial()
                + ", last: "
                + to.momentum().last()
                + ", epochs: "
                + to.momentum().epochs()
                + "}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"learning_rate", "momentum"})
  void ratesThatNoNetworkUsesAreRefused(String field) {
    String used = "is used by neither network";
    String value = field.equals("momentum") ? "initial: 0.5, last: 0.7, epochs: 9" : "initial: 0.1";
    List<String> three = new ArrayList<>(OWN);
    three.add(field + "={" + value + "}");
    Exception e = assertThrows(IllegalArgumentException.class, () -> RecipeYaml.with(MNIST, three));
    assertTrue(e.getMessage().contains(field + " " + used), e.getMessage());
    three.set(2, field + ".initial=0.2");
    e = assertThrows(IllegalArgumentException.class, () -> RecipeYaml.with(MNIST, three));
    assertTrue(e.getMessage().contains(field + " " + used), e.getMessage());
    Recipe own = RecipeYaml.with(MNIST, OWN);
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> RecipeYaml.with(own, List.of(field + ".initial=0.2")));
    assertEquals(
        "--set " + field + ".initial: " + field + " is not set: give all of its fields",
        e.getMessage());
    String file = RecipeYaml.write(own) + field + ": {" + value + "}\n";
    e = assertThrows(RecipeException.class, () -> RecipeYaml.parse(file, "f"));
    assertTrue(e.getMessage().startsWith("f: " + field + " " + used), e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> RecipeYaml.with(own, List.of("generator_optimiser={type: common}", OWN.get(1))));
    assertEquals("--set: learning_rate is missing", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{", "{a: ", "- ", "? ", "a:\n", "!!x ", "\"", "&a [*a,", "\0", "%"})
  void hugeNonsenseEndsInOneLine(String part) {
    String yaml = part.repeat(100_000);
    Exception e = assertThrows(RecipeException.class, () -> RecipeYaml.parse(yaml, "f"));
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    assertTrue(e.getMessage().length() < 300, e.getMessage());
  }

  @Test
  void filesAreCheckedBeforeTheyAreRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("recipe.yaml");
    assertRefused(file, "no such file");
    Files.write(file, new byte[(1 << 20) + 1]);
    assertRefused(file, "larger than 1 MB, so not a recipe");
    Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xff});
    assertRefused(file, "not UTF-8 text, so not a recipe");
    Files.writeString(file, RecipeYaml.write(MNIST), StandardCharsets.UTF_8);
    assertEquals(MNIST, RecipeYaml.load(file));
  }

  private static void assertRefused(Path file, String message) {
    Exception e = assertThrows(RuntimeException.class, () -> RecipeYaml.load(file));
    assertEquals(!message.contains("no such"), e instanceof RecipeException);
    assertEquals(file + ": " + message, e.getMessage());
  }
}
