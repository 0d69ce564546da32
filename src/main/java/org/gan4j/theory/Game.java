package org.gan4j.theory;

import java.util.Arrays;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.layers.Gradients;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Objective;

/**
 * Algorithm 1 on points instead of images: the same layers and kernels, with data drawn on the
 * device. A minibatch takes each mode of the target equally often, which has the mixture's
 * expectation at less variance.
 */
public final class Game implements AutoCloseable {
  private static final Gradients LEARN = new Gradients(true, null, 0);

  /** Rows of a pass outside training. */
  private static final int CHUNK = 512;

  // The sub-steps of a discriminator step, of a generator step, of what is drawn to look at.
  private static final int D_STEP = 0;
  private static final int G_STEP = 1;
  private static final int LOOK = 2;

  private final Kernels kernels;
  private final Rules rules;
  private final Player generator;
  private final Player discriminator;
  private final DeviceArena arena;
  private final DeviceBuffer centres;
  private final DeviceBuffer noise;
  private final DeviceBuffer examples;
  private final DeviceBuffer generated;
  private final DeviceBuffer real;
  private final DeviceBuffer gradient;
  private final DeviceBuffer logits;
  private final DeviceBuffer dSlope;
  private final DeviceBuffer gSlope;
  private final NetworkPass generate;
  private final NetworkPass discriminate;
  private final NetworkPass judge;
  private final Chunks plainGenerate;
  private final Chunks plainDiscriminate;

  /**
   * Sets up the players with fresh weights.
   *
   * @param device where
   * @param rules of the game
   * @throws IllegalArgumentException if the layers do not fit the target
   */
  public Game(Device device, Rules rules) {
    this.kernels = device.kernels();
    this.rules = rules;
    int inputs = rules.noise().size();
    int width = rules.target().dimension();
    requireFit("generator", LayerStack.outputs(rules.generator(), inputs), width);
    requireFit("discriminator", LayerStack.outputs(rules.discriminator(), width), 1);
    this.generator =
        new Player(device, rules.generator(), inputs, rules.generatorPace(), rules.seed(), 0);
    try {
      this.discriminator =
          new Player(
              device,
              rules.discriminator(),
              width,
              rules.discriminatorPace(),
              rules.seed(),
              Network.SITES);
    } catch (RuntimeException e) {
      generator.close();
      throw e;
    }
    this.arena = device.arena(1);
    int m = rules.batch();
    long points = (long) m * width;
    this.centres = arena.floats(points);
    this.noise = arena.floats((long) m * inputs);
    this.examples = arena.floats(2 * points);
    this.generated = examples.view(0, points);
    this.real = examples.view(points, points);
    this.gradient = arena.floats(points);
    this.logits = arena.floats(2L * m);
    this.dSlope = arena.floats(2L * m);
    this.gSlope = arena.floats(m);
    this.generate = generator.network().pass(arena, m, true);
    this.discriminate = discriminator.network().pass(arena, 2 * m, true);
    this.judge = discriminator.network().pass(arena, m, true);
    this.plainGenerate = new Chunks(generator.network(), arena, CHUNK);
    this.plainDiscriminate = new Chunks(discriminator.network(), arena, CHUNK);
    try {
      arena.freeze();
      Buffers.write(centres, 0, rules.target().cycle(m));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static void requireFit(String name, int outputs, int needed) {
    if (outputs != needed) {
      throw new IllegalArgumentException(
          "the " + name + " must give " + needed + " values per example, not " + outputs);
    }
  }

  /**
   * What is played.
   *
   * @return the rules
   */
  public Rules rules() {
    return rules;
  }

  /**
   * Plays: in every iteration D makes its steps, then G its own.
   *
   * @param iterations how many, ≥ 0
   */
  public void play(int iterations) {
    for (int i = 0; i < iterations; i++) {
      trainDiscriminator(rules.discriminatorPace().steps());
      trainGenerator(rules.generatorPace().steps());
    }
  }

  /**
   * Lets D learn against G as it stands.
   *
   * @param steps how many, ≥ 0
   */
  public void trainDiscriminator(int steps) {
    DeviceBuffer state = discriminator.state();
    int m = rules.batch();
    int site = RandomStreams.discriminator(D_STEP);
    for (int i = 0; i < steps; i++) {
      generate(state, D_STEP);
      kernels.addNormal(real, centres, rules.target().stddev(), state, RandomStreams.data(D_STEP));
      discriminate.forward(logits, examples, state, site);
      kernels.ganLoss(dSlope, null, logits, m, m, false, 1, state);
      discriminate.backward(logits, examples, dSlope, LEARN, null, state, site);
      discriminator.update();
    }
  }

  /**
   * Lets G learn against D as it stands.
   *
   * @param steps how many, ≥ 0
   */
  public void trainGenerator(int steps) {
    for (int i = 0; i < steps; i++) {
      generatorGradient(generator.state(), rules.objective());
      generator.update();
    }
  }

  private void generate(DeviceBuffer state, int subStep) {
    Noise z = rules.noise();
    if (z.distribution() == Noise.Distribution.UNIFORM) {
      kernels.uniform(noise, z.scale(), state, RandomStreams.noise(subStep));
    } else {
      kernels.normal(noise, z.scale(), state, RandomStreams.noise(subStep));
    }
    generate.forward(generated, noise, state, RandomStreams.generator(subStep));
  }

  /** Adds the generator's gradient to its velocities, at the rate and momentum of that state. */
  private void generatorGradient(DeviceBuffer state, Objective objective) {
    int m = rules.batch();
    int site = RandomStreams.discriminator(G_STEP);
    boolean minimax = objective == Objective.MINIMAX;
    Gradients through = new Gradients(false, null, m);
    DeviceBuffer used = logits.view(0, m);
    generate(state, G_STEP);
    judge.forward(used, generated, state, site);
    kernels.ganLoss(null, gSlope, used, m, 0, minimax, 1, state);
    judge.backward(used, generated, gSlope, through, gradient, state, site);
    generate.backward(
        generated, noise, gradient, LEARN, null, state, RandomStreams.generator(G_STEP));
  }

  /**
   * How strongly D as it stands would move G; changes neither.
   *
   * @param objective of the generator
   * @return the Euclidean norm of the gradient of its loss, over one minibatch
   */
  public double gradientNorm(Objective objective) {
    return generator.gradientNorm(() -> generatorGradient(generator.plain(), objective));
  }

  /**
   * G(z).
   *
   * @param z [count][noise size]
   * @return [count][dimension]
   */
  public float[] generate(float[] z) {
    return plainGenerate.apply(z, generator.state(), RandomStreams.generator(LOOK));
  }

  /**
   * Points that G makes of fresh noise.
   *
   * @param count how many, ≥ 1
   * @return [count][dimension]
   */
  public float[] sample(int count) {
    return generate(rules.noise().draw(count, rules.seed()));
  }

  /**
   * D(x), the probability of being data.
   *
   * @param points [count][dimension]
   * @return [count]
   */
  public double[] discriminate(float[] points) {
    float[] a =
        plainDiscriminate.apply(points, discriminator.state(), RandomStreams.discriminator(LOOK));
    double[] probabilities = new double[a.length];
    Arrays.setAll(probabilities, i -> 1 / (1 + Math.exp(-a[i])));
    return probabilities;
  }

  @Override
  public void close() {
    arena.close();
    generator.close();
    discriminator.close();
  }
}
