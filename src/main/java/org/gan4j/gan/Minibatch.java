package org.gan4j.gan;

import org.gan4j.data.ImageShape;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.MaskWeights;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.Condition;

/**
 * What the networks see in one step: noise, m generated examples, then m real ones; and with a
 * condition, what each of them is told after it. A generated example has the condition of the real
 * one m places further on. Where that is a mask, the generator sees and keeps what is visible of
 * that real one.
 */
final class Minibatch {
  private final Gan gan;
  private final Feed feed;
  private final DeviceBuffer input;
  private final DeviceBuffer noise;
  private final DeviceBuffer examples;
  private final DeviceBuffer generated;
  private final DeviceBuffer real;
  private final DeviceBuffer gradient;
  private final DeviceBuffer ofSamples;
  // Null but where the condition is a mask.
  private final Condition.Mask masksOrNull;
  private final MaskWeights weightsOrNull;
  // Null without a condition.
  private final DeviceBuffer ofNoise;
  private final DeviceBuffer ofGenerated;
  private final DeviceBuffer ofReal;
  // Null without labels.
  private final DeviceBuffer labelled;
  private final DeviceBuffer targets;

  Minibatch(Gan gan, Feed feed, DeviceArena arena) {
    this.gan = gan;
    this.feed = feed;
    long m = gan.rows();
    long width = gan.shape().size();
    long z = gan.recipe().noise().size();
    long condition = gan.recipe().condition().width();
    this.masksOrNull = gan.recipe().condition() instanceof Condition.Mask mask ? mask : null;
    this.weightsOrNull = masksOrNull == null ? null : masksOrNull.weights();
    this.input = arena.floats(m * (z + condition));
    this.noise = input.view(0, m * z);
    long labels = LabelledFeed.rows(gan.recipe().labels(), gan.rows());
    this.examples = arena.floats(2 * m * (width + condition) + labels * width);
    this.generated = examples.view(0, m * width);
    this.real = examples.view(m * width, m * width);
    this.gradient = arena.floats(m * (width + condition));
    this.ofSamples = gradient.view(0, m * width);
    this.ofNoise = condition == 0 ? null : input.view(m * z, m * condition);
    this.ofGenerated = condition == 0 ? null : examples.view(2 * m * width, m * condition);
    this.ofReal =
        condition == 0 ? null : examples.view(2 * m * width + m * condition, m * condition);
    this.labelled = labels == 0 ? null : examples.view(2 * m * width, labels * width);
    this.targets = labels == 0 ? null : arena.floats(labels * gan.recipe().logits());
    if (feed != null) {
      feed.reserve(arena);
    }
  }

  /** What enters the generators: z [m][size], then the conditions. */
  DeviceBuffer input() {
    return input;
  }

  /**
   * What enters the discriminators: [2m][width], then the conditions of all of them, or labelled
   * examples.
   */
  DeviceBuffer examples() {
    return examples;
  }

  /** The first half of the examples, [m][width]. */
  DeviceBuffer generated() {
    return generated;
  }

  /** The second half, [m][width]. */
  DeviceBuffer real() {
    return real;
  }

  /** The classes of labelled examples, one-hot; null if there are none. */
  DeviceBuffer targets() {
    return targets;
  }

  /** Room for the gradient with respect to m of what enters the discriminators. */
  DeviceBuffer gradient() {
    return gradient;
  }

  /** The part of {@link #gradient} that is about generated examples, [m][width]. */
  DeviceBuffer ofSamples() {
    return ofSamples;
  }

  /** Draws fresh noise and generates from it, for the conditions of a minibatch. */
  void generate(NetworkPass generator, int subStep, int minibatch) {
    generate(generated, generator, subStep, minibatch);
  }

  private void generate(DeviceBuffer out, NetworkPass generator, int subStep, int minibatch) {
    DeviceBuffer state = gan.state().buffer();
    Kernels kernels = gan.device().kernels();
    gan.recipe().noise().draw(kernels, noise, state, RandomStreams.noise(subStep));
    if (ofNoise != null) {
      tell(ofNoise, minibatch);
    }
    if (masksOrNull == null) {
      generator.forward(out, input, state, RandomStreams.generator(subStep));
      return;
    }
    feed.gather(real, gan.rows(), minibatch, state);
    kernels.compose(noise, ofNoise, real, noise);
    generator.forward(out, input, state, RandomStreams.generator(subStep));
    kernels.compose(out, ofNoise, real, out);
  }

  /** What the minibatch's examples have as their conditions. */
  private void tell(DeviceBuffer to, int minibatch) {
    DeviceBuffer state = gan.state().buffer();
    int m = gan.rows();
    if (masksOrNull == null) {
      feed.gatherConditions(to, m, minibatch, state);
      return;
    }
    ImageShape shape = gan.shape();
    gan.device()
        .kernels()
        .masks(
            to,
            m,
            shape.channels(),
            shape.height(),
            shape.width(),
            weightsOrNull,
            state,
            RandomStreams.masks(minibatch));
  }

  /**
   * Makes of the gradient with respect to the examples that the discriminators saw, in {@link
   * #ofSamples}, the one with respect to what the generators gave.
   *
   * @param samples that the discriminators saw, those generated last
   */
  void reachGenerator(DeviceBuffer samples) {
    if (masksOrNull != null) {
      double values = (double) gan.rows() * gan.shape().size();
      double weight = 2 * masksOrNull.squaredError() / values;
      gan.device().kernels().completionSlope(ofSamples, ofNoise, samples, real, weight);
    }
  }

  /** Fetches the iteration's minibatch of that number, and its conditions for both halves. */
  void gather(int minibatch) {
    DeviceBuffer state = gan.state().buffer();
    int m = gan.rows();
    feed.gather(real, m, minibatch, state);
    if (ofReal != null) {
      tell(ofReal, minibatch);
      tell(ofGenerated, minibatch);
    }
    if (labelled != null) {
      int rows = LabelledFeed.rows(gan.recipe().labels(), m);
      feed.gatherLabelled(labelled, targets, rows, minibatch, state);
    }
  }

  /** Generated examples that the discriminators see alone, with their conditions. */
  final class Fakes {
    private final DeviceBuffer whole;
    private final DeviceBuffer samples;
    private final DeviceBuffer conditions;

    /** Without a condition they lie where the first half of the examples does. */
    Fakes(DeviceArena arena) {
      long m = gan.rows();
      long width = gan.shape().size();
      long condition = gan.recipe().condition().width();
      this.whole = condition == 0 ? generated : arena.floats(m * (width + condition));
      this.samples = condition == 0 ? generated : whole.view(0, m * width);
      this.conditions = condition == 0 ? null : whole.view(m * width, m * condition);
    }

    /** What enters the discriminators. */
    DeviceBuffer whole() {
      return whole;
    }

    /** [m][width]. */
    DeviceBuffer samples() {
      return samples;
    }

    /** As {@link Minibatch#generate(NetworkPass, int, int)}. */
    void generate(NetworkPass generator, int subStep, int minibatch) {
      Minibatch.this.generate(samples, generator, subStep, minibatch);
      if (conditions != null) {
        tell(conditions, minibatch);
      }
    }
  }
}
