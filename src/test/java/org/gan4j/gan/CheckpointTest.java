package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.device.Device;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint holds all that a run needs to go on, bit for bit. */
class CheckpointTest {
  private static final int TOTAL = 20;

  @TempDir private Path folder;

  /** An epoch has 6 iterations of the simultaneous order, 3 of the alternating one. */
  static Stream<Arguments> parts() {
    return Stream.of(1, 2)
        .flatMap(
            replicas ->
                Stream.of(1, 6, 10)
                    .flatMap(
                        first ->
                            Stream.of(
                                Arguments.of(SmallGans.simultaneous(), replicas, first),
                                Arguments.of(
                                    SmallGans.recipe(UpdateOrder.ALTERNATING, 2), replicas, first),
                                Arguments.of(SmallGans.adam(), replicas, first),
                                Arguments.of(
                                    SmallGans.adam()
                                        .withGenerator(SmallGans.normalisedGenerator())
                                        .withDiscriminator(SmallGans.normalisedDiscriminator()),
                                    replicas,
                                    first),
                                Arguments.of(
                                    SmallGans.simultaneous()
                                        .withGenerator(SmallGans.normalisedGenerator()),
                                    replicas,
                                    first),
                                Arguments.of(
                                    SmallGans.recipe(UpdateOrder.ALTERNATING, 2)
                                        .withDiscriminatorOptimiser(
                                            SmallGans.adam().discriminatorOptimiser()),
                                    replicas,
                                    first))));
  }

  @ParameterizedTest(name = "{index}: {1} replicas, {2} iterations first")
  @MethodSource("parts")
  void twoPartsAreTheWhole(Recipe order, int replicas, int first) {
    Recipe recipe = TinyRun.with(order, "replicas=" + replicas);
    Path part = TinyRun.trained(folder.resolve("part"), recipe, first);
    Path restored = folder.resolve("restored");
    Path opened = folder.resolve("opened");
    try (Device device = Device.cpu();
        Gan one = new Gan(device, recipe, SmallGans.SHAPE);
        Gan two = Checkpoint.open(device, part)) {
      Checkpoint.restore(one, part);
      assertEquals(first, one.iteration());
      TinyRun.train(one, TOTAL - first);
      TinyRun.train(two, TOTAL - first);
      Checkpoint.save(restored, one, Map.of());
      Checkpoint.save(opened, two, Map.of());
    }
    Path whole = TinyRun.trained(folder.resolve("whole"), recipe, TOTAL);
    assertEquals(TinyRun.tensors(whole), TinyRun.tensors(restored));
    assertEquals(TinyRun.tensors(whole), TinyRun.tensors(opened));
  }

  /** Scores and draws pictures with the networks that train. */
  private static final class Onlooker implements Validator, Training.Listener {
    private int looks;

    @Override
    public List<Validation> validate(Gan gan) {
      look(gan, Sampler.Stream.VALIDATION);
      return Collections.nCopies(gan.recipe().replicas(), new Validation(looks, 0.2, 1));
    }

    @Override
    public void pictures(Gan gan, long epoch) {
      look(gan, Sampler.Stream.PICTURES);
    }

