package org.gan4j.theory;

import java.util.List;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.WeightInit;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Objective;

/** The games that the figures and the tests play. */
public final class Toys {
  /** One Gaussian beside where the generator begins. */
  public static final Mixture GAUSSIAN = Mixture.line(0.8, 1);

  /** Two Gaussians with little between them. */
  public static final Mixture MIXTURE = Mixture.line(0.5, -1.5, 1.5);

  /** Eight Gaussians around the origin. */
  public static final Mixture RING = Mixture.ring(8, 2, 0.2);

  /** Where the games on the line take place. */
  public static final Line LINE = new Line(-5, 5, 500);

  private static final int UNITS = 32;
  private static final int BATCH = 256;

  private Toys() {}

  private static LayerSpec dense(int units, Activation activation, double irange) {
    return new LayerSpec.Dense(
        units, activation, new WeightInit.Uniform(irange), new BiasInit.Constant(0));
  }

  /**
   * Noise of mean 0 and variance 1.
   *
   * @param distribution the family
   * @param size elements of one z
   * @return the noise
   */
  public static Noise noise(Noise.Distribution distribution, int size) {
    boolean uniform = distribution == Noise.Distribution.UNIFORM;
    return new Noise(distribution, size, uniform ? Math.sqrt(3) : 1);
  }

  /**
   * The game of the paper's Figure 1.
   *
   * @param target on the line
   * @param noise of one element
   * @param objective of the generator
   * @param k discriminator steps per generator step
   * @param iterations over which the learning rates fall
   * @param seed of all random numbers
   * @return the rules
   */
  public static Rules line(
      Mixture target, Noise noise, Objective objective, int k, int iterations, long seed) {
    return new Rules(
        target,
        noise,
        List.of(
            dense(UNITS, Activation.RELU, 2),
            dense(UNITS, Activation.SIGMOID, 1),
            dense(1, Activation.LINEAR, 0.3)),
        lineDiscriminator(),
        objective,
        BATCH,
        new TrainingSchedule(1, 0.02, Math.pow(50, 1.0 / iterations), 0.5),
        new TrainingSchedule(k, 0.1, Math.pow(10, 1.0 / iterations / Math.max(k, 1)), 0.5),
        seed);
  }

  private static List<LayerSpec> lineDiscriminator() {
    return List.of(
        dense(UNITS, Activation.RELU, 2),
        dense(UNITS, Activation.RELU, 1),
        dense(1, Activation.LINEAR, 0.3));
  }

  /**
   * A generator that stands still and whose density is known: x = a·z + b with normal z.
   *
   * @param target on the line
   * @param steps over which D's learning rate falls
   * @param seed of all random numbers
   * @return the rules
   */
  public static Rules fixedGaussian(Mixture target, int steps, long seed) {
    return new Rules(
        target,
        new Noise(Noise.Distribution.NORMAL, 1, 4),
        List.of(dense(1, Activation.LINEAR, 1)),
        lineDiscriminator(),
        Objective.NON_SATURATING,
        2 * BATCH,
        new TrainingSchedule(0, 0, 1, 0),
        new TrainingSchedule(1, 0.1, Math.pow(100, 1.0 / steps), 0.9),
        seed);
  }

  /**
   * A game in the plane, where a generator can leave modes out.
   *
   * @param objective of the generator
   * @param discriminatorSteps per iteration, the paper's k
   * @param generatorSteps per iteration
   * @param seed of all random numbers
   * @return the rules
   */
  public static Rules ring(
      Objective objective, int discriminatorSteps, int generatorSteps, long seed) {
    return new Rules(
        RING,
        noise(Noise.Distribution.NORMAL, 2),
        List.of(
            dense(64, Activation.RELU, 1),
            dense(64, Activation.RELU, 0.5),
            dense(2, Activation.LINEAR, 0.5)),
        List.of(
            new LayerSpec.Maxout(32, 3, new WeightInit.Uniform(0.5), new BiasInit.Constant(0)),
            new LayerSpec.Maxout(32, 3, new WeightInit.Uniform(0.3), new BiasInit.Constant(0)),
            dense(1, Activation.LINEAR, 0.2)),
        objective,
        BATCH,
        new TrainingSchedule(generatorSteps, 0.01, 1, 0.5),
        new TrainingSchedule(discriminatorSteps, 0.1, 1, 0.5),
        seed);
  }
}
