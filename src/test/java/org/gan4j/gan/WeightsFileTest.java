package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.gan4j.FormatException;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.io.Safetensors;
import org.gan4j.layers.NetworkPass;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Discriminators for use, and the files that networks for use are kept in. */
class WeightsFileTest {
  private static final int COUNT = 137;

  @TempDir Path folder;

  private Device device;
  private Gan gan;

  @BeforeEach
  void train() {
    device = Device.cpu();
    Recipe recipe = SmallGans.images(SmallGans.recipe(UpdateOrder.ALTERNATING, 2));
    gan = TinyRun.begin(device, SmallGans.seeds(recipe, 5, 2, List.of(0.1, 0.2)));
    TinyRun.train(gan, 5);
  }

  @AfterEach
  void close() {
    gan.close();
    device.close();
  }

  private Path saved(int replica) {
    Path file = folder.resolve("weights-" + replica);
    Checkpoint.saveWeights(file, gan, replica);
    return file;
  }

  private static float[] examples() {
    float[] some = new float[COUNT * SmallGans.SHAPE.size()];
    for (int i = 0; i < some.length; i++) {
      some[i] = (i * 37 % 101) / 101f;
    }
    return some;
  }

  /** Straight through the network, with all examples at once. */
  private float[] logits(int replica) {
    float[] logits = new float[COUNT];
    try (DeviceArena arena = device.arena(2)) {
      DeviceBuffer in = arena.floats((long) COUNT * SmallGans.SHAPE.size());
      DeviceBuffer out = arena.floats(COUNT);
      NetworkPass pass = gan.discriminator().pass(arena, COUNT, false);
      arena.freeze();
      Buffers.write(in, replica, examples());
      pass.forward(out, in, gan.state().buffer(), 0);
      Buffers.read(out, replica, logits);
    }
    return logits;
  }

  @Test
  void aDiscriminatorScoresAsTheNetworkDoes() {
    for (int r = 0; r < 2; r++) {
      try (Discriminator discriminator = Discriminator.of(gan, r)) {
        float[] logits = discriminator.logits(examples());
        float[] scores = discriminator.score(examples());
        assertArrayEquals(logits(r), logits, 1e-6f);
        for (int i = 0; i < COUNT; i++) {
          assertEquals(1 / (1 + Math.exp(-logits[i])), scores[i], 1e-6);
        }
      }
    }
  }

  @Test
  void featuresAreWhatLeavesTheLayers() {
    try (Discriminator discriminator = Discriminator.of(gan, 0)) {
      assertArrayEquals(examples(), discriminator.features(examples(), 0), "dropout does nothing");
      float[] pooled = discriminator.features(examples(), 1);
      assertEquals(COUNT * discriminator.featureSize(1), pooled.length);
      assertArrayEquals(pooled, discriminator.features(examples(), 2));
      int last = discriminator.layers() - 1;
      assertArrayEquals(discriminator.logits(examples()), discriminator.features(examples(), last));
      // The last layer by hand: w·x + b of the features below it.
      float[] below = discriminator.features(examples(), last - 1);
      float[] weights = new float[discriminator.featureSize(last - 1)];
      float[] bias = new float[1];
      var parameters = gan.discriminator().parameters();
      Buffers.read(parameters.get(parameters.size() - 2).value(), 0, weights);
      Buffers.read(parameters.get(parameters.size() - 1).value(), 0, bias);
      double sum = bias[0];
      for (int i = 0; i < weights.length; i++) {
        sum += weights[i] * below[i];
      }
      assertEquals(sum, discriminator.logits(examples())[0], 1e-5);
      assertThrows(
          IllegalArgumentException.class, () -> discriminator.features(examples(), last + 1));
    }
  }

