package org.gan4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The training of one pair of fully connected networks: what every library is given to do.
 *
 * @param recipe mnist or cifar10-fc
 * @param alternating Algorithm 1 with k = 1, else the simultaneous updates of the released code
 * @param batch m, examples of a minibatch
 * @param width units of the generator's hidden layers; a maxout layer has width pieces where the
 *     recipe is mnist
 * @param population networks trained at once
 */
public record Workload(String recipe, boolean alternating, int batch, int width, int population) {
  /** A generator layer's non-linearity. */
  public enum Activation {
    /** y = x. */
    LINEAR,
    /** y = max(x, 0). */
    RELU,
    /** y = 1 / (1 + e^−x). */
    SIGMOID
  }

  /**
   * One product rows × inner by inner × columns.
   *
   * @param rows rows of the result
   * @param inner terms of a sum
   * @param columns columns of the result
   */
  public record Product(int rows, int inner, int columns) {
    /**
     * Its cost.
     *
     * @return additions and multiplications
     */
    public double flops() {
      return 2.0 * rows * inner * columns;
    }
  }

  /** Linear pieces of a maxout unit. */
  public static final int PIECES = 5;

  /** Elements of z. */
  public static final int NOISE = 100;

  /** Probability with which dropout keeps a value of the discriminator's input. */
  public static final double KEEP_INPUT = 0.8;

  /** The same for the inputs of its other layers. */
  public static final double KEEP_HIDDEN = 0.5;

  /** Images in the training set. */
  public static final int EXAMPLES = 5000;

  /** The first epoch's momentum. */
  public static final float MOMENTUM = 0.5f;

  /** What the learning rate is divided by after every minibatch. */
  public static final double DECAY = 1.000004;

  private static final double MINIMUM_RATE = 1e-6;

  /** Layers with weights in either network. */
  public static final int LAYERS = 3;

  public Workload {
    if (!recipe.equals("mnist") && !recipe.equals("cifar10-fc")) {
      throw new IllegalArgumentException("no workload for recipe '" + recipe + "'");
    }
  }

  private boolean mnist() {
    return recipe.equals("mnist");
  }

  /**
   * The units of the generator's hidden layers in a recipe as it was released.
   *
   * @param recipe mnist or cifar10-fc
   * @return units
   */
  public static int standardWidth(String recipe) {
    return recipe.equals("mnist") ? 1200 : 8000;
  }

  /**
   * Values of one image.
   *
   * @return pixels times channels
   */
  public int pixels() {
    return mnist() ? 784 : 3072;
  }

  /**
   * Maxout units of each hidden layer of the discriminator.
   *
   * @return units
   */
  public int units() {
    return width / 5;
  }

  /**
   * What enters the generator's layers and what leaves the last.
   *
   * @return LAYERS + 1 widths
   */
  public int[] generatorWidths() {
    return new int[] {NOISE, width, width, pixels()};
  }

  /**
   * The generator's non-linearities.
   *
   * @return one for each layer
   */
  public List<Activation> activations() {
    return mnist()
        ? List.of(Activation.RELU, Activation.RELU, Activation.SIGMOID)
        : List.of(Activation.RELU, Activation.SIGMOID, Activation.LINEAR);
  }

  /**
   * Inputs of a layer of the discriminator.
   *
   * @param layer from 0
   * @return inputs
   */
  public int discriminatorInputs(int layer) {
    return layer == 0 ? pixels() : units();
  }

  /**
   * Linear outputs of a layer of the discriminator, before any maximum.
   *
   * @param layer from 0
   * @return outputs
   */
  public int discriminatorOutputs(int layer) {
    return layer == LAYERS - 1 ? 1 : units() * PIECES;
  }

  /**
   * The probability with which dropout keeps an input of a layer of the discriminator.
   *
   * @param layer from 0
   * @return the probability
   */
  public double keep(int layer) {
    return layer == 0 ? KEEP_INPUT : KEEP_HIDDEN;
  }

  /**
   * Half the width of the generator's initial weights.
   *
   * @param layer from 0
   * @return the range
   */
  public double generatorRange(int layer) {
    return mnist() || layer < LAYERS - 1 ? 0.05 : 0.5;
  }

