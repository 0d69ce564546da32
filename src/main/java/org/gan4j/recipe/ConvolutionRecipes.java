package org.gan4j.recipe;

import java.util.List;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.BiasPer;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Planes;
import org.gan4j.layers.WeightInit;

/** The released settings for CIFAR-10 with convolutions, and a narrower pair of networks. */
final class ConvolutionRecipes {
  private static final BiasInit ZERO = new BiasInit.Constant(0);
  private static final int PIECES = 2;

  /**
   * The iranges of weights.
   *
   * @param second of the generator's second layer
   * @param last of its last layer
   * @param input of the discriminator's first layer
   * @param later of its other layers
   */
  private record Ranges(double second, double last, double input, double later) {}

  /**
   * How many units there are.
   *
   * @param hidden units of the generator's first layer
   * @param images channels of the 10 x 10 images that the generator makes its samples of
   * @param low channels of the discriminator's first two layers
   * @param high channels of its third
   * @param units of its fully connected layer
   */
  private record Width(int hidden, int images, int low, int high, int units) {}

  private ConvolutionRecipes() {}

  /** No stop and no score are stated. */
  static List<Recipe> all() {
    return List.of(
        recipe(
            "cifar10-conv",
            "cifar10",
            new Width(8000, 80, 32, 192, 500),
            new Ranges(0.05, 0.05, 0.005, 0.005),
            0.004,
            250),
        // At the released ranges and rate the narrow discriminator learns nothing in this time, and
        // so few hidden units hardly vary with z.
        recipe(
            "cifar10-conv-small",
            "cifar10-10k",
            new Width(500, 8, 8, 24, 50),
            new Ranges(0.8, 1, 0.02, 0.04),
            0.01,
            40));
  }

  /** As in the recipes without convolution, σ is looked for among values that fit the data's. */
  private static Recipe recipe(
      String name, String data, Width width, Ranges ranges, double learningRate, int epochs) {
    return new Recipe(
        name,
        data,
        new Noise(Noise.Distribution.NORMAL, 100, 1),
        generator(width, ranges),
        discriminator(width, ranges),
        UpdateOrder.SIMULTANEOUS,
        1,
        Objective.NON_SATURATING,
        128,
        new LearningRate(learningRate, 1.000004, 1e-6, List.of()),
        new Momentum(0.5, 0.7, 250),
        0,
        new Stop(epochs, 0, 0, 0),
        new Evaluation(10, 10_000, 1000, 0.3, 3, 10),
        10,
        1,
        1);
  }

  private static List<LayerSpec> generator(Width width, Ranges ranges) {
    Planes images = new Planes(width.images, 10, 10);
    return List.of(
        new LayerSpec.Dense(width.hidden, Activation.RELU, new WeightInit.Uniform(0.05), ZERO),
        new LayerSpec.Dense(
            images.size(), Activation.SIGMOID, new WeightInit.Uniform(ranges.second), ZERO),
        new LayerSpec.Deconvolution(
            images,
            3,
            5,
            3,
            0,
            Activation.LINEAR,
            BiasPer.POSITION,
            new WeightInit.Uniform(ranges.last),
            ZERO));
  }

  /** From 32 x 32 by convolution and pooling: 33, 16; 15, 7; 9, 5. */
  private static List<LayerSpec> discriminator(Width width, Ranges ranges) {
    WeightInit input = new WeightInit.Uniform(ranges.input);
    WeightInit later = new WeightInit.Uniform(ranges.later);
    return List.of(
        new LayerSpec.Dropout(0.8),
        convolution(new Planes(3, 32, 32), width.low, 8, 4, 4, input),
        new LayerSpec.Dropout(0.5),
        convolution(new Planes(width.low, 16, 16), width.low, 8, 3, 4, later),
        new LayerSpec.Dropout(0.5),
        convolution(new Planes(width.low, 7, 7), width.high, 5, 3, 2, later),
        new LayerSpec.Dropout(0.5),
        new LayerSpec.Maxout(width.units, 5, later, ZERO),
        new LayerSpec.Dropout(0.5),
        new LayerSpec.Dense(1, Activation.LINEAR, later, ZERO));
  }

  private static LayerSpec convolution(
      Planes input, int channels, int kernel, int padding, int pool, WeightInit weights) {
    return new LayerSpec.Convolution(
        input, channels, PIECES, kernel, 1, padding, pool, 2, weights, ZERO);
  }
}
