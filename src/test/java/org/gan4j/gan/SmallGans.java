package org.gan4j.gan;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.Device;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BatchNormalisation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.BiasPer;
import org.gan4j.layers.Join;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.NetworkValues;
import org.gan4j.layers.NoisyWhen;
import org.gan4j.layers.Planes;
import org.gan4j.layers.Scales;
import org.gan4j.layers.StartFrom;
import org.gan4j.layers.WeightInit;
import org.gan4j.layers.WeightNormalised;
import org.gan4j.recipe.Condition;
import org.gan4j.recipe.Evaluation;
import org.gan4j.recipe.Labels;
import org.gan4j.recipe.LearningRate;
import org.gan4j.recipe.Momentum;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Objective;
import org.gan4j.recipe.Optimiser;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Recipes;
import org.gan4j.recipe.Stop;
import org.gan4j.recipe.UpdateOrder;

/** Networks of a few units of awkward sizes, recipes of them, and data for them. */
public final class SmallGans {
  static final ImageShape SHAPE = new ImageShape(1, 3, 4);
  static final int COUNT = 40;
  static final int BATCH = 6;
  static final int CLASSES = 5;
  public static final Noise UNIFORM = new Noise(Noise.Distribution.UNIFORM, 7, Math.sqrt(3));
  public static final Noise NORMAL = new Noise(Noise.Distribution.NORMAL, 7, 1);

  /** A value nearer to a kink than this could fall on its other side by rounding. */
  private static final double MARGIN = 1e-5;

  private static final WeightInit WEIGHTS = new WeightInit.Uniform(0.5);
  private static final BiasInit ZERO = new BiasInit.Constant(0);

  private SmallGans() {}

  public static LayerSpec dense(int units, Activation activation) {
    return new LayerSpec.Dense(units, activation, WEIGHTS, ZERO);
  }

  static LayerSpec maxout(int units, int pieces) {
    return new LayerSpec.Maxout(units, pieces, WEIGHTS, ZERO);
  }

  static LayerSpec drop(double keep) {
    return new LayerSpec.Dropout(keep);
  }

  static LayerSpec noise(double stddev) {
    return new LayerSpec.GaussianNoise(stddev);
  }

  /** The paper's kind of generator. */
  static List<LayerSpec> generator() {
    return List.of(
        dense(13, Activation.RELU), dense(9, Activation.RELU), dense(12, Activation.SIGMOID));
  }

  /** The paper's kind of discriminator. */
  public static List<LayerSpec> discriminator() {
    return List.of(
        drop(0.8), maxout(5, 3), drop(0.5), maxout(4, 5), drop(0.5), dense(1, Activation.LINEAR));
  }

  /** Noise before layers of normalised weights (Salimans et al., 2016). */
  static List<LayerSpec> normalisedDiscriminator() {
    return List.of(
        new LayerSpec.GaussianNoise(0.3, NoisyWhen.TRAINING),
        new WeightNormalised(
            11,
            Activation.RELU,
            WEIGHTS,
            new BiasInit.Constant(1),
            ZERO,
            StartFrom.GIVEN,
            Scales.FIXED),
        new LayerSpec.GaussianNoise(0.5, NoisyWhen.TRAINING),
        new WeightNormalised(1, Activation.LINEAR, WEIGHTS, new BiasInit.Constant(1), ZERO));
  }

  /** Batch normalisation between smooth layers (Salimans et al., 2016). */
  static List<LayerSpec> normalisedGenerator() {
    return List.of(
        dense(13, Activation.LINEAR),
        new BatchNormalisation(0.1, 0.01, Activation.SOFTPLUS, Scales.FIXED),
        dense(9, Activation.SOFTPLUS),
        new BatchNormalisation(0.1, 0.01),
        dense(12, Activation.SIGMOID));
  }

  /** Dropout and noise in the middle, a linear end. */
  public static List<LayerSpec> noisyGenerator() {
    return List.of(
        dense(13, Activation.RELU),
        drop(0.7),
        noise(0.2),
        noise(0.1),
        dense(9, Activation.SIGMOID),
        noise(0.1),
        dense(12, Activation.LINEAR));
  }

  /** Rectified, without dropout. */
  static List<LayerSpec> rectifiedDiscriminator() {
    return List.of(
        dense(11, Activation.RELU), dense(14, Activation.RELU), dense(1, Activation.LINEAR));
  }

  /** Maxout without dropout below it. */
  public static List<LayerSpec> maxoutFirst() {
    return List.of(maxout(5, 3), drop(0.5), maxout(4, 5), dense(1, Activation.LINEAR));
  }

