package org.gan4j.gan;

import static org.gan4j.layers.NetworkValues.doubles;
import static org.gan4j.layers.Rounding.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.gan4j.device.Device;
import org.gan4j.gan.Sampler.Stream;
import org.gan4j.layers.Draws;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.NetworkValues;
import org.gan4j.layers.ReferenceNetwork;
import org.gan4j.layers.Rounding;
import org.gan4j.recipe.Recipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
  /** Samples are made in blocks of 1000; a block is a step of the random numbers. */
  private static final int BLOCK = 1000;

  private static final int NOISE_SITE = 0x4000_0000;
  private static final int WIDTH = SmallGans.SHAPE.size();
  private static final long SEED = 9;

  private static Gan gan(Device device, int replicas) {
    Recipe noisy =
        SmallGans.networks(
            SmallGans.simultaneous(),
            SmallGans.NORMAL,
            SmallGans.noisyGenerator(),
            SmallGans.discriminator());
    return SmallGans.gan(device, SmallGans.seeds(noisy, 1, replicas, List.of()), SmallGans.data());
  }

  private static double tolerance(Gan gan, int rows) {
    return Rounding.chain(gan.recipe().generator(), SmallGans.NORMAL.size(), rows)
        + Rounding.chain(List.of(new LayerSpec.GaussianNoise(1)), 1, 1);
  }

  /** Dropout off, noise on, z from the stream: block by block from the reference. */
  private static double[] reference(Gan gan, int count, Stream stream, int replica) {
    ReferenceNetwork generator =
        new ReferenceNetwork(gan.recipe().generator(), gan.generator(), replica);
    double[] all = new double[count * WIDTH];
    for (int first = 0; first < count; first += BLOCK) {
      int rows = Math.min(BLOCK, count - first);
      long step = ((long) stream.ordinal() << 32) + first / BLOCK;
      Draws draws = new Draws(SEED + replica, step);
      double[] z = draws.normal(NOISE_SITE, rows * SmallGans.NORMAL.size(), 1);
      double[] out = generator.forward(z, rows, false, draws, NOISE_SITE + 1).out();
      System.arraycopy(out, 0, all, first * WIDTH, out.length);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 999, 1000, 1001, 2500})
  void samplesAreTheReference(int count) {
    try (Device device = Device.cpu();
        Gan gan = gan(device, 2);
        Sampler sampler = new Sampler(gan, count)) {
      for (Stream stream : Stream.values()) {
        for (int r = 0; r < 2; r++) {
          double[] samples = doubles(sampler.draw(SEED, stream), r, count * WIDTH);
          assertClose(
              reference(gan, count, stream, r), samples, tolerance(gan, 1), "samples " + stream);
        }
      }
    }
  }

  @Test
  void sameSeedAndStreamGiveTheSameSamples() {
    try (Device device = Device.cpu();
        Gan gan = gan(device, 2);
        Sampler sampler = new Sampler(gan, 1001);
        Sampler shorter = new Sampler(gan, 700)) {
      double[] first = draw(sampler, SEED, Stream.TEST, 1001);
      double[] other = draw(sampler, SEED, Stream.VALIDATION, 1001);
      double[] seed = draw(sampler, SEED + 7, Stream.TEST, 1001);
      assertArrayEquals(first, draw(sampler, SEED, Stream.TEST, 1001));
      assertFalse(Arrays.equals(first, other));
      assertFalse(Arrays.equals(first, seed));
      assertClose(
          Arrays.copyOf(first, 700 * WIDTH),
          draw(shorter, SEED, Stream.TEST, 700),
          tolerance(gan, 1),
          "a shorter draw, which begins in the same way,");
    }
  }

  private static double[] draw(Sampler sampler, long seed, Stream stream, int count) {
    return doubles(sampler.draw(seed, stream), 0, count * WIDTH);
  }

  /** Training's state and the samples do not touch each other. */
  @Test
  void samplingLeavesTrainingAlone() {
    try (Device device = Device.cpu();
        Gan gan = gan(device, 1);
        Sampler sampler = new Sampler(gan, 3)) {
      long[] before = gan.state().read(0);
      sampler.draw(SEED, Stream.PICTURES);
      assertArrayEquals(before, gan.state().read(0));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1001})
  void givenNoiseGivesTheReferencesSamples(int count) {
    Recipe recipe = SmallGans.seeds(SmallGans.simultaneous(), 1, 2, List.of());
    try (Device device = Device.cpu();
        Gan gan = SmallGans.gan(device, recipe, SmallGans.data());
        Sampler sampler = new Sampler(gan, count)) {
      int size = recipe.noise().size();
      float[] z = NetworkValues.floats(new Random(3), count * size, 1);
      double[] wide = new double[z.length];
      for (int i = 0; i < z.length; i++) {
        wide[i] = z[i];
      }
      for (int r = 0; r < 2; r++) {
        ReferenceNetwork generator = new ReferenceNetwork(recipe.generator(), gan.generator(), r);
        assertClose(
            generator.forward(wide, count, false, new Draws(0, 0), 0).out(),
            doubles(sampler.generate(z), r, count * WIDTH),
            Rounding.chain(recipe.generator(), size, 1),
            "samples");
      }
    }
  }

  @Test
  void noiseOfAnotherLengthIsRefused() {
    try (Device device = Device.cpu();
        Gan gan = gan(device, 1);
        Sampler sampler = new Sampler(gan, 3)) {
      Exception e =
          assertThrows(IllegalArgumentException.class, () -> sampler.generate(new float[20]));
      assertEquals("z must have 3 x 7 values, not 20", e.getMessage());
      assertThrows(IllegalArgumentException.class, () -> new Sampler(gan, 0));
    }
  }
}
