package org.gan4j.recipe;

import java.util.List;
import java.util.Map;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.Checks;
import org.gan4j.layers.Default;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.WeightInit;

/**
 * How an encoder is trained, which infers z from x (the paper's section 7, 2): by regression of z
 * on G(z), on pairs that the finished generator makes without end; and perhaps by what G makes of
 * the codes of training examples too, which is not the paper's. It minimises the mean squared error
 * of a value of z, plus {@code images} times the mean squared error of a value of G(E(x)).
 *
 * @param layers from an example to z; none: the shape of the code that was released with the paper,
 *     maxout – sigmoid – linear, wider than there
 * @param iterations minibatches that it learns from, ≥ 1
 * @param batch pairs of a minibatch, and as many training examples where they count, ≥ 1
 * @param images weight of the error of training examples' reconstructions, ≥ 0; 0: nothing of the
 *     data set is looked at
 * @param optimiser what it makes of its gradients, its own; where momentum takes epochs, an epoch
 *     is 1,000 minibatches
 */
public record EncoderSettings(
    @Default("[]") List<LayerSpec> layers,
    @Default("6000") int iterations,
    @Default("100") int batch,
    @Default("0") double images,
    @Default("{type: adam, learning_rate: {initial: 0.001, decay: 1.0007, minimum: 0.00002}}")
        Optimiser optimiser) {
  /** Minibatches of what a schedule calls an epoch. */
  public static final int EPOCH = 1000;

  static final EncoderSettings DEFAULT =
      (EncoderSettings) RecipeBinder.bind(EncoderSettings.class, Map.of(), "encoder");

  private static final int HIDDEN = 480;
  private static final int PIECES = 5;

  public EncoderSettings {
    Checks.present("layers", layers);
    Checks.range("iterations", iterations, 1, 1_000_000_000);
    Checks.range("batch", batch, 1, 1 << 20);
    Checks.range("images", images, 0, 1e9);
    Checks.present("optimiser", optimiser);
    layers = List.copyOf(layers);
    LayerStack.requireGiven(layers);
    LearningRate rate = optimiser.learningRateOrNull();
    if (rate == null) {
      throw new IllegalArgumentException(
          "optimiser must be one of its own, sgd or adam: the networks' common one is not for it");
    }
    if (!rate.perReplica().isEmpty()) {
      throw new IllegalArgumentException(
          "optimiser.learning_rate.per_replica must be empty: an encoder is of one replica");
    }
  }

  /**
   * The same but for one field.
   *
   * @param number of minibatches, ≥ 1
   * @return the new settings
   */
  public EncoderSettings withIterations(int number) {
    return new EncoderSettings(layers, number, batch, images, optimiser);
  }

  /** The same with layers, where there are none. */
  EncoderSettings withUsualLayers(int inputs, int outputs) {
    if (!layers.isEmpty()) {
      return this;
    }
    BiasInit zero = new BiasInit.Constant(0);
    List<LayerSpec> usual =
        List.of(
            new LayerSpec.Maxout(HIDDEN, PIECES, WeightInit.spread(inputs, HIDDEN), zero),
            new LayerSpec.Dense(
                HIDDEN, Activation.SIGMOID, WeightInit.spread(HIDDEN, HIDDEN), zero),
            new LayerSpec.Dense(
                outputs, Activation.LINEAR, WeightInit.spread(HIDDEN, outputs), zero));
    return new EncoderSettings(usual, iterations, batch, images, optimiser);
  }
}