  /** A deconvolution with a bias per position on top, as cifar10-conv's. */
  static List<LayerSpec> imageGenerator() {
    return List.of(
        dense(13, Activation.RELU),
        dense(12, Activation.SIGMOID),
        new LayerSpec.Deconvolution(
            new Planes(2, 2, 3), 1, 2, 1, 0, Activation.LINEAR, BiasPer.POSITION, WEIGHTS, ZERO));
  }

  /** Two deconvolutions, one with a bias per channel. */
  static List<LayerSpec> deepImageGenerator() {
    return List.of(
        dense(4, Activation.RELU),
        new LayerSpec.Deconvolution(
            new Planes(2, 1, 2), 3, 2, 1, 0, Activation.RELU, BiasPer.CHANNEL, WEIGHTS, ZERO),
        new LayerSpec.Deconvolution(
            new Planes(3, 2, 3), 1, 4, 1, 1, Activation.SIGMOID, BiasPer.CHANNEL, WEIGHTS, ZERO));
  }

  /** Windows that overlap and windows that are cut off; a fully connected end. */
  static List<LayerSpec> imageDiscriminator() {
    return List.of(
        drop(0.8),
        new LayerSpec.Convolution(new Planes(1, 3, 4), 3, 2, 2, 1, 1, 3, 2, WEIGHTS, ZERO),
        drop(0.5),
        new LayerSpec.Convolution(new Planes(3, 2, 2), 2, 2, 2, 1, 1, 2, 1, WEIGHTS, ZERO),
        drop(0.5),
        maxout(4, 3),
        drop(0.5),
        dense(1, Activation.LINEAR));
  }

  static Recipe images(Recipe recipe) {
    return networks(recipe, NORMAL, imageGenerator(), imageDiscriminator());
  }

  public static Recipe recipe(UpdateOrder order, int k) {
    return Recipes.get("mnist")
        .withName("small")
        .withData("random")
        .withNoise(UNIFORM)
        .withGenerator(generator())
        .withDiscriminator(discriminator())
        .withUpdate(order)
        .withK(k)
        .withBatch(BATCH)
        .withLearningRate(new LearningRate(0.1, 1.01, 0.08, List.of()))
        .withMomentum(new Momentum(0.5, 0.7, 3))
        .withStop(new Stop(1, 0, 0, 0))
        .withEvaluation(new Evaluation(0, 2, 1, 0.1, 1, 2))
        .withSamplesEvery(0);
  }

  static Recipe simultaneous() {
    return recipe(UpdateOrder.SIMULTANEOUS, 1);
  }

  public static Recipe networks(Recipe r, Noise z, List<LayerSpec> g, List<LayerSpec> d) {
    return r.withNoise(z).withGenerator(g).withDiscriminator(d);
  }

  /** Of some seeds, each with its own rate where rates are given. */
  public static Recipe seeds(Recipe r, long seed, int replicas, List<Double> rates) {
    if (r.learningRate() == null) {
      return r.withSeed(seed).withReplicas(replicas);
    }
    LearningRate rate = r.learningRate();
    double least = rates.stream().reduce(rate.minimum(), Math::min);
    LearningRate same = new LearningRate(rate.initial(), rate.decay(), rate.minimum(), List.of());
    return r.withSeed(seed)
        .withLearningRate(same)
        .withReplicas(replicas)
        .withLearningRate(new LearningRate(rate.initial(), rate.decay(), least, rates));
  }

  static DataSet data() {
    return data(Scaling.UNIT);
  }

  static DataSet data(Scaling scaling) {
    byte[] pixels = new byte[COUNT * SHAPE.size()];
    new Random(1).nextBytes(pixels);
    Images images = Images.of(SHAPE, pixels);
    return new DataSet("random", "random bytes", "none", images, images, images, scaling);
  }

  /** With random biases too: then nothing ties exactly. */
  static Gan gan(Device device, Recipe recipe, DataSet data) {
    Gan gan = new Gan(device, recipe, SHAPE);
    try {
      gan.initialise(data);
      NetworkValues.randomise(gan.generator(), recipe.seed(), 0.5f);
      NetworkValues.randomise(gan.discriminator(), recipe.seed() + 1000, 0.5f);
    } catch (RuntimeException e) {
      gan.close();
      throw e;
    }
    return gan;
  }

  /** With the first seed that no value comes near a kink with, so that rounding flips nothing. */
  static Gan clearOfKinks(Device device, Recipe recipe, DataSet data, int iterations) {
    for (long seed = 1; ; seed++) {
      Gan gan = gan(device, recipe.withSeed(seed), data);
      boolean clear = true;
      for (int r = 0; clear && r < recipe.replicas(); r++) {
        ReferenceGan reference = new ReferenceGan(gan, data, r);
        for (int i = 0; i < iterations; i++) {
          reference.iterate();
        }
        clear = reference.margin() > MARGIN;
      }
      if (clear) {
        return gan;
      }
      gan.close();
    }
  }

