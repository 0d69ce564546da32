package org.gan4j.gan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.WeightInit;

/**
 * The released settings for the Toronto Face Database, in two runs: the first trains a generator of
 * three layers, the second puts two new layers before them, draws a new discriminator and trains
 * all five layers on.
 */
final class FaceRecipes {
  private static final int PIXELS = 48 * 48;
  private static final int CODE = 100;
  private static final int CONNECTIONS = 100;
  private static final double MAX_COLUMN_NORM = 1.9365;

  /** For scoring, the whole of a fold's validation set. */
  private static final int ALL = 1_000_000;

  private static final BiasInit ZERO = new BiasInit.Constant(0);
  private static final BiasInit LOW = new BiasInit.Constant(-2);
  private static final WeightInit UNIFORM = new WeightInit.Uniform(0.05);

  /**
   * What one pair of recipes differs in from the others.
   *
   * @param first the name of the first recipe
   * @param second the name of the second
   * @param data both names' data set
   * @param hidden units of the generator's wide layers
   * @param units maxout units of each of the discriminator's layers
   * @param irange of the discriminator's weights; narrow layers need larger ones, or hundreds of
   *     iterations pass before it learns anything
   * @param firstEpochs length of the first run
   * @param secondEpochs length of the second
   * @param every epochs between two scores and between two pictures
   */
  private record Pair(
      String first,
      String second,
      String data,
      int hidden,
      int units,
      double irange,
      int firstEpochs,
      int secondEpochs,
      int every) {}

  private static final List<Pair> PAIRS =
      List.of(
          new Pair("tfd-pretrain", "tfd", "tfd", 8000, 1200, 0.005, 50, 22, 5),
          new Pair("tfd-pretrain-small", "tfd-small", "tfd", 400, 100, 0.05, 5, 3, 1),
          new Pair("faces-pretrain-small", "faces-small", "faces", 400, 100, 0.05, 500, 220, 100));

  private FaceRecipes() {}

  static List<Recipe> all() {
    List<Recipe> recipes = new ArrayList<>();
    for (Pair pair : PAIRS) {
      recipes.add(recipe(pair.first, pair, pair.firstEpochs, trained(pair)));
      List<LayerSpec> five = new ArrayList<>();
      five.add(new LayerSpec.Dense(pair.hidden, Activation.RELU, UNIFORM, ZERO));
      five.add(new LayerSpec.Dense(CODE, Activation.SIGMOID, UNIFORM, LOW));
      five.addAll(trained(pair));
      recipes.add(recipe(pair.second, pair, pair.secondEpochs, five));
    }
    return recipes;
  }

  /** The second recipe of each pair to the first. */
  static Map<String, String> pretraining() {
    Map<String, String> names = new LinkedHashMap<>();
    PAIRS.forEach(pair -> names.put(pair.second, pair.first));
    return names;
  }

  private static List<LayerSpec> trained(Pair pair) {
    return List.of(
        new LayerSpec.Dense(pair.hidden, Activation.RELU, UNIFORM, ZERO),
        new LayerSpec.Dense(pair.hidden, Activation.SIGMOID, UNIFORM, LOW),
        new LayerSpec.Dense(
            PIXELS,
            Activation.SIGMOID,
            new WeightInit.Sparse(CONNECTIONS),
            new BiasInit.DataMean()));
  }

  private static Recipe recipe(String name, Pair pair, int epochs, List<LayerSpec> generator) {
    return new Recipe(
        name,
        pair.data,
        new Noise(Noise.Distribution.NORMAL, 100, 1),
        generator,
        Recipes.discriminator(pair.units, pair.irange),
        UpdateOrder.SIMULTANEOUS,
        1,
        Objective.NON_SATURATING,
        100,
        new LearningRate(0.05, 1.000004, 1e-6, List.of()),
        new Momentum(0.5, 0.7, 250),
        MAX_COLUMN_NORM,
        new Stop(epochs, 0, 0, 0),
        new Evaluation(pair.every, 10_000, ALL, 0.1, 1, 10),
        pair.every,
        1,
        1);
  }
}
