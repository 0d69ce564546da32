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
import org.gan4j.gan.Evaluation;
import org.gan4j.gan.Gan;
import org.gan4j.gan.LearningRate;
import org.gan4j.gan.Momentum;
import org.gan4j.gan.Noise;
import org.gan4j.gan.Objective;
import org.gan4j.gan.Recipe;
import org.gan4j.gan.Stop;
import org.gan4j.gan.Totals;
import org.gan4j.gan.Trainer;
import org.gan4j.gan.UpdateOrder;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Parameter;
import org.gan4j.layers.WeightInit;

/** Networks with every kind of layer, of awkward sizes, and data for them. */
final class SmallGan {
  static final int BATCH = 9;

  /** The longest sum in any product of these networks. */
  static final int LONGEST_SUM = 35;

  private static final ImageShape SHAPE = new ImageShape(1, 5, 7);
  private static final WeightInit WEIGHTS = new WeightInit.Uniform(0.3);
  private static final BiasInit BIAS = new BiasInit.Constant(0.05);

  private SmallGan() {}

  static DataSet data() {
    byte[] pixels = new byte[64 * SHAPE.size()];
    new Random(5).nextBytes(pixels);
    Images images = Images.of(SHAPE, pixels);
    return new DataSet("noise", "noise", "made up", images, images, images, Scaling.UNIT);
  }

  static Recipe recipe(UpdateOrder update, int replicas, boolean dropout) {
    List<Double> rates = new ArrayList<>();
    for (int r = 0; r < replicas; r++) {
      rates.add(0.05 * (r + 1));
    }
    return new Recipe(
        "small",
        "noise",
        new Noise(Noise.Distribution.UNIFORM, 6, 1),
        List.of(
            new LayerSpec.Dense(11, Activation.RELU, WEIGHTS, BIAS),
            new LayerSpec.GaussianNoise(0.1),
            new LayerSpec.Dense(13, Activation.RELU, WEIGHTS, BIAS),
            new LayerSpec.Dense(SHAPE.size(), Activation.SIGMOID, WEIGHTS, BIAS)),
        discriminator(dropout),
        update,
        update == UpdateOrder.SIMULTANEOUS ? 1 : 2,
        Objective.NON_SATURATING,
        BATCH,
        new LearningRate(0.05, 1.0004, 1e-6, replicas == 1 ? List.of() : rates),
        new Momentum(0.5, 0.7, 10),
        1.9,
        new Stop(100, 0, 0, 0),
        new Evaluation(0, 10, 10, 0.1, 1, 3),
        0,
        77,
        replicas);
  }

  private static List<LayerSpec> discriminator(boolean dropout) {
    List<LayerSpec> layers = new ArrayList<>();
    layers.add(new LayerSpec.Dropout(0.8));
    layers.add(new LayerSpec.Maxout(7, 5, WEIGHTS, BIAS));
    layers.add(new LayerSpec.Dropout(0.5));
    layers.add(new LayerSpec.Maxout(5, 2, WEIGHTS, BIAS));
    layers.add(new LayerSpec.Dropout(0.5));
    layers.add(new LayerSpec.Dense(1, Activation.LINEAR, WEIGHTS, BIAS));
    if (!dropout) {
      layers.removeIf(layer -> layer instanceof LayerSpec.Dropout);
    }
    return layers;
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
    DataSet data = data();
    try (Gan gan = new Gan(device, recipe, SHAPE)) {
      gan.initialise(data);
      try (Trainer trainer = new Trainer(gan, data)) {
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
