package org.gan4j.theory;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.Checks;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.WeightInit;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Objective;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;

/** The games that the figures and the tests play. */
public final class Toys {
  /** One Gaussian beside where the generator begins. */
  public static final Mixture GAUSSIAN = Mixture.line(0.8, 1);

  /** Two Gaussians with little between them. */
  public static final Mixture MIXTURE = Mixture.line(0.5, -1.5, 1.5);

  /** Eight Gaussians around the origin. */
  public static final Mixture RING = Mixture.ring(8, 2, 0.2);

  /** Twenty-five narrow Gaussians on a grid. */
  public static final Mixture GRID = Mixture.grid(5, 1, 0.05);

  /** Twenty-five narrow Gaussians around the origin. */
  public static final Mixture NARROW_RING = Mixture.ring(25, 2, 0.05);

  /** Where the games on the line take place. */
  public static final Line LINE = new Line(-5, 5, 500);

  private static final int UNITS = 32;
  private static final int BATCH = 256;
  private static final int PLANE_BATCH = 250;

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

  /**
   * A game in the plane whose data are examples of their own, for the trainer of images: normal z
   * of two elements, four layers of rectified units in either network, Algorithm 1 with k = 1,
   * Adam.
   *
   * @param units of each layer, 1 to 4096
   * @param iterations over which the learning rate falls to a tenth, ≥ 1
   * @param seed of all random numbers
   * @return the recipe
   */
  public static Recipe plane(int units, long iterations, long seed) {
    Checks.range("units", units, 1, 4096);
    Checks.range("iterations", iterations, 1, 1_000_000_000);
    String hidden =
        Stream.of(2, units, units, units)
            .map(inputs -> layer(units, "relu", Math.sqrt(6.0 / inputs)))
            .collect(Collectors.joining());
    String adam =
        String.format(
            Locale.ROOT,
            "{type: adam, beta1: 0.5, learning_rate: {initial: 0.001, decay: %.12f}}",
            Math.pow(10, 1.0 / iterations));
    String yaml =
        String.format(
            Locale.ROOT,
            """
            name: plane
            data: plane
            noise: {distribution: normal, size: 2}
            generator:
            %s%sdiscriminator:
            %s%supdate: alternating
            batch: %d
            generator_optimiser: %s
            discriminator_optimiser: %s
            stop: {iterations: %d}
            seed: %d
            """,
            hidden,
            layer(2, "linear", Math.sqrt(3.0 / units)),
            hidden,
            layer(1, "linear", Math.sqrt(3.0 / units)),
            PLANE_BATCH,
            adam,
            adam,
            iterations,
            seed);
    return RecipeYaml.parse(yaml, "the game in the plane");
  }

  private static String layer(int units, String activation, double irange) {
    return String.format(
        Locale.ROOT,
        "  - {type: dense, units: %d, activation: %s, weights: {type: uniform, irange: %.9f}}%n",
        units,
        activation,
        irange);
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
