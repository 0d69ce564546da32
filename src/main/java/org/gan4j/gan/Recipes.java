package org.gan4j.gan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  static {
    // Fewer examples take longer to bring the two networks into step; a larger rate makes up for
    // it.
    add(mnist("mnist-10k", 0.2, new Stop(110, 0, 0, 0)));
    add(mnist("mnist", 0.1, new Stop(250, 0, 0, 0)));
    ConvolutionRecipes.all().forEach(Recipes::add);
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
              + Names.quoted(name)
              + Names.didYouMean(name, names())
              + " (recipes: "
              + String.join(", ", names())
              + ")");
    }
    return recipe;
  }

  private static void add(Recipe recipe) {
    PRESETS.put(recipe.name(), recipe);
  }

  /** The released MNIST settings, on the data set that the recipe is named after. */
  private static Recipe mnist(String name, double learningRate, Stop stop) {
    return new Recipe(
        name,
        name,
        new Noise(Noise.Distribution.UNIFORM, 100, Math.sqrt(3)),
        mnistGenerator(),
        mnistDiscriminator(),
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

  private static List<LayerSpec> mnistGenerator() {
    WeightInit weights = new WeightInit.Uniform(0.05);
    BiasInit zero = new BiasInit.Constant(0);
    return List.of(
        new LayerSpec.Dense(1200, Activation.RELU, weights, zero),
        new LayerSpec.Dense(1200, Activation.RELU, weights, zero),
        new LayerSpec.Dense(784, Activation.SIGMOID, weights, new BiasInit.DataMean()));
  }

  private static List<LayerSpec> mnistDiscriminator() {
    WeightInit weights = new WeightInit.Uniform(0.005);
    BiasInit zero = new BiasInit.Constant(0);
    return List.of(
        new LayerSpec.Dropout(0.8),
        new LayerSpec.Maxout(240, 5, weights, zero),
        new LayerSpec.Dropout(0.5),
        new LayerSpec.Maxout(240, 5, weights, zero),
        new LayerSpec.Dropout(0.5),
        new LayerSpec.Dense(1, Activation.LINEAR, weights, zero));
  }
}
