package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.gan4j.data.DataSet;
import org.gan4j.data.Examples;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceException;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BatchNormalisation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.BiasPer;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.MeteredDevice;
import org.gan4j.layers.Planes;
import org.gan4j.layers.WeightInit;
import org.gan4j.layers.WeightNormalised;
import org.gan4j.recipe.LearningRate;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Test;

/** What does not fit is refused; what fails leaves nothing behind; what is closed says so. */
class GanTest {
  private static final DataSet DATA = SmallGans.data();

  private static Recipe of(List<LayerSpec> generator, List<LayerSpec> discriminator) {
    return SmallGans.networks(
        SmallGans.simultaneous(), SmallGans.UNIFORM, generator, discriminator);
  }

  private static void assertRefused(String message, Recipe recipe) {
    try (MeteredDevice device = new MeteredDevice(Integer.MAX_VALUE)) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> new Gan(device, recipe, SmallGans.SHAPE));
      assertEquals(message, e.getMessage());
      assertEquals(0, device.held());
    }
  }

  @Test
  void imagesMustFitTheData() {
    LayerSpec upright =
        new LayerSpec.Deconvolution(
            new Planes(1, 3, 2),
            1,
            2,
            1,
            0,
            Activation.LINEAR,
            BiasPer.CHANNEL,
            new WeightInit.Uniform(1),
            new BiasInit.Constant(0));
    assertRefused(
        "the generator gives images of 1x4x3 (channels x height x width), but an example of the"
            + " data has 1x3x4",
        of(List.of(SmallGans.dense(6, Activation.RELU), upright), SmallGans.imageDiscriminator()));
    LayerSpec other =
        new LayerSpec.Convolution(
            new Planes(1, 4, 3),
            2,
            2,
            2,
            1,
            1,
            2,
            2,
            new WeightInit.Uniform(1),
            new BiasInit.Constant(0));
    assertRefused(
        "discriminator layer 1: input is 1x4x3 (channels x height x width), but an image of"
            + " 1x3x4 enters",
        of(
            SmallGans.imageGenerator(),
            List.of(SmallGans.drop(0.5), other, SmallGans.dense(1, Activation.LINEAR))));
  }

  @Test
  void networksMustFitTheData() {
    assertRefused(
        "the generator gives 13 values, but an example of the data has 12 (1x3x4); "
            + "set the units of its last layer to 12",
        of(List.of(SmallGans.dense(13, Activation.SIGMOID)), SmallGans.discriminator()));
    String logit =
        "the discriminator must end in a dense layer with 1 linear unit, the logit of D(x)";
    List<LayerSpec> g = SmallGans.generator();
    assertRefused(logit, of(g, List.of(SmallGans.dense(2, Activation.LINEAR))));
    assertRefused(logit, of(g, List.of(SmallGans.dense(1, Activation.SIGMOID))));
    assertRefused(logit, of(g, List.of(SmallGans.maxout(1, 2))));
    assertRefused(
        logit, of(g, List.of(SmallGans.dense(1, Activation.LINEAR), SmallGans.drop(0.5))));
    LayerSpec image =
        new LayerSpec.Deconvolution(
            new Planes(12, 1, 1),
            1,
            1,
            1,
            0,
            Activation.LINEAR,
            BiasPer.POSITION,
            new WeightInit.Uniform(0.1),
            new BiasInit.Constant(0));
    assertRefused(logit, of(g, List.of(SmallGans.dense(12, Activation.RELU), image)));
    LayerSpec sparse =
        new LayerSpec.Dense(
            12, Activation.SIGMOID, new WeightInit.Sparse(8), new BiasInit.Constant(0));
    assertRefused(
        "generator layer 0: sparse weights ask for 8 connections, "
            + "but the layer has only 7 inputs",
        of(List.of(sparse), SmallGans.discriminator()));
  }

  /** They would do nothing. What has been trained with them stays readable. */
  @Test
  void settingsWithoutEffectBeginNoTraining() {
    Recipe normalised =
        SmallGans.networks(
                SmallGans.simultaneous(),
                SmallGans.NORMAL,
                SmallGans.generator(),
                SmallGans.normalisedDiscriminator())
            .withMaxColumnNorm(1.9);
    assertNotBegun(
        "discriminator layer 1 (weight-normalised) has columns as long as its scales, which"
            + " max_column_norm can't cap: leave that at 0, or take a dense layer",
        normalised);
    LayerSpec inBranch =
        SmallGans.join(
            12,
            SmallGans.CLASSES,
            List.of(
                new WeightNormalised(
                    3,
                    Activation.RELU,
                    new WeightInit.Uniform(1),
                    new BiasInit.Constant(1),
                    new BiasInit.Constant(0))),
            List.of());
    Recipe conditional = SmallGans.conditional(SmallGans.simultaneous());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Effect.require(
                conditional
                    .withDiscriminator(List.of(inBranch, SmallGans.dense(1, Activation.LINEAR)))
                    .withMaxColumnNorm(1.9)));
    assertNotBegun(
        "batch normalisation of a minibatch of one makes all examples alike: set batch to 2 or"
            + " more",
        SmallGans.simultaneous().withGenerator(SmallGans.normalisedGenerator()).withBatch(1));
    Recipe slow =
        SmallGans.simultaneous().withLearningRate(new LearningRate(0.1, 1, 0.08, List.of(0.05)));
    assertNotBegun("learning_rate.per_replica must be at least minimum 0.08, not 0.05", slow);
  }

  private static void assertNotBegun(String message, Recipe recipe) {
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
      Exception e =
          assertThrows(IllegalArgumentException.class, () -> gan.initialise(TinyRun.DATA));
      assertEquals(message, e.getMessage());
    }
  }

  /** Generated and real examples go through it together, and their rows have factors. */
  @Test
  void aDiscriminatorMixesNoExamples() {
    assertRefused(
        "discriminator layer 1 (batch normalisation, epsilon 0.001) mixes the examples of a"
            + " minibatch, where generated and real ones are together: a generator can have it, or"
            + " an encoder",
        of(
            SmallGans.generator(),
            List.of(
                SmallGans.dense(5, Activation.LINEAR),
                new BatchNormalisation(0.1, 0.001),
                SmallGans.dense(1, Activation.LINEAR))));
  }

  /** What is there stays as it is, to the last bit. */
  @Test
  void examplesOfAnotherShapeChangeNothing() {
    try (Device device = Device.cpu();
        Gan gan = SmallGans.gan(device, SmallGans.simultaneous(), DATA)) {
      Map<String, ByteBuffer> before = TinyRun.tensors(gan);
      Examples flat = Examples.of(new ImageShape(1, 1, 12), new float[40 * 12]);
      Exception e = assertThrows(IllegalArgumentException.class, () -> gan.initialise(flat));
      assertEquals("the networks are for examples of 1x3x4, but these have 1x1x12", e.getMessage());
      assertEquals(before, TinyRun.tensors(gan));
    }
  }

  @Test
  void dataMeanIsTheBiasOfASigmoidThatEndsTheGenerator() {
    LayerSpec linear =
        new LayerSpec.Dense(
            12, Activation.LINEAR, new WeightInit.Uniform(1), new BiasInit.DataMean());
    assertNotBegun(
        "generator layer 0: bias data-mean is for sigmoid units, whose samples then begin at the"
            + " data's mean: set activation to sigmoid, or a constant bias",
        of(List.of(linear), SmallGans.discriminator()));
    LayerSpec mean =
        new LayerSpec.Dense(9, Activation.RELU, new WeightInit.Uniform(1), new BiasInit.DataMean());
    Recipe recipe =
        of(List.of(mean, SmallGans.dense(12, Activation.SIGMOID)), SmallGans.discriminator());
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> gan.initialise(DATA));
      assertEquals(
          "generator layer 0: bias data-mean is for the generator's last layer: set a constant bias",
          e.getMessage());
    }
  }

  @Test
  void iterationMustFitTheTrainingSet() {
    Recipe recipe = SmallGans.recipe(UpdateOrder.ALTERNATING, 7);
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> gan.initialise(DATA));
      assertEquals(
          "an iteration takes batch × k = 42 examples, but the training set has 40; "
              + "set a smaller batch or k",
          e.getMessage());
    }
  }

  @Test
  void trainerNeedsTheNetworksData() {
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, SmallGans.simultaneous(), SmallGans.SHAPE)) {
      Exception e = assertThrows(IllegalStateException.class, () -> new Trainer(gan, DATA));
      assertEquals(
          "the networks have no values yet: initialise them or read a checkpoint first",
          e.getMessage());
    }
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, SmallGans.simultaneous(), new ImageShape(1, 2, 6))) {
      assertThrows(IllegalArgumentException.class, () -> new Trainer(gan, DATA));
    }
  }

  @Test
  void failedAllocationsLeaveNothingBehind() {
    for (int limit = 0; limit < 10; limit++) {
      try (MeteredDevice device = new MeteredDevice(limit)) {
        assertThrows(DeviceException.class, () -> openAll(device, SmallGans.simultaneous()));
        assertEquals(0, device.held(), "with room for " + limit);
      }
    }
    try (MeteredDevice device = new MeteredDevice(10)) {
      openAll(device, SmallGans.recipe(UpdateOrder.ALTERNATING, 2));
      assertEquals(0, device.held());
    }
  }

  private static void openAll(Device device, Recipe recipe) {
    try (Gan gan = SmallGans.gan(device, recipe, DATA);
        Trainer trainer = new Trainer(gan, DATA);
        Sampler sampler = new Sampler(gan, 3)) {
      trainer.run(1);
      sampler.draw(1, Sampler.Stream.TEST);
    }
  }

  @Test
  void whatIsClosedSaysSo() {
    try (Device device = Device.cpu()) {
      Gan gan = SmallGans.gan(device, SmallGans.simultaneous(), DATA);
      Trainer trainer = new Trainer(gan, DATA);
      Trainer orphan = new Trainer(gan, DATA);
      Sampler sampler = new Sampler(gan, 3);
      Sampler orphanSampler = new Sampler(gan, 3);
      trainer.close();
      sampler.close();
      assertClosed(() -> trainer.run(1));
      assertClosed(() -> sampler.draw(1, Sampler.Stream.TEST));
      gan.close();
      assertClosed(() -> orphan.run(1));
      assertClosed(orphan::totals);
      assertClosed(() -> orphanSampler.draw(1, Sampler.Stream.TEST));
      assertClosed(gan::iteration);
      orphan.close();
      orphanSampler.close();
      trainer.close();
      gan.close();
    }
  }

  private static void assertClosed(Runnable use) {
    Exception e = assertThrows(IllegalStateException.class, use::run);
    assertTrue(e.getMessage().contains("closed"), e.getMessage());
  }
}