    private void look(Gan gan, Sampler.Stream stream) {
      looks++;
      try (Sampler sampler = new Sampler(gan, 11)) {
        sampler.draw(gan.recipe().seed(), stream);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 12})
  void scoresAndPicturesInBetweenChangeNothing(int first) {
    Recipe watched =
        TinyRun.with(
            SmallGans.simultaneous(),
            "stop.iterations=" + TOTAL,
            "stop.epochs=0",
            "evaluation.every_epochs=1",
            "samples_every=1");
    Recipe part = TinyRun.with(watched, "stop.iterations=" + first);
    Path file = folder.resolve("part");
    Onlooker onlooker = new Onlooker();
    try (Device device = Device.cpu();
        Gan gan = TinyRun.begin(device, part);
        Training training = new Training(gan, TinyRun.DATA, onlooker)) {
      training.run(onlooker);
      Checkpoint.save(file, gan, Map.of());
    }
    Path end = folder.resolve("end");
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, watched, SmallGans.SHAPE)) {
      Checkpoint.restore(gan, file);
      try (Training training = new Training(gan, TinyRun.DATA, onlooker)) {
        training.run(onlooker);
      }
      Checkpoint.save(end, gan, Map.of());
    }
    // A score and a picture at the ends of three epochs of 6 iterations; a picture where either
    // part
    // ends in between.
    assertEquals(first % 6 == 0 ? 7 : 8, onlooker.looks);
    Path whole = TinyRun.trained(folder.resolve("whole"), SmallGans.simultaneous(), TOTAL);
    assertEquals(TinyRun.tensors(whole), TinyRun.tensors(end));
  }

  @Test
  void recipeAndNotesComeBack() {
    Recipe recipe =
        TinyRun.with(
            SmallGans.simultaneous(), "name=σ \"quoted\"\n\u0001", "seed=-3", "replicas=3");
    Path file = folder.resolve("notes");
    try (Device device = Device.cpu();
        Gan gan = TinyRun.begin(device, recipe)) {
      Map<String, String> notes = Map.of("best_score", "1.5", "", "empty name");
      Checkpoint.save(file, gan, notes);
      assertEquals(notes, Checkpoint.restore(gan, file));
      assertEquals(recipe, Checkpoint.recipe(file));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "batch=5",
        "seed=2",
        "learning_rate.initial=0.2",
        "momentum.epochs=4",
        "objective=minimax",
        "max_column_norm=1.5",
        "generator.0.units=14",
        "discriminator.0.keep=0.9",
        "replicas=2"
      })
  void changedRecipeIsRefusedAndTheDifferenceNamed(String change) {
    Path file = TinyRun.trained(folder.resolve("c"), SmallGans.simultaneous(), 2);
    Recipe other = TinyRun.with(SmallGans.simultaneous(), change);
    try (Device device = Device.cpu();
        Gan gan = TinyRun.begin(device, other)) {
      Map<String, ByteBuffer> before = TinyRun.tensors(gan);
      Exception e =
          assertThrows(IllegalArgumentException.class, () -> Checkpoint.restore(gan, file));
      String field = change.substring(0, change.indexOf('='));
      String value = change.substring(change.indexOf('=') + 1);
      assertTrue(e.getMessage().contains("(" + field + ": "), e.getMessage());
      assertTrue(e.getMessage().contains(" there, " + value + " here"), e.getMessage());
      TinyRun.assertOneLine(e.getMessage());
      assertEquals(before, TinyRun.tensors(gan));
    }
  }

  @Test
  void fieldsThatAnEarlierVersionLackedHaveTheirDefaults() {
    Recipe recipe = SmallGans.simultaneous().withReplicas(1).withMaxColumnNorm(0);
    Path file = TinyRun.trained(folder.resolve("c"), recipe, 2);
    Map<String, String> without =
        Map.of("recipe.replicas", "", "recipe.max_column_norm", "", "recipe.k", "");
    Path earlier = TinyRun.forge(file, folder.resolve("e"), without, (name, bytes) -> null);
    assertEquals(recipe, Checkpoint.recipe(earlier));
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
      Checkpoint.restore(gan, earlier);
      assertEquals(TinyRun.tensors(file), TinyRun.tensors(gan));
    }
  }

  @Test
  void whenToStopAndWhatToScoreMayChange() {
    Path file = TinyRun.trained(folder.resolve("c"), SmallGans.simultaneous(), 2);
    Recipe other =
        TinyRun.with(
            SmallGans.simultaneous(),
            "stop.epochs=9",
            "stop.update_norm=0.1",
            "stop.patience=3",
            "evaluation.samples=5",
            "evaluation.every_epochs=2",
            "samples_every=4");
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, other, SmallGans.SHAPE)) {
      Checkpoint.restore(gan, file);
      assertEquals(TinyRun.tensors(file), TinyRun.tensors(gan));
    }
  }

  @Test
  void anotherTrainingSetIsRefused() {
    Path file = TinyRun.trained(folder.resolve("c"), SmallGans.simultaneous(), 2);
    byte[] pixels = new byte[SmallGans.COUNT * SmallGans.SHAPE.size()];
    TinyRun.DATA.train().pixels().get(pixels);
    pixels[pixels.length - 1]++;
    Images images = Images.of(SmallGans.SHAPE, pixels);
    DataSet other =
        new DataSet(
            "random", "one pixel differs", "", images, images, images, TinyRun.DATA.scaling());
    try (Device device = Device.cpu();
        Gan gan = Checkpoint.open(device, file)) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> new Trainer(gan, other));
      assertTrue(e.getMessage().contains("the training set differs"), e.getMessage());
      TinyRun.assertOneLine(e.getMessage());
    }
  }
}
