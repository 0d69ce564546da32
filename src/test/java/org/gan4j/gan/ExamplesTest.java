package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.gan4j.data.DataSet;
import org.gan4j.data.Examples;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.device.Device;
import org.gan4j.device.Philox;
import org.gan4j.layers.Activation;
import org.gan4j.layers.Draws;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training data that a program has in memory, or reads itself. */
class ExamplesTest {
  private static final int ITERATIONS = 25;

  @TempDir Path folder;

  /** The tiny data set, as the values that a network sees of it. */
  private static float[] values() {
    return TinyRun.DATA.scaling().values(TinyRun.DATA.train());
  }

  private static Gan gan(Device device, Recipe recipe, Examples examples) {
    Gan gan = new Gan(device, recipe, SmallGans.SHAPE);
    gan.initialise(examples);
    return gan;
  }

  /** In several calls, over the ends of epochs. */
  @ParameterizedTest
  @CsvSource({"SIMULTANEOUS,1,1", "ALTERNATING,2,1", "ALTERNATING,2,3"})
  void rowsOfTheHostTrainAsBytesOnTheDeviceDo(UpdateOrder order, int k, int replicas) {
    Recipe recipe = SmallGans.seeds(SmallGans.recipe(order, k), 3, replicas, List.of());
    Examples examples = Examples.of(SmallGans.SHAPE, values());
    try (Device device = Device.cpu();
        Gan bytes = TinyRun.begin(device, recipe);
        Gan floats = gan(device, recipe, examples);
        Trainer trainer = new Trainer(floats, examples)) {
      TinyRun.train(bytes, ITERATIONS);
      trainer.run(4);
      trainer.run(ITERATIONS - 4);
      assertEquals(TinyRun.tensors(bytes), TinyRun.tensors(floats));
    }
  }

  /** A trainer that is there follows its networks to where they are put. */
  @Test
  void networksThatGoBackTakeTheirRowsAlong() {
    Recipe recipe = SmallGans.simultaneous();
    Examples examples = Examples.of(SmallGans.SHAPE, values());
    Path file = folder.resolve("checkpoint");
    try (Device device = Device.cpu();
        Gan gan = gan(device, recipe, examples);
        Trainer trainer = new Trainer(gan, examples)) {
      Checkpoint.save(file, gan, Map.of());
      trainer.run(7);
      Map<String, ByteBuffer> first = TinyRun.tensors(gan);
      Checkpoint.restore(gan, file);
      trainer.run(7);
      assertEquals(first, TinyRun.tensors(gan));
    }
  }

  @Test
  void aSavedTrainingGoesOn() {
    Recipe recipe = SmallGans.simultaneous();
    Examples examples = Examples.of(SmallGans.SHAPE, values());
    Path file = folder.resolve("checkpoint");
    try (Device device = Device.cpu();
        Gan whole = gan(device, recipe, examples);
        Gan parts = gan(device, recipe, examples)) {
      train(whole, examples, ITERATIONS);
      train(parts, examples, 7);
      Checkpoint.save(file, parts, Map.of());
      try (Gan resumed = Checkpoint.open(device, file)) {
        train(resumed, examples, ITERATIONS - 7);
        assertEquals(TinyRun.tensors(whole), TinyRun.tensors(resumed));
        float[] others = values();
        others[5] += 0.5f;
        assertThrows(
            IllegalArgumentException.class,
            () -> train(resumed, Examples.of(SmallGans.SHAPE, others), 1));
        assertThrows(IllegalArgumentException.class, () -> TinyRun.train(resumed, 1));
      }
    }
  }

  private static void train(Gan gan, Examples examples, int iterations) {
    try (Trainer trainer = new Trainer(gan, examples)) {
      trainer.run(iterations);
    }
  }

  /** It gives each example when it is asked for it, and would not fit into an array. */
  @Test
  void aSourceIsAskedForTheRowsOfEachIteration() {
    List<Integer> asked = new ArrayList<>();
    Examples many =
        new Examples() {
          @Override
          public ImageShape shape() {
            return SmallGans.SHAPE;
          }

          @Override
          public int count() {
            return 2_000_000_000;
          }

          @Override
          public void read(int index, float[] to, int at) {
            asked.add(index);
            for (int p = 0; p < SmallGans.SHAPE.size(); p++) {
              to[at + p] = (index % 97 + p) / 200f;
            }
          }
        };
    try (Device device = Device.cpu();
        Gan gan = gan(device, SmallGans.simultaneous(), many);
        Training training = new Training(gan, many, trained -> List.of());
        Trainer trainer = new Trainer(gan, many)) {
      asked.clear();
      trainer.run(3);
      assertEquals(3 * SmallGans.BATCH, asked.size());
      assertEquals(asked.size(), asked.stream().distinct().count());
      assertTrue(asked.stream().anyMatch(index -> index > 1_000_000_000), "one end only: " + asked);
      assertTrue(trainer.totals().get(0).isFinite());
      assertEquals(2_000_000_000L / SmallGans.BATCH, training.limit());
    }
  }

  @Test
  void theHostShufflesAsDevicesDo() {
    for (int count : new int[] {1, 2, 3, 5, 40, 1000}) {
      Draws draws = new Draws(9, 4);
      for (int i = 0; i < Math.min(count, 50); i++) {
        assertEquals(draws.shuffled(i, count), Philox.shuffled(i, count, 9, 4));
      }
    }
  }

  @Test
  void fiveChannelsTrainFromADirectBufferWithoutLabels() {
    ImageShape shape = new ImageShape(5, 2, 3);
    ByteBuffer direct = ByteBuffer.allocateDirect(20 * shape.size()).order(ByteOrder.nativeOrder());
    for (int i = 0; i < direct.capacity(); i++) {
      direct.put(i, (byte) (31 * i));
    }
    Images images = Images.of(shape, direct);
    assertEquals(20, images.count());
    assertEquals(direct.get(7) & 0xff, images.pixel(0, 7));
    DataSet data = DataSet.ofTraining("mine", images);
    assertFalse(data.hasTest());
    String message = assertThrows(IllegalStateException.class, data::validation).getMessage();
    assertTrue(message.contains("mine has no validation images"), message);
    Recipe recipe =
        SmallGans.simultaneous()
            .withGenerator(List.of(SmallGans.dense(shape.size(), Activation.SIGMOID)));
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, recipe, shape)) {
      gan.initialise(data);
      try (Trainer trainer = new Trainer(gan, data);
          Generator generator = Generator.of(gan, 0)) {
        trainer.run(5);
        assertEquals(2 * shape.size(), generator.sample(2, 1).length);
        assertThrows(IllegalStateException.class, () -> generator.pictures(1, 1));
      }
    }
  }

  @Test
  void whatIsNoExampleIsRefused() {
    ImageShape shape = SmallGans.SHAPE;
    assertThrows(IllegalArgumentException.class, () -> Examples.of(shape, new float[0]));
    assertThrows(IllegalArgumentException.class, () -> Examples.of(shape, new float[13]));
    float[] values = values();
    Examples examples = Examples.of(shape, values);
    try (Device device = Device.cpu();
        Gan gan = gan(device, SmallGans.simultaneous(), examples);
        Trainer trainer = new Trainer(gan, examples)) {
      Arrays.fill(values, Float.NaN);
      String message =
          assertThrows(IllegalArgumentException.class, () -> trainer.run(1)).getMessage();
      assertTrue(message.contains("NaN"), message);
    }
  }
}
