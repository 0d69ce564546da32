package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.gan4j.FormatException;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.gan.Sampler.Stream;
import org.gan4j.recipe.Recipe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller may do wrong, and weights that are no numbers. */
class MisuseTest {
  private static final Recipe RECIPE = SmallGans.simultaneous();

  @TempDir private Path folder;
  private final Device device = Device.cpu();

  @AfterEach
  void close() {
    device.close();
  }

  private static String refusal(Class<? extends Exception> type, Runnable action) {
    String message = assertThrows(type, action::run).getMessage();
    TinyRun.assertOneLine(message);
    return message;
  }

  @Test
  void networksWithoutValuesAreNeitherSampledNorTrainedNorSaved() {
    Path file = folder.resolve("empty");
    try (Gan gan = new Gan(device, RECIPE, SmallGans.SHAPE);
        Sampler sampler = new Sampler(gan, 2)) {
      List<Runnable> uses =
          List.of(
              () -> sampler.draw(1, Stream.TEST),
              () -> sampler.generate(new float[2 * RECIPE.noise().size()]),
              () -> new Trainer(gan, TinyRun.DATA),
              () -> Checkpoint.save(file, gan, Map.of()));
      for (Runnable use : uses) {
        assertTrue(refusal(IllegalStateException.class, use).contains("initialise"));
      }
      assertFalse(Files.exists(file));
      gan.initialise(TinyRun.DATA);
      sampler.draw(1, Stream.TEST);
    }
  }

  @Test
  void lessThanNoIterations() {
    try (Gan gan = TinyRun.begin(device, RECIPE);
        Trainer trainer = new Trainer(gan, TinyRun.DATA)) {
      trainer.run(0);
      assertTrue(refusal(IllegalArgumentException.class, () -> trainer.run(-1)).contains("-1"));
      assertEquals(0, gan.iteration());
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void noiseThatIsNoNumber(float value) {
    try (Gan gan = TinyRun.begin(device, RECIPE);
        Sampler sampler = new Sampler(gan, 3)) {
      int size = RECIPE.noise().size();
      float[] z = new float[3 * size];
      z[2 * size + 1] = value;
      String message = refusal(IllegalArgumentException.class, () -> sampler.generate(z));
      assertTrue(message.contains("value 1 of row 2 is " + value), message);
    }
  }

  /** An interrupt asks the run to end: it is saved, and the flag is up again. */
  @Test
  void interruptSavesAndEnds() {
    int[] saves = {0};
    Training.Listener listener =
        new Training.Listener() {
          @Override
          public void progress(long iteration, long limit) {
            if (iteration > 5) {
              Thread.currentThread().interrupt();
            }
          }

          @Override
          public String save(Gan gan, Map<String, String> notes, Choice choice) {
            Checkpoint.save(folder.resolve("latest"), gan, notes);
            saves[0]++;
            return "latest";
          }
        };
    try (Gan gan = TinyRun.begin(device, TinyRun.with(RECIPE, "stop.epochs=100000"));
        Training training = new Training(gan, TinyRun.DATA, g -> List.of())) {
      assertEquals(Training.End.REQUESTED, training.run(listener));
      assertTrue(Thread.interrupted(), "the flag is up again");
      assertEquals(1, saves[0]);
      assertTrue(gan.iteration() > 5);
    }
  }

  private static void spoil(DeviceBuffer weights, float value) {
    float[] values = new float[(int) weights.length()];
    Buffers.read(weights, 0, values);
    values[3] = value;
    Buffers.write(weights, 0, values);
  }

  /** A ReLU hides a NaN: no loss tells of it. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY})
  void weightsThatAreNoNumbersAreNeverSavedOverGoodOnes(float value) throws Exception {
    Path file = folder.resolve("good");
    try (Gan gan = TinyRun.begin(device, RECIPE)) {
      Checkpoint.save(file, gan, Map.of());
      byte[] good = Files.readAllBytes(file);
      spoil(gan.generator().parameters().get(0).value(), value);
      String message =
          refusal(DivergenceException.class, () -> Checkpoint.save(file, gan, Map.of()));
      assertTrue(message.contains("generator.0.weights is not finite at value 3"), message);
      assertArrayEquals(good, Files.readAllBytes(file));
      assertEquals(1, folder.toFile().list().length, "nothing else is left");
    }
  }

  /** At the next report, not only at the next save. */
  @Test
  void weightsThatAreNoNumbersEndTheTraining() {
    try (Gan gan = TinyRun.begin(device, TinyRun.with(RECIPE, "stop.epochs=100000"));
        Training training = new Training(gan, TinyRun.DATA, g -> List.of())) {
      spoil(gan.generator().parameters().get(0).value(), Float.NaN);
      String message =
          refusal(DivergenceException.class, () -> training.run(new Training.Listener() {}));
      assertTrue(message.contains("generator.0.weights is not finite at value "), message);
      assertTrue(message.contains("last good checkpoint: none"), message);
    }
  }

  @Test
  void weightsThatAreNoNumbersAreRefusedByName() {
    Path good = TinyRun.trained(folder.resolve("good"), RECIPE, 2);
    String name = "discriminator.1.weights.velocity";
    Path bad = TinyRun.spoilt(good, folder.resolve("bad"), name, 7);
    String message = refusal(FormatException.class, () -> Checkpoint.open(device, bad).close());
    assertTrue(message.contains(name + " is not finite at value 7"), message);
    try (Gan gan = TinyRun.begin(device, RECIPE)) {
      Map<String, ByteBuffer> before = TinyRun.tensors(gan);
      refusal(FormatException.class, () -> Checkpoint.restore(gan, bad));
      assertEquals(before, TinyRun.tensors(gan), "nothing has changed");
    }
  }
}
