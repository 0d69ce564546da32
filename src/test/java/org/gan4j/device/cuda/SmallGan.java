package org.gan4j.device.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.gan.DataParallel;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Totals;
import org.gan4j.gan.Trainer;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BatchNormalisation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.BiasPer;
import org.gan4j.layers.Join;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.NoisyWhen;
import org.gan4j.layers.Parameter;
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
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Recipes;
import org.gan4j.recipe.Stop;
import org.gan4j.recipe.UpdateOrder;

/** Networks with every kind of layer, of awkward sizes, and data for them. */
final class SmallGan {
  static final int BATCH = 9;

  /** The longest sum in any product of these networks. */
  static final int LONGEST_SUM = 35;

  /** The same of those with convolutions: all places of the first one, in the filters' gradient. */
  static final int LONGEST_IMAGE_SUM = 2 * BATCH * 6 * 8;

  private static final int CLASSES = 4;
  private static final ImageShape SHAPE = new ImageShape(1, 5, 7);
  private static final WeightInit WEIGHTS = new WeightInit.Uniform(0.3);
  private static final BiasInit BIAS = new BiasInit.Constant(0.05);

  private SmallGan() {}

  static DataSet data() {
    byte[] pixels = new byte[64 * SHAPE.size()];
    new Random(5).nextBytes(pixels);
    byte[] labels = new byte[64];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (i % CLASSES);
    }
    Images images = Images.of(SHAPE, pixels, labels, CLASSES);
    return new DataSet("noise", "noise", "made up", images, images, images, Scaling.UNIT);
  }

  static Recipe recipe(UpdateOrder update, int replicas, boolean dropout) {
    List<LayerSpec> generator =
        List.of(
            new LayerSpec.Dense(11, Activation.RELU, WEIGHTS, BIAS),
            new LayerSpec.GaussianNoise(0.1),
            new LayerSpec.Dense(13, Activation.RELU, WEIGHTS, BIAS),
            new LayerSpec.Dense(SHAPE.size(), Activation.SIGMOID, WEIGHTS, BIAS));
    List<LayerSpec> discriminator =
        List.of(
            new LayerSpec.Dropout(0.8),
            new LayerSpec.Maxout(7, 5, WEIGHTS, BIAS),
            new LayerSpec.Dropout(0.5),
            new LayerSpec.Maxout(5, 2, WEIGHTS, BIAS),
            new LayerSpec.Dropout(0.5),
            new LayerSpec.Dense(1, Activation.LINEAR, WEIGHTS, BIAS));
    return recipe(update, replicas, generator, dropout ? discriminator : plain(discriminator));
  }

  /** The layers of the recipe mnist, small. */
  static Recipe likeMnist(UpdateOrder update, int replicas) {
    List<LayerSpec> generator =
        List.of(
            new LayerSpec.Dense(12, Activation.RELU, WEIGHTS, BIAS),
            new LayerSpec.Dense(12, Activation.RELU, WEIGHTS, BIAS),
            new LayerSpec.Dense(SHAPE.size(), Activation.SIGMOID, WEIGHTS, BIAS));
    List<LayerSpec> discriminator =
        List.of(
            new LayerSpec.Dropout(0.8),
            new LayerSpec.Maxout(4, 5, WEIGHTS, BIAS),
            new LayerSpec.Dropout(0.5),
            new LayerSpec.Maxout(4, 5, WEIGHTS, BIAS),
            new LayerSpec.Dropout(0.5),
            new LayerSpec.Dense(1, Activation.LINEAR, WEIGHTS, BIAS));
    return recipe(update, replicas, generator, discriminator).withK(1).withMaxColumnNorm(0);
  }

  /** With convolutions: both kinds of bias, windows that overlap and windows that are cut off. */
  static Recipe images(UpdateOrder update, int replicas, boolean dropout) {
    List<LayerSpec> generator =
        List.of(
            new LayerSpec.Dense(4, Activation.RELU, WEIGHTS, BIAS),
            new LayerSpec.Deconvolution(
                new Planes(2, 1, 2), 2, 2, 1, 0, Activation.RELU, BiasPer.CHANNEL, WEIGHTS, BIAS),
            new LayerSpec.Deconvolution(
                new Planes(2, 2, 3),
                1,
                3,
                2,
                0,
                Activation.SIGMOID,
                BiasPer.POSITION,
                WEIGHTS,
                BIAS));
    List<LayerSpec> discriminator =
        List.of(
            new LayerSpec.Dropout(0.8),
            new LayerSpec.Convolution(new Planes(1, 5, 7), 3, 2, 2, 1, 1, 3, 2, WEIGHTS, BIAS),
            new LayerSpec.Dropout(0.5),
            new LayerSpec.Convolution(new Planes(3, 3, 4), 2, 2, 2, 1, 1, 2, 1, WEIGHTS, BIAS),
            new LayerSpec.Dropout(0.5),
            new LayerSpec.Maxout(4, 3, WEIGHTS, BIAS),
            new LayerSpec.Dropout(0.5),
            new LayerSpec.Dense(1, Activation.LINEAR, WEIGHTS, BIAS));
    return recipe(update, replicas, generator, dropout ? discriminator : plain(discriminator));
  }

  /** Networks that complete images. */
  static Recipe completing(UpdateOrder update, int replicas) {
    int size = SHAPE.size();
    LayerSpec beside =
        new Join(List.of(new Join.Branch(size, List.of()), new Join.Branch(size, List.of())));
    List<LayerSpec> generator =
        List.of(
            beside,
            new LayerSpec.Dense(11, Activation.RELU, WEIGHTS, BIAS),
            new LayerSpec.Dense(size, Activation.SIGMOID, WEIGHTS, BIAS));
    List<LayerSpec> discriminator =
        List.of(
            beside,
            new LayerSpec.Maxout(5, 2, WEIGHTS, BIAS),
            new LayerSpec.Dropout(0.5),
            new LayerSpec.Dense(1, Activation.LINEAR, WEIGHTS, BIAS));
    return recipe(update, replicas, generator, discriminator)
        .withNoise(new Noise(Noise.Distribution.UNIFORM, size, 1))
        .withCondition(new Condition.Mask(size, 2, 1, 1, 2, 0.5, 3));
  }

  /** A discriminator that learns classes from fewer labels than a minibatch has examples. */
  static Recipe learningClasses(int replicas) {
    BiasInit one = new BiasInit.Constant(1);
    List<LayerSpec> generator =
        List.of(
            new LayerSpec.Dense(11, Activation.SOFTPLUS, WEIGHTS, BIAS),
            new BatchNormalisation(0.1, 0.01),
            new LayerSpec.Dense(SHAPE.size(), Activation.SIGMOID, WEIGHTS, BIAS));
    List<LayerSpec> discriminator =
        List.of(
            new LayerSpec.GaussianNoise(0.3, NoisyWhen.TRAINING),
            new WeightNormalised(
                9, Activation.SOFTPLUS, WEIGHTS, one, BIAS, StartFrom.DATA, Scales.LEARNT),
            new LayerSpec.GaussianNoise(0.5, NoisyWhen.TRAINING),
            new WeightNormalised(
                CLASSES, Activation.LINEAR, WEIGHTS, one, BIAS, StartFrom.DATA, Scales.LEARNT));
    return recipe(UpdateOrder.ALTERNATING, replicas, generator, discriminator)
        .withMaxColumnNorm(0)
        .withObjective(Objective.FEATURE_MATCHING)
        .withLabels(new Labels(CLASSES, 8, 3, 0.05));
  }

  /** Without dropout. */
  static List<LayerSpec> plain(List<LayerSpec> layers) {
    return layers.stream().filter(layer -> !(layer instanceof LayerSpec.Dropout)).toList();
  }

  private static Recipe recipe(
      UpdateOrder update, int replicas, List<LayerSpec> generator, List<LayerSpec> discriminator) {
    List<Double> rates = new ArrayList<>();
    for (int r = 0; r < replicas; r++) {
      rates.add(0.05 * (r + 1));
    }
    return Recipes.get("mnist")
        .withName("small")
        .withData("noise")
        .withNoise(new Noise(Noise.Distribution.UNIFORM, 6, 1))
        .withGenerator(generator)
        .withDiscriminator(discriminator)
        .withUpdate(update)
        .withK(update == UpdateOrder.SIMULTANEOUS ? 1 : 2)
        .withBatch(BATCH)
        .withSeed(77)
        .withReplicas(replicas)
        .withLearningRate(new LearningRate(0.05, 1.0004, 1e-6, replicas == 1 ? List.of() : rates))
        .withMomentum(new Momentum(0.5, 0.7, 10))
        .withMaxColumnNorm(1.9)
        .withStop(new Stop(100, 0, 0, 0))
        .withEvaluation(new Evaluation(0, 10, 10, 0.1, 1, 3))
        .withSamplesEvery(0);
  }

  /**
   * What training left.
   *
   * @param values parameters and velocities of all replicas
   * @param totals of each replica
   */
  record Outcome(List<float[]> values, List<Totals> totals) {}

  /** Trains from the beginning, in stretches of so many iterations. */
  static Outcome train(Device device, Recipe recipe, int... stretches) {
    return train(device, recipe, data(), stretches);
  }

  /** The same on other data. */
  static Outcome train(Device device, Recipe recipe, DataSet data, int... stretches) {
    return train(device, recipe, data, DataParallel.ALONE, stretches);
  }

  /** The same as one of several ranks. */
  static Outcome train(
      Device device, Recipe recipe, DataSet data, DataParallel parallel, int... stretches) {
    try (Gan gan = new Gan(device, recipe, data.shape())) {
      gan.initialise(data);
      try (Trainer trainer = new Trainer(gan, data, parallel)) {
        for (int iterations : stretches) {
          trainer.run(iterations);
        }
        return new Outcome(values(gan), trainer.totals());
      }
    }
  }

  static List<float[]> values(Gan gan) {
    List<float[]> values = new ArrayList<>();
    List<Parameter> parameters = new ArrayList<>(gan.generator().parameters());
    parameters.addAll(gan.discriminator().parameters());
    for (Parameter parameter : parameters) {
      for (int r = 0; r < gan.recipe().replicas(); r++) {
        float[] value = new float[parameter.size()];
        Buffers.read(parameter.value(), r, value);
        values.add(value);
        float[] velocity = new float[parameter.size()];
        Buffers.read(parameter.velocity(), r, velocity);
        values.add(velocity);
      }
    }
    return values;
  }
}
