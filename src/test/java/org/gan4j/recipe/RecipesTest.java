package org.gan4j.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.gan4j.gan.MemoryNeed;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecipesTest {
  @Test
  void defaultComesFirst() {
    assertEquals(List.of("mnist-10k", "mnist"), Recipes.names().subList(0, 2));
    for (String name : Recipes.names()) {
      assertEquals(name, Recipes.get(name).name());
    }
  }

  /** Recipes that 0.1.0 had not. */
  private static final Set<String> NEWER =
      Set.of(
          "mnist-gaussian",
          "mnist-alternating",
          "mnist-10k-conditional",
          "mnist-conditional",
          "mnist-conditional-averaged",
          "cifar10-conditional-small",
          "mnist-10k-complete",
          "mnist-complete",
          "faces-complete",
          "mnist-semi",
          "mnist-gan10");

  static List<String> names() {
    return Recipes.names().stream().filter(name -> !NEWER.contains(name)).toList();
  }

  /** What gan4j recipes NAME printed in 0.1.0. */
  @ParameterizedTest
  @MethodSource("names")
  void everyFieldOfEveryPresetIsAsIn010(String name) throws IOException {
    try (InputStream in = RecipesTest.class.getResourceAsStream("v0.1.0/" + name + ".yaml")) {
      String printed = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Map<String, String> then = RecipeFields.of(RecipeYaml.parse(printed, name));
      assertEquals(List.of(), RecipeFields.differences(then, RecipeFields.of(Recipes.get(name))));
      for (String line : printed.lines().toList()) {
        assertTrue(RecipeYaml.write(Recipes.get(name)).contains(line + "\n"), line);
      }
    }
  }

  @Test
  void recipesAreBuiltByNames() {
    Recipe mnist = Recipes.get("mnist");
    Recipe other =
        mnist
            .withSeed(7)
            .withReplicas(3)
            .withUpdate(UpdateOrder.ALTERNATING)
            .withK(5)
            .withStop(new Stop(10, 0, 0, 0));
    assertEquals(
        List.of(
            "update: simultaneous there, alternating here",
            "k: 1 there, 5 here",
            "stop.epochs: 250 there, 10 here",
            "seed: 1 there, 7 here",
            "replicas: 1 there, 3 here"),
        RecipeFields.differences(RecipeFields.of(mnist), RecipeFields.of(other)));
    Exception e = assertThrows(IllegalArgumentException.class, () -> mnist.withK(0));
    assertEquals("k must be 1 to 1000, not 0", e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> mnist.withStop(null));
    assertTrue(e.getMessage().startsWith("stop must be fields ("), e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> other.withUpdate(mnist.update()));
    assertTrue(e.getMessage().contains("simultaneous updates take k = 1"), e.getMessage());
  }

  /** Every component has its method, which changes that field and no other. */
  @Test
  void noFieldHasBeenForgotten() throws ReflectiveOperationException {
    Recipe one = Recipes.get("mnist");
    Recipe two = Recipes.get("cifar10-conv").withSeed(2).withReplicas(2);
    two = two.withUpdate(UpdateOrder.ALTERNATING).withK(2).withObjective(Objective.MINIMAX);
    two = two.withMaxColumnNorm(2).withMomentum(new Momentum(0, 0, 2)).withSamplesEvery(1);
    two = two.withStop(new Stop(1, 0, 0, 0));
    one = one.withUpdate(UpdateOrder.ALTERNATING);
    for (RecordComponent component : Recipe.class.getRecordComponents()) {
      String name = component.getName();
      String wither = "with" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
      Object value = component.getAccessor().invoke(two);
      Recipe changed =
          (Recipe) Recipe.class.getMethod(wither, component.getType()).invoke(one, value);
      assertEquals(value, component.getAccessor().invoke(changed));
      for (RecordComponent other : Recipe.class.getRecordComponents()) {
        if (!other.getName().equals(name)) {
          Object before = other.getAccessor().invoke(one);
          assertEquals(before, other.getAccessor().invoke(changed), wither + " and " + other);
        }
      }
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

  /** Beside the monitor, and how long it trains. */
  @Test
  void mnistGaussianDiffersInTheNoise() {
    Recipe gaussian = Recipes.get("mnist-gaussian");
    assertEquals(new Noise(Noise.Distribution.NORMAL, 100, 1), gaussian.noise());
    assertEquals(new LikelihoodMonitor(1, 100, 0.2), gaussian.evaluation().monitor());
    Recipe mnist = Recipes.get("mnist");
    assertEquals(
        mnist,
        gaussian
            .withName("mnist")
            .withNoise(mnist.noise())
            .withStop(mnist.stop())
            .withEvaluation(mnist.evaluation())
            .withSamplesEvery(mnist.samplesEvery()));
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

  @ParameterizedTest
  @CsvSource({
    "tfd-pretrain, 83.3, 21.0",
    "tfd, 84.9, 21.0",
    "cifar10-fc, 89.4, 37.4",
  })
  void parametersAreThoseOfTheReleasedNetworks(
      String name, double generator, double discriminator) {
    MemoryNeed need = MemoryNeed.of(Recipes.get(name));
    assertEquals(generator, need.generator() * 1e-6, 0.05);
    assertEquals(discriminator, need.discriminator() * 1e-6, 0.05);
  }

  @Test
  void facesHaveTheReleasedSettings() {
    Recipe first = Recipes.get("tfd-pretrain");
    assertEquals(new Noise(Noise.Distribution.NORMAL, 100, 1), first.noise());
    assertEquals(1.9365, first.maxColumnNorm());
    assertEquals(new LearningRate(0.05, 1.000004, 1e-6, List.of()), first.learningRate());
    assertEquals(50, first.stop().epochs());
    WeightInit uniform = new WeightInit.Uniform(0.05);
    assertEquals(
        List.of(
            new LayerSpec.Dense(8000, Activation.RELU, uniform, new BiasInit.Constant(0)),
            new LayerSpec.Dense(8000, Activation.SIGMOID, uniform, new BiasInit.Constant(-2)),
            new LayerSpec.Dense(
                2304, Activation.SIGMOID, new WeightInit.Sparse(100), new BiasInit.DataMean())),
        first.generator());
    Recipe second = Recipes.get("tfd");
    assertEquals(22, second.stop().epochs());
    assertEquals(first.discriminator(), second.discriminator());
    assertEquals(first.generator(), second.generator().subList(2, 5));
    assertEquals(
        List.of(
            new LayerSpec.Dense(8000, Activation.RELU, uniform, new BiasInit.Constant(0)),
            new LayerSpec.Dense(100, Activation.SIGMOID, uniform, new BiasInit.Constant(-2))),
        second.generator().subList(0, 2));
    assertEquals(Optional.of("tfd-pretrain"), Recipes.pretraining("tfd"));
    assertEquals(Optional.empty(), Recipes.pretraining("tfd-pretrain"));
  }

  @Test
  void cifar10HasTheReleasedSettings() {
    Recipe cifar = Recipes.get("cifar10-fc");
    assertEquals(new Noise(Noise.Distribution.NORMAL, 100, 1), cifar.noise());
    assertEquals(0, cifar.maxColumnNorm());
    assertEquals(100, cifar.batch());
    assertEquals(new LearningRate(0.025, 1.000004, 1e-6, List.of()), cifar.learningRate());
    assertEquals(
        new LayerSpec.Dense(
            3072, Activation.LINEAR, new WeightInit.Uniform(0.5), new BiasInit.Constant(0)),
        cifar.generator().get(2));
  }

  /** Of every layer with weights; the last of the faces' generators has sparse ones. */
  @ParameterizedTest
  @CsvSource({
    "mnist, 0.05 0.05 0.05, 0.005 0.005 0.005",
    "mnist-10k, 0.05 0.05 0.05, 0.005 0.005 0.005",
    "tfd-pretrain, 0.05 0.05, 0.005 0.005 0.005",
    "tfd, 0.05 0.05 0.05 0.05, 0.005 0.005 0.005",
    "cifar10-fc, 0.05 0.05 0.5, 0.005 0.005 0.005",
    "cifar10-conv, 0.05 0.05 0.05, 0.005 0.005 0.005 0.005 0.005"
  })
  void weightsHaveTheReleasedRanges(String name, String generator, String discriminator) {
    assertEquals(generator, ranges(name, "generator"));
    assertEquals(discriminator, ranges(name, "discriminator"));
  }

  private static String ranges(String name, String network) {
    return RecipeFields.of(Recipes.get(name)).entrySet().stream()
        .filter(field -> field.getKey().matches(network + ".*weights\\.irange"))
        .map(Map.Entry::getValue)
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource({"tfd-pretrain", "tfd", "cifar10-fc", "cifar10-conv"})
  void smallOnesHaveTheSameStructure(String name) {
    Map<String, String> small = RecipeFields.of(Recipes.get(name + "-small"));
    Set<String> others =
        RecipeFields.differences(RecipeFields.of(Recipes.get(name)), small).stream()
            .map(line -> line.substring(0, line.indexOf(':')))
            .filter(path -> !path.endsWith(".units") && !path.endsWith(".channels"))
            .filter(path -> !path.endsWith(".irange"))
            .collect(Collectors.toSet());
    others.removeAll(
        Set.of(
            "name",
            "data",
            "stop.epochs",
            "samples_every",
            "evaluation.every_epochs",
            "learning_rate.initial"));
    assertEquals(Set.of(), others);
  }

  /** The largest of them trains within 3 GiB, its data included. */
  @Test
  void memoryNeedIsStatedAndWhatDoesNotFitIsRefused() {
    MemoryNeed need = MemoryNeed.of(Recipes.get("cifar10-fc"));
    long data = 60_000L * 3072;
    long weights = (need.generator() + need.discriminator()) * 8;
    assertTrue(need.bytes() > weights && need.bytes() + 2 * data < 3L << 30, need.toString());
    need.requireFit(data, 3L << 30);
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> need.requireFit(data, 700L << 20));
    assertTrue(
        e.getMessage()
            .matches("this run needs about [123]\\.\\d GiB of memory, but only 700 MiB .*"),
        e.getMessage());
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
