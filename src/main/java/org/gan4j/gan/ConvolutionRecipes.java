package org.gan4j.gan;

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
  private static final WeightInit GENERATOR = new WeightInit.Uniform(0.05);
  private static final WeightInit DISCRIMINATOR = new WeightInit.Uniform(0.005);
  private static final int PIECES = 2;

  /**
   * What the recipes differ in.
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
            new Stop(250, 0, 0, 0),
            10),
        recipe(
            "cifar10-conv-small",
            "cifar10-10k",
            new Width(500, 8, 8, 24, 50),
            new Stop(10, 0, 0, 0),
            5));
  }

  private static Recipe recipe(String name, String data, Width width, Stop stop, int every) {
    return new Recipe(
        name,
        data,
        new Noise(Noise.Distribution.NORMAL, 100, 1),
        generator(width),
        discriminator(width),
        UpdateOrder.SIMULTANEOUS,
        1,
        Objective.NON_SATURATING,
        128,
        new LearningRate(0.004, 1.000004, 1e-6, List.of()),
        new Momentum(0.5, 0.7, 250),
        0,
        stop,
        new Evaluation(every, 10_000, 1000, 0.1, 1, 10),
        every,
        1,
        1);
  }

  private static List<LayerSpec> generator(Width width) {
    Planes images = new Planes(width.images, 10, 10);
    return List.of(
        new LayerSpec.Dense(width.hidden, Activation.RELU, GENERATOR, ZERO),
        new LayerSpec.Dense(images.size(), Activation.SIGMOID, GENERATOR, ZERO),
        new LayerSpec.Deconvolution(
            images, 3, 5, 3, 0, Activation.LINEAR, BiasPer.POSITION, GENERATOR, ZERO));
  }

  /** From 32 x 32 by convolution and pooling: 33, 16; 15, 7; 9, 5. */
  private static List<LayerSpec> discriminator(Width width) {
    return List.of(
        new LayerSpec.Dropout(0.8),
        convolution(new Planes(3, 32, 32), width.low, 8, 4, 4),
        new LayerSpec.Dropout(0.5),
        convolution(new Planes(width.low, 16, 16), width.low, 8, 3, 4),
        new LayerSpec.Dropout(0.5),
        convolution(new Planes(width.low, 7, 7), width.high, 5, 3, 2),
        new LayerSpec.Dropout(0.5),
        new LayerSpec.Maxout(width.units, 5, DISCRIMINATOR, ZERO),
        new LayerSpec.Dropout(0.5),
        new LayerSpec.Dense(1, Activation.LINEAR, DISCRIMINATOR, ZERO));
  }

  private static LayerSpec convolution(
      Planes input, int channels, int kernel, int padding, int pool) {
    return new LayerSpec.Convolution(
        input, channels, PIECES, kernel, 1, padding, pool, 2, DISCRIMINATOR, ZERO);
  }
}
