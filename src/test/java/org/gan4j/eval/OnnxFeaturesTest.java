package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.gan4j.FormatException;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.device.Device;
import org.gan4j.gan.Discriminator;
import org.gan4j.gan.Gan;
import org.gan4j.gan.OnnxNetworks;
import org.gan4j.recipe.Recipes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A discriminator's logit as the feature of an image, by onnxruntime and by gan4j. */
class OnnxFeaturesTest {
  private static final ImageShape SHAPE = new ImageShape(1, 28, 28);
  private static final int MOST = 201;

  @TempDir private Path folder;
  private Path file;
  private final float[] points = new float[MOST * SHAPE.size()];
  private float[] logits;

  @BeforeEach
  void export() {
    file = folder.resolve("judge.onnx");
    byte[] pixels = new byte[300 * SHAPE.size()];
    Random random = new Random(3);
    random.nextBytes(pixels);
    for (int i = 0; i < points.length; i++) {
      points[i] = random.nextFloat();
    }
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, Recipes.get("mnist-10k"), SHAPE)) {
      gan.initialise(DataSet.ofTraining("mnist-10k", Images.of(SHAPE, pixels)));
      OnnxNetworks.writeDiscriminator(file, gan, 0);
      try (Discriminator discriminator = Discriminator.of(gan, 0)) {
        logits = discriminator.logits(points);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 99, 100, MOST})
  void featuresAreWhatTheNetworkGives(int count) {
    float[] some = Arrays.copyOf(points, count * SHAPE.size());
    try (OnnxFeatures features = OnnxFeatures.open(file, SHAPE)) {
      assertEquals(1, features.width());
      assertArrayEquals(Arrays.copyOf(logits, count), features.of(some), 1e-5f);
    }
  }

  @Test
  void theNameTellsFilesApart() throws IOException {
    try (OnnxFeatures features = OnnxFeatures.open(file, SHAPE)) {
      assertTrue(
          features.name().matches("judge\\.onnx \\(sha256 [0-9a-f]{12}…\\)"), features.name());
    }
  }

  @Test
  void imagesOfAnotherSizeAreRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> OnnxFeatures.open(file, new ImageShape(3, 32, 32)));
    assertTrue(
        e.getMessage()
            .startsWith(
                file
                    + " gives no features of such images: it must take one tensor of floats,"
                    + " [examples, 3072] or with the values of "),
        e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
    try (OnnxFeatures features = OnnxFeatures.open(file, SHAPE)) {
      assertThrows(IllegalArgumentException.class, () -> features.of(new float[785]));
      assertThrows(IllegalArgumentException.class, () -> features.of(new float[0]));
    }
  }

  @Test
  void whatIsNoNetworkIsSaid() throws IOException {
    assertFails("can't be read", folder.resolve("absent.onnx"));
    assertFails("can't be read", folder);
    assertFails("is no network that onnxruntime knows", Files.writeString(file, "no network"));
    assertFails("is no network that onnxruntime knows", Files.write(file, new byte[0]));
  }

  private static void assertFails(String text, Path file) {
    FormatException e = assertThrows(FormatException.class, () -> OnnxFeatures.open(file, SHAPE));
    assertTrue(e.getMessage().startsWith(file + " " + text), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }
}