  @Test
  void manyThreadsScoreAtOnceAndNoneAfterClosing() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    Discriminator discriminator = Discriminator.of(gan, 1);
    try {
      float[] expected = discriminator.score(examples());
      Callable<Boolean> same =
          () -> {
            for (int i = 0; i < 100; i++) {
              assertArrayEquals(expected, discriminator.score(examples()));
            }
            return true;
          };
      for (Future<Boolean> each : threads.invokeAll(List.of(same, same, same, same))) {
        assertTrue(each.get(60, TimeUnit.SECONDS));
      }
    } finally {
      threads.shutdownNow();
      discriminator.close();
    }
    assertThrows(IllegalStateException.class, () -> discriminator.score(examples()));
  }

  @Test
  void badExamplesAreRefused() {
    try (Discriminator discriminator = Discriminator.of(gan, 0)) {
      assertThrows(IllegalArgumentException.class, () -> discriminator.score(new float[0]));
      assertThrows(IllegalArgumentException.class, () -> discriminator.score(new float[13]));
      float[] bad = examples();
      bad[3] = Float.NaN;
      String message =
          assertThrows(IllegalArgumentException.class, () -> discriminator.score(bad)).getMessage();
      assertTrue(message.startsWith("examples must hold finite numbers"), message);
    }
  }

  @Test
  void aFileOfWeightsIsHalfAsLargeAndOpensAsTheSameNetworks() throws IOException {
    Path whole = folder.resolve("whole");
    Checkpoint.save(whole, gan, Map.of());
    for (int r = 0; r < 2; r++) {
      Path weights = saved(r);
      try (Safetensors in = Safetensors.open(weights)) {
        long values = in.names().stream().mapToLong(name -> in.info(name).bytes()).sum();
        try (Safetensors all = Safetensors.open(whole)) {
          // Without velocities, and of one replica of two.
          long both = all.names().stream().mapToLong(name -> all.info(name).bytes()).sum();
          assertTrue(values < both / 4 + 8, values + " of " + both);
        }
      }
      try (Generator expected = Generator.of(gan, r);
          Generator fromWeights = Generator.open(weights);
          Generator fromWhole = new Generator(Device.cpu(), whole, r);
          Discriminator judge = Discriminator.of(gan, r);
          Discriminator judgeOfFile = Discriminator.open(weights)) {
        float[] samples = expected.sample(COUNT, 8);
        assertArrayEquals(samples, fromWeights.sample(COUNT, 8));
        assertArrayEquals(samples, fromWhole.sample(COUNT, 8));
        assertArrayEquals(judge.score(examples()), judgeOfFile.score(examples()));
      }
    }
    assertTrue(Files.size(saved(0)) > 0);
  }

  @Test
  void itsMetadataSayHowToRebuildTheNetworks() {
    try (Safetensors in = Safetensors.open(saved(1))) {
      Map<String, String> metadata = in.metadata();
      assertEquals("1", metadata.get("recipe.replicas"));
      assertEquals("6", metadata.get("recipe.seed"));
      assertEquals(
          "{\"size\":7,\"distribution\":\"normal\",\"mean\":0.0,\"standard_deviation\":1.0}",
          metadata.get("z").replace(" ", ""));
      assertTrue(metadata.get("layout").contains("x W + b"), metadata.get("layout"));
      assertTrue(metadata.get("scaling").contains("decided"), metadata.get("scaling"));
      String layers = metadata.get("layers.generator").replace(" ", "");
      assertTrue(layers.contains("\"generator.0.weights\":[1,7,13]"), layers);
      assertTrue(metadata.get("layers.discriminator").contains("pool stride 2"));
    }
  }

  @Test
  void noTrainingGoesOnFromIt() {
    Path weights = saved(0);
    for (Runnable use :
        List.<Runnable>of(
            () -> Checkpoint.restore(gan, weights),
            () -> Checkpoint.open(device, weights).close(),
            () -> Checkpoint.recipe(weights))) {
      String message = assertThrows(FormatException.class, use::run).getMessage();
      TinyRun.assertOneLine(message);
      assertTrue(message.contains("holds weights alone"), message);
    }
  }

  @Test
  void damageIsSeen() throws IOException {
    Path weights = saved(0);
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 40] ^= 1;
    Path damaged = Files.write(folder.resolve("damaged"), bytes);
    assertThrows(FormatException.class, () -> Generator.open(damaged).close());
    Path spoilt = TinyRun.spoilt(weights, folder.resolve("spoilt"), "generator.0.weights", 3);
    assertThrows(FormatException.class, () -> Generator.open(spoilt).close());
    assertThrows(IllegalArgumentException.class, () -> saved(2));
    assertThrows(IllegalArgumentException.class, () -> new Generator(device, weights, 1));
  }

  @Test
  void picturesShowTheSamples() {
    Recipe sigmoids = SmallGans.simultaneous();
    try (Gan other = TinyRun.begin(device, sigmoids);
        Generator generator = Generator.of(other, 0)) {
      float[] values = generator.sample(2, 3);
      List<BufferedImage> pictures = generator.pictures(2, 3);
      assertEquals(2, pictures.size());
      int width = SmallGans.SHAPE.width();
      for (int p = 0; p < SmallGans.SHAPE.size(); p++) {
        assertEquals(
            Math.round(255 * values[SmallGans.SHAPE.size() + p]),
            pictures.get(1).getRaster().getSample(p % width, p / width, 0));
      }
    }
  }
}
