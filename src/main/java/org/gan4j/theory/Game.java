package org.gan4j.theory;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.gan.DiscriminatorPass;
import org.gan4j.gan.RecordedStep;
import org.gan4j.gan.TrainingStep;
import org.gan4j.layers.Gradients;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.RandomStreams;
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
  private final Deque<Runnable> open = new ArrayDeque<>();
  private final Player generator;
  private final Player discriminator;
  private final RecordedStep discriminatorStep;
  private final RecordedStep generatorStep;
  private final Map<Objective, RecordedStep> plainGradients = new EnumMap<>(Objective.class);
  private final BatchedForward plainGenerate;
  private final BatchedForward plainDiscriminate;

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
    try {
      this.generator =
          new Player(device, rules.generator(), inputs, rules.generatorSchedule(), rules.seed(), 0);
      open.push(generator::close);
      this.discriminator =
          new Player(
              device,
              rules.discriminator(),
              width,
              rules.discriminatorSchedule(),
              rules.seed(),
              Network.SITES);
      open.push(discriminator::close);
      this.discriminatorStep = recorded(device, DiscriminatorStep::new);
      this.generatorStep =
          recorded(
              device,
              arena -> new GeneratorStep(arena, generator.state(), rules.objective(), true));
      for (Objective objective : Objective.OF_LOGITS) {
        plainGradients.put(
            objective,
            recorded(
                device, arena -> new GeneratorStep(arena, generator.plain(), objective, false)));
      }
      DeviceArena arena = device.arena(1);
      open.push(arena::close);
      this.plainGenerate = new BatchedForward(generator.network(), arena, CHUNK);
      this.plainDiscriminate = new BatchedForward(discriminator.network(), arena, CHUNK);
      arena.freeze();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private RecordedStep recorded(Device device, TrainingStep.Plan plan) {
    RecordedStep step = new RecordedStep(device, 1, plan);
    open.push(step::close);
    return step;
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
      trainDiscriminator(rules.discriminatorSchedule().steps());
      trainGenerator(rules.generatorSchedule().steps());
    }
  }

  /**
   * Lets D learn against G as it stands.
   *
   * @param steps how many, ≥ 0
   */
  public void trainDiscriminator(int steps) {
    discriminatorStep.run(steps);
  }

  /**
   * Lets G learn against D as it stands.
   *
   * @param steps how many, ≥ 0
   */
  public void trainGenerator(int steps) {
    generatorStep.run(steps);
  }

  /** G's part of a step: fresh noise and what becomes of it. */
  private final class Generated {
    private final DeviceBuffer points;
    private final DeviceBuffer noise;
    private final NetworkPass pass;

    Generated(DeviceArena arena, DeviceBuffer points) {
      this.points = points;
      this.noise = arena.floats((long) rules.batch() * rules.noise().size());
      this.pass = generator.network().pass(arena, rules.batch(), true);
    }

    void forward(DeviceBuffer state, int subStep) {
      rules.noise().draw(kernels, noise, state, RandomStreams.noise(subStep));
      pass.forward(points, noise, state, RandomStreams.generator(subStep));
    }

    void backward(DeviceBuffer gradient, DeviceBuffer state, int subStep) {
      int site = RandomStreams.generator(subStep);
      pass.backward(points, noise, gradient, LEARN, null, state, site);
    }
  }

  /** D learns from generated points, then real ones. */
  private final class DiscriminatorStep implements TrainingStep {
    private final DeviceBuffer centres;
    private final DeviceBuffer examples;
    private final DeviceBuffer real;
    private final Generated generated;
    private final DiscriminatorPass discriminate;

    DiscriminatorStep(DeviceArena arena) {
      int m = rules.batch();
      long points = (long) m * rules.target().dimension();
      this.centres = arena.floats(points);
      this.examples = arena.floats(2 * points);
      this.real = examples.view(points, points);
      this.generated = new Generated(arena, examples.view(0, points));
      this.discriminate = new DiscriminatorPass(kernels, discriminator.network(), arena, 2 * m);
    }

    @Override
    public void prepare() {
      Buffers.write(centres, 0, rules.target().cycle(rules.batch()));
    }

    @Override
    public void run() {
      DeviceBuffer state = discriminator.state();
      generated.forward(state, D_STEP);
      kernels.addNormal(real, centres, rules.target().stddev(), state, RandomStreams.data(D_STEP));
      int site = RandomStreams.discriminator(D_STEP);
      discriminate.learn(examples, 1, LEARN, state, state, site);
      discriminator.update();
    }
  }

  /** G's gradient goes into its velocities, at the rate and momentum of a state; then it learns. */
  private final class GeneratorStep implements TrainingStep {
    private final DeviceBuffer state;
    private final boolean minimax;
    private final boolean learns;
    private final DeviceBuffer gradient;
    private final Generated generated;
    private final DiscriminatorPass judge;

    GeneratorStep(DeviceArena arena, DeviceBuffer state, Objective objective, boolean learns) {
      this.state = state;
      this.minimax = objective == Objective.MINIMAX;
      this.learns = learns;
      int m = rules.batch();
      long points = (long) m * rules.target().dimension();
      this.gradient = arena.floats(points);
      this.generated = new Generated(arena, arena.floats(points));
      this.judge = new DiscriminatorPass(kernels, discriminator.network(), arena, m);
    }

    @Override
    public void run() {
      generated.forward(state, G_STEP);
      judge.judge(gradient, generated.points, minimax, state, RandomStreams.discriminator(G_STEP));
      generated.backward(gradient, state, G_STEP);
      if (learns) {
        generator.update();
      }
    }
  }

  /**
   * How strongly D as it stands would move G; changes neither.
   *
   * @param objective of the generator
   * @return the Euclidean norm of the gradient of its loss, over one minibatch
   */
  public double gradientNorm(Objective objective) {
    return generator.gradientNorm(() -> plainGradients.get(objective).run(1));
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
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }
}
