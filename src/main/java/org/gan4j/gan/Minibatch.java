package org.gan4j.gan;

import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.Noise;

/** What the discriminator sees in one step: m generated examples, then m real ones. */
final class Minibatch {
  private final Gan gan;
  private final DeviceImages images;
  private final DeviceBuffer noise;
  private final DeviceBuffer examples;
  private final DeviceBuffer generated;
  private final DeviceBuffer real;
  private final DeviceBuffer gradient;

  Minibatch(Gan gan, DeviceImages images, DeviceArena arena) {
    this.gan = gan;
    this.images = images;
    long m = gan.recipe().batch();
    long width = gan.shape().size();
    this.noise = arena.floats(m * gan.recipe().noise().size());
    this.examples = arena.floats(2 * m * width);
    this.generated = examples.view(0, m * width);
    this.real = examples.view(m * width, m * width);
    this.gradient = arena.floats(m * width);
  }

  /** z [m][size]. */
  DeviceBuffer noise() {
    return noise;
  }

  /** [2m][width]. */
  DeviceBuffer examples() {
    return examples;
  }

  /** The first half of the examples, [m][width]. */
  DeviceBuffer generated() {
    return generated;
  }

  /** Room for the gradient with respect to the generated examples, [m][width]. */
  DeviceBuffer gradient() {
    return gradient;
  }

  /** Draws fresh noise and generates from it. */
  void generate(NetworkPass generator, int subStep) {
    DeviceBuffer state = gan.state().buffer();
    drawNoise(
        gan.device().kernels(), gan.recipe().noise(), noise, state, RandomStreams.noise(subStep));
    generator.forward(generated, noise, state, RandomStreams.generator(subStep));
  }

  static void drawNoise(
      Kernels kernels, Noise spec, DeviceBuffer out, DeviceBuffer state, int site) {
    if (spec.distribution() == Noise.Distribution.UNIFORM) {
      kernels.uniform(out, spec.scale(), state, site);
    } else {
      kernels.normal(out, spec.scale(), state, site);
    }
  }

  /** Fetches the iteration's minibatch of that number. */
  void gather(int minibatch) {
    images.gather(real, gan.recipe().batch(), minibatch, gan.state().buffer());
  }
}