  /** In five classes, one of which no example has. */
  static DataSet labelled() {
    Images plain = data().train();
    byte[] labels = new byte[COUNT];
    for (int i = 0; i < COUNT; i++) {
      labels[i] = (byte) (i % 7 % CLASSES == 3 ? 0 : i % 7 % CLASSES);
    }
    byte[] pixels = new byte[COUNT * SHAPE.size()];
    plain.pixels().get(pixels);
    Images images = Images.of(SHAPE, pixels, labels, CLASSES);
    return new DataSet("random", "random bytes", "none", images, images, images, Scaling.UNIT);
  }

  /** In five classes, as many of each. */
  static DataSet evenlyLabelled() {
    byte[] labels = new byte[COUNT];
    for (int i = 0; i < COUNT; i++) {
      labels[i] = (byte) (i % CLASSES);
    }
    byte[] pixels = new byte[COUNT * SHAPE.size()];
    data().train().pixels().get(pixels);
    Images images = Images.of(SHAPE, pixels, labels, CLASSES);
    return new DataSet("random", "random bytes", "none", images, images, images, Scaling.UNIT);
  }

  /** Learns the classes of {@link #evenlyLabelled} from some labels (Salimans et al., 2016). */
  static Recipe learningClasses(Recipe recipe, Labels labels, Objective objective) {
    List<LayerSpec> layers = new ArrayList<>(normalisedDiscriminator());
    layers.set(
        layers.size() - 1,
        new WeightNormalised(CLASSES, Activation.LINEAR, WEIGHTS, new BiasInit.Constant(1), ZERO));
    return networks(recipe, UNIFORM, generator(), layers)
        .withObjective(objective)
        .withLabels(labels);
  }

  /** Each with a vector of two numbers. */
  static DataSet withVectors() {
    float[] values = NetworkValues.floats(new Random(3), 2 * COUNT, 1);
    Images images = data().train().withConditions(values);
    return new DataSet("random", "random bytes", "none", images, images, images, Scaling.UNIT);
  }

  static Join join(int first, int second, List<LayerSpec> before, List<LayerSpec> beside) {
    return new Join(List.of(new Join.Branch(first, before), new Join.Branch(second, beside)));
  }

  /** Of the classes of {@link #labelled}, each network with a branch for them. */
  static Recipe conditional(Recipe recipe) {
    LayerSpec ofG =
        join(7, CLASSES, List.of(dense(8, Activation.RELU)), List.of(dense(3, Activation.RELU)));
    LayerSpec ofD =
        join(
            SHAPE.size(),
            CLASSES,
            List.of(drop(0.8), maxout(5, 3)),
            List.of(maxout(3, 2), drop(0.5)));
    return recipe
        .withGenerator(List.of(ofG, dense(9, Activation.RELU), dense(12, Activation.SIGMOID)))
        .withDiscriminator(
            List.of(ofD, drop(0.5), maxout(4, 5), drop(0.5), dense(1, Activation.LINEAR)))
        .withCondition(new Condition.Classes(CLASSES));
  }

  /** Of the vectors of {@link #withVectors}, just put beside z and the example. */
  static Recipe ofVectors(Recipe recipe) {
    return recipe
        .withGenerator(
            List.of(
                join(7, 2, List.of(), List.of()),
                dense(9, Activation.RELU),
                dense(12, Activation.SIGMOID)))
        .withDiscriminator(
            List.of(
                join(SHAPE.size(), 2, List.of(), List.of()),
                dense(11, Activation.RELU),
                dense(1, Activation.LINEAR)))
        .withCondition(new Condition.Values(2));
  }

  /** Networks that complete the images. */
  static Recipe completing(Recipe recipe) {
    int size = SHAPE.size();
    Noise noise = new Noise(Noise.Distribution.UNIFORM, size, 1);
    LayerSpec beside = join(size, size, List.of(), List.of(dense(3, Activation.RELU)));
    return networks(
            recipe,
            noise,
            List.of(beside, dense(9, Activation.RELU), dense(size, Activation.SIGMOID)),
            List.of(beside, drop(0.5), maxout(4, 5), drop(0.5), dense(1, Activation.LINEAR)))
        .withCondition(new Condition.Mask(size, 2, 1, 1, 2, 0.5, 3));
  }

  /** With another Adam for each network. */
  static Recipe adam() {
    return adam(recipe(UpdateOrder.ALTERNATING, 2));
  }

  static Recipe adam(Recipe recipe) {
    LearningRate rate = new LearningRate(0.03, 1.01, 1e-6, List.of());
    return recipe
        .withGeneratorOptimiser(new Optimiser.Adam(rate, 0.5, 0.999, 0.1))
        .withDiscriminatorOptimiser(new Optimiser.Adam(rate, 0.9, 0.99, 0.2));
  }
}
