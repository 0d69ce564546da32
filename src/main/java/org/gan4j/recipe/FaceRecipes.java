package org.gan4j.recipe;

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
  private static final double GENERATOR = 0.05;
  private static final double DISCRIMINATOR = 0.005;
  private static final int RELEASED_HIDDEN = 8000;
  private static final int RELEASED_UNITS = 1200;

  /**
   * What one pair of recipes differs in from the others.
   *
   * @param first the name of the first recipe
   * @param second the name of the second
   * @param data both names' data set
   * @param hidden units of the generator's wide layers
   * @param units maxout units of each of the discriminator's layers
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
      int firstEpochs,
      int secondEpochs,
      int every) {}

  private static final List<Pair> PAIRS =
      List.of(
          new Pair("tfd-pretrain", "tfd", "tfd", RELEASED_HIDDEN, RELEASED_UNITS, 50, 22, 5),
          new Pair("tfd-pretrain-small", "tfd-small", "tfd", 400, 100, 5, 3, 1),
          new Pair("faces-pretrain-small", "faces-small", "faces", 400, 100, 4000, 1760, 400));

  private FaceRecipes() {}

  static List<Recipe> all() {
    List<Recipe> recipes = new ArrayList<>();
    for (Pair pair : PAIRS) {
      recipes.add(recipe(pair.first, pair, pair.firstEpochs, trained(pair)));
      List<LayerSpec> five = new ArrayList<>();
      five.add(first(pair));
      five.add(new LayerSpec.Dense(CODE, Activation.SIGMOID, afterHidden(pair), LOW));
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
        first(pair),
        new LayerSpec.Dense(pair.hidden, Activation.SIGMOID, afterHidden(pair), LOW),
        new LayerSpec.Dense(
            PIXELS,
            Activation.SIGMOID,
            new WeightInit.Sparse(CONNECTIONS),
            new BiasInit.DataMean()));
  }

  private static LayerSpec first(Pair pair) {
    return new LayerSpec.Dense(
        pair.hidden, Activation.RELU, new WeightInit.Uniform(GENERATOR), ZERO);
  }

  private static WeightInit afterHidden(Pair pair) {
    return new WeightInit.Uniform(scaled(GENERATOR, RELEASED_HIDDEN, pair.hidden));
  }

  /**
   * The range for weights after fewer units than in the released networks, so that their sums vary
   * as much as there. With the generator's released range all samples are alike.
   */
  private static double scaled(double irange, int released, int units) {
    return irange * Math.sqrt((double) released / units);
  }

  private static Recipe recipe(String name, Pair pair, int epochs, List<LayerSpec> generator) {
    return new Recipe(
        name,
        pair.data,
        new Noise(Noise.Distribution.NORMAL, 100, 1),
        generator,
        Recipes.discriminator(
            pair.units, DISCRIMINATOR, scaled(DISCRIMINATOR, RELEASED_UNITS, pair.units)),
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
