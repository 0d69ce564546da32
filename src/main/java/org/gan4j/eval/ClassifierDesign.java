package org.gan4j.eval;

import java.util.List;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Planes;
import org.gan4j.layers.WeightInit;

/**
 * What decides a classifier but for its data: a network that ends in logits, and how it learns, by
 * minibatches of 100 and momentum 0.9.
 *
 * @param name figures compare under one only
 * @param layers first to last
 * @param features the layer whose output is an image's features, from 0
 * @param featureWidth values of that
 * @param steps minibatches
 * @param rate first learning rate
 * @param lastRate after all steps, which fall to it by a factor each
 * @param seed of weights, masks and the order of examples
 */
record ClassifierDesign(
    String name,
    List<LayerSpec> layers,
    int features,
    int featureWidth,
    int steps,
    double rate,
    double lastRate,
    long seed) {
  private static final BiasInit ZERO = new BiasInit.Constant(0);
  private static final int UNITS = 256;
  private static final int HIDDEN = 64;

  /** Classes of digits. */
  static final int DIGITS = 10;

  /** An image of one. */
  static final Planes DIGIT = new Planes(1, 28, 28);

  ClassifierDesign {
    layers = List.copyOf(layers);
  }

  /** width – ReLU 256 – softmax, with dropout: learns any labels in seconds. */
  static ClassifierDesign small(int width, int classes, int steps) {
    List<LayerSpec> layers =
        List.of(
            new LayerSpec.Dropout(0.8),
            dense(width, UNITS, Activation.RELU),
            new LayerSpec.Dropout(0.5),
            dense(UNITS, classes, Activation.LINEAR));
    return new ClassifierDesign(Classifier.VERSION, layers, 1, UNITS, steps, 0.1, 0.002, 1);
  }

  /** For the digits of MNIST: two layers of maxout convolution, then ReLU 64 – softmax. */
  static ClassifierDesign digits() {
    List<LayerSpec> layers =
        List.of(
            convolution(DIGIT, 12),
            convolution(new Planes(12, 12, 12), 24),
            new LayerSpec.Dropout(0.5),
            dense(24 * 4 * 4, HIDDEN, Activation.RELU),
            new LayerSpec.Dropout(0.5),
            dense(HIDDEN, DIGITS, Activation.LINEAR));
    return new ClassifierDesign("mnist-conv-1", layers, 3, HIDDEN, 4000, 0.05, 0.001, 1);
  }

  /** The same network, learning for another number of minibatches. */
  ClassifierDesign withSteps(int count) {
    return new ClassifierDesign(name, layers, features, featureWidth, count, rate, lastRate, seed);
  }

  private static LayerSpec dense(int inputs, int units, Activation activation) {
    return new LayerSpec.Dense(units, activation, WeightInit.spread(inputs, units), ZERO);
  }

  /** Filters of 5 × 5, two pieces of each channel, the largest of every 2 × 2. */
  private static LayerSpec convolution(Planes input, int channels) {
    int pieces = 2;
    WeightInit weights = WeightInit.spread(25 * input.channels(), 25 * channels * pieces);
    return new LayerSpec.Convolution(input, channels, pieces, 5, 1, 0, 2, 2, weights, ZERO);
  }
}