  /**
   * Half the width of the discriminator's initial weights.
   *
   * @return the range
   */
  public double discriminatorRange() {
    return 0.005;
  }

  /**
   * Whether z is uniform on (−√3, √3), else standard normal; the variance is 1 either way.
   *
   * @return true for uniform
   */
  public boolean uniformNoise() {
    return mnist();
  }

  /**
   * The first learning rate.
   *
   * @return the rate
   */
  public double learningRate() {
    return mnist() ? 0.1 : 0.025;
  }

  /**
   * The learning rate after some minibatches.
   *
   * @param step minibatches done
   * @return the rate
   */
  public float learningRate(long step) {
    return (float) Math.max(MINIMUM_RATE, learningRate() / Math.pow(DECAY, step));
  }

  /**
   * The training set's bytes: images that mean nothing, most of their pixels black as in MNIST.
   *
   * @return [EXAMPLES][pixels], or as many as a minibatch has, if it has more
   */
  public byte[] images() {
    return images(EXAMPLES);
  }

  /**
   * A training set of another size.
   *
   * @param examples how many images
   * @return [examples][pixels], or as many as a minibatch has, if it has more
   */
  public byte[] images(int examples) {
    SplittableRandom random = new SplittableRandom(4);
    byte[] bytes = new byte[Math.max(examples, batch) * pixels()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = random.nextInt(5) == 0 ? (byte) random.nextInt(256) : 0;
    }
    return bytes;
  }

  /**
   * The training set as numbers from 0 to 1.
   *
   * @return as {@link #images()}
   */
  public float[] examples() {
    return Case.Parzen.scaled(images());
  }

  /**
   * Initial weights and biases, for a library that has none of its own.
   *
   * @return g0.weights, g0.biases, … d2.biases
   */
  public Tensors parameters() {
    return parameters(0);
  }

  /**
   * Other parameters of the same kind.
   *
   * @param seed decides which
   * @return as {@link #parameters()}, which are those of seed 0
   */
  public Tensors parameters(int seed) {
    int first = 2 * LAYERS * seed;
    Tensors all = new Tensors();
    int[] widths = generatorWidths();
    for (int i = 0; i < LAYERS; i++) {
      long size = (long) widths[i] * widths[i + 1];
      all.put("g" + i + ".weights", Numbers.uniform(first + i, (int) size, generatorRange(i)));
      all.put("g" + i + ".biases", new float[widths[i + 1]]);
    }
    for (int i = 0; i < LAYERS; i++) {
      int size = discriminatorInputs(i) * discriminatorOutputs(i);
      all.put(
          "d" + i + ".weights", Numbers.uniform(first + LAYERS + i, size, discriminatorRange()));
      all.put("d" + i + ".biases", new float[discriminatorOutputs(i)]);
    }
    return all;
  }

  /**
   * The fewest products that an iteration takes, of all of the population.
   *
   * @return additions and multiplications
   */
  public double flops() {
    double sum = 0;
    for (Product product : products()) {
      sum += product.flops();
    }
    return sum * population;
  }

  private List<Product> products() {
    List<Product> all = new ArrayList<>();
    discriminator(all, 2 * batch, true, alternating ? 0 : batch);
    generator(all, true);
    if (alternating) {
      generator(all, false);
      discriminator(all, batch, false, batch);
    }
    return all;
  }

  private void generator(List<Product> all, boolean learns) {
    int[] widths = generatorWidths();
    for (int i = 0; i < LAYERS; i++) {
      Product product = new Product(batch, widths[i], widths[i + 1]);
      all.add(product);
      if (learns) {
        all.add(product);
      }
      if (learns && i > 0) {
        all.add(product);
      }
    }
  }

  private void discriminator(List<Product> all, int rows, boolean learns, int inputRows) {
    for (int i = 0; i < LAYERS; i++) {
      Product product = new Product(rows, discriminatorInputs(i), discriminatorOutputs(i));
      all.add(product);
      if (learns) {
        all.add(product);
      }
      int wanted = i == 0 ? inputRows : rows;
      if (wanted > 0) {
        all.add(new Product(wanted, product.inner(), product.columns()));
      }
    }
  }
}
