package org.gan4j.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.io.Printable;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.WeightInit;

/**
 * The recipes that gan4j ships, by name: the settings of the code that was released with the paper,
 * and what was derived from them.
 */
public final class Recipes {
  private static final Map<String, Recipe> PRESETS = new LinkedHashMap<>();
  private static final Map<String, String> PRETRAINING = new LinkedHashMap<>();

  static {
    // Fewer examples take longer to bring the two networks into step; a larger rate makes up for
    // it.
    add(mnist("mnist-10k", 0.2, "mnist-10k", 784, new Stop(110, 0, 0, 0)));
    add(mnist("mnist", 0.1, "mnist", 784, new Stop(250, 0, 0, 0)));
    FaceRecipes.all().forEach(Recipes::add);
    PRETRAINING.putAll(FaceRecipes.pretraining());
    add(cifar10("cifar10-fc", "cifar10", new Cifar10(8000, 1600, 0.05, 0.5, 0.005, 0.025, 250)));
    // At the released ranges so few hidden units hardly vary with z, and all samples are alike.
    add(
        cifar10(
            "cifar10-fc-small", "cifar10-10k", new Cifar10(500, 100, 0.8, 0.2, 0.02, 0.05, 100)));
    ConvolutionRecipes.all().forEach(Recipes::add);
    add(mnist("images", 0.1, "images", 3 * 32 * 32, new Stop(250, 0, 0, 0)));
  }

  private Recipes() {}

  /**
   * What there is.
   *
   * @return the names of all presets, the default one first
   */
  public static List<String> names() {
    return List.copyOf(PRESETS.keySet());
  }

  /**
   * One preset.
   *
   * @param name one of {@link #names()}
   * @return its recipe
   * @throws IllegalArgumentException if there is none of that name; the message lists those there
   *     are
   */
  public static Recipe get(String name) {
    Recipe recipe = PRESETS.get(name);
    if (recipe == null) {
      throw new IllegalArgumentException(
          "unknown recipe "
              + Printable.quoted(name)
              + Names.didYouMean(name, names())
              + " (recipes: "
              + String.join(", ", names())
              + ")");
    }
    return recipe;
  }

  /**
   * The recipe whose trained generator another one begins with.
   *
   * @param name of a recipe
   * @return the name of the other; empty if the recipe begins with nothing
   */
  public static Optional<String> pretraining(String name) {
    return Optional.ofNullable(PRETRAINING.get(name));
  }

  private static void add(Recipe recipe) {
    PRESETS.put(recipe.name(), recipe);
  }

  /** The released MNIST settings, for examples of any width. */
  private static Recipe mnist(String name, double learningRate, String data, int width, Stop stop) {
    return new Recipe(
        name,
        data,
        new Noise(Noise.Distribution.UNIFORM, 100, Math.sqrt(3)),
        mnistGenerator(width),
        discriminator(240, 0.005, 0.005),
        UpdateOrder.SIMULTANEOUS,
        1,
        Objective.NON_SATURATING,
        100,
        new LearningRate(learningRate, 1.000004, 1e-6, List.of()),
        new Momentum(0.5, 0.7, 250),
        0,
        stop,
        new Evaluation(10, 10_000, 1000, 0.1, 1, 10),
        10,
        1,
        1);
  }

  private static List<LayerSpec> mnistGenerator(int width) {
    WeightInit weights = new WeightInit.Uniform(0.05);
    BiasInit zero = new BiasInit.Constant(0);
    return List.of(
        new LayerSpec.Dense(1200, Activation.RELU, weights, zero),
        new LayerSpec.Dense(1200, Activation.RELU, weights, zero),
        new LayerSpec.Dense(width, Activation.SIGMOID, weights, new BiasInit.DataMean()));
  }

  /**
   * What the recipes for CIFAR-10 without convolution differ in.
   *
   * @param hidden units of the generator's hidden layers
   * @param units maxout units of the discriminator's layers
   * @param second irange of the generator's second layer
   * @param last of its last layer
   * @param later of the discriminator's layers after the first
   * @param learningRate the initial one
   * @param epochs length of a run
   */
  private record Cifar10(
      int hidden,
      int units,
      double second,
      double last,
      double later,
      double learningRate,
      int epochs) {}

  /**
   * The released settings for CIFAR-10 without convolution, but for those in c; no stop and no
   * score are stated. The data's values are larger than pixels between 0 and 1, so σ is looked for
   * among larger ones.
   */
  private static Recipe cifar10(String name, String data, Cifar10 c) {
    BiasInit zero = new BiasInit.Constant(0);
    List<LayerSpec> generator =
        List.of(
            new LayerSpec.Dense(c.hidden, Activation.RELU, new WeightInit.Uniform(0.05), zero),
            new LayerSpec.Dense(
                c.hidden, Activation.SIGMOID, new WeightInit.Uniform(c.second), zero),
            new LayerSpec.Dense(
                3 * 32 * 32, Activation.LINEAR, new WeightInit.Uniform(c.last), zero));
    return new Recipe(
        name,
        data,
        new Noise(Noise.Distribution.NORMAL, 100, 1),
        generator,
        discriminator(c.units, 0.005, c.later),
        UpdateOrder.SIMULTANEOUS,
        1,
        Objective.NON_SATURATING,
        100,
        new LearningRate(c.learningRate, 1.000004, 1e-6, List.of()),
        new Momentum(0.5, 0.7, 250),
        0,
        new Stop(c.epochs, 0, 0, 0),
        new Evaluation(10, 10_000, 1000, 0.3, 3, 10),
        10,
        1,
        1);
  }

  /**
   * Two layers of maxout with five pieces each under one logit, with dropout at every input.
   *
   * @param first irange of the first layer
   * @param later irange of the other two
   */
  static List<LayerSpec> discriminator(int units, double first, double later) {
    WeightInit weights = new WeightInit.Uniform(later);
    BiasInit zero = new BiasInit.Constant(0);
    return List.of(
        new LayerSpec.Dropout(0.8),
        new LayerSpec.Maxout(units, 5, new WeightInit.Uniform(first), zero),
        new LayerSpec.Dropout(0.5),
        new LayerSpec.Maxout(units, 5, weights, zero),
        new LayerSpec.Dropout(0.5),
        new LayerSpec.Dense(1, Activation.LINEAR, weights, zero));
  }
}
