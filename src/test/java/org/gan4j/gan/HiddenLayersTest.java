package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.gan4j.FormatException;
import org.gan4j.data.DataSet;
import org.gan4j.data.Examples;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.Device;
import org.gan4j.layers.NetworkValues;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Features of hidden layers, and the classifier on top of them in its file. */
class HiddenLayersTest {
  private static final int WIDTH = SmallGans.SHAPE.size();
  private static final float[] EXAMPLES = NetworkValues.floats(new Random(3), 130 * WIDTH, 1);

  @TempDir private Path folder;

  private final Device device = Device.cpu();

  @AfterEach
  void close() {
    device.close();
  }

  @Test
  void areTheDiscriminatorsOwn() {
    Recipe recipe = TinyRun.with(SmallGans.simultaneous(), "replicas=2");
    try (Gan gan = TinyRun.begin(device, recipe);
        Discriminator discriminator = Discriminator.of(gan, 1)) {
      assertEquals(List.of(1, 3), HiddenLayers.ofDiscriminator(gan));
      for (int layer : HiddenLayers.ofDiscriminator(gan)) {
        try (HiddenLayers hidden = HiddenLayers.ofDiscriminator(gan, 1, layer)) {
          assertEquals("discriminator, layer " + layer, hidden.title());
          assertEquals(discriminator.featureSize(layer), hidden.size());
          assertArrayEquals(discriminator.features(EXAMPLES, layer), hidden.features(EXAMPLES));
          assertThrows(IllegalArgumentException.class, () -> hidden.features(new float[WIDTH + 1]));
        }
      }
      for (int layer : new int[] {-1, 0, 2, 5, 6}) {
        assertThrows(
            IllegalArgumentException.class, () -> HiddenLayers.ofDiscriminator(gan, 1, layer));
      }
      assertThrows(IllegalArgumentException.class, () -> HiddenLayers.ofDiscriminator(gan, 2, 1));
    }
  }

  @Test
  void areTheEncodersOwn() {
    Path file = folder.resolve("encoder.safetensors");
    Recipe recipe = SmallGans.simultaneous();
    try (Gan gan = TinyRun.begin(device, recipe);
        EncoderTraining training = new EncoderTraining(gan, 0)) {
      training.save(file);
      try (Encoder encoder = Encoder.open(file)) {
        assertEquals(2, encoder.hiddenLayers().size());
        for (int layer : encoder.hiddenLayers()) {
          try (HiddenLayers hidden = HiddenLayers.ofEncoder(gan, file, layer)) {
            assertEquals("encoder, layer " + layer, hidden.title());
            float[] expected = encoder.features(EXAMPLES, layer);
            assertEquals(expected.length / 130, hidden.size());
            assertArrayEquals(expected, hidden.features(EXAMPLES));
          }
        }
        int last = encoder.settings().layers().size() - 1;
        for (int layer : new int[] {-1, last}) {
          assertThrows(
              IllegalArgumentException.class, () -> HiddenLayers.ofEncoder(gan, file, layer));
        }
      }
    }
  }

  @Test
  void anEncoderOfOneLayerHasNone() {
    Path file = folder.resolve("encoder.safetensors");
    Recipe recipe =
        RecipeYaml.with(
            SmallGans.simultaneous(),
            List.of(
                "encoder={layers: [{type: dense, units: 7, activation: linear,"
                    + " weights: {type: uniform, irange: 0.5}}]}"));
    try (Gan gan = TinyRun.begin(device, recipe);
        EncoderTraining training = new EncoderTraining(gan, 0)) {
      training.save(file);
      try (Encoder encoder = Encoder.open(file)) {
        assertEquals(List.of(), encoder.hiddenLayers());
      }
      assertThrows(IllegalArgumentException.class, () -> HiddenLayers.ofEncoder(gan, file, 0));
    }
  }

  @Test
  void ofANetworkThatIsToldMoreThereAreNone() {
    Recipe recipe = SmallGans.conditional(SmallGans.simultaneous());
    try (Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> HiddenLayers.ofDiscriminator(gan, 0, 1));
      assertTrue(e.getMessage().contains("condition"), e.getMessage());
    }
  }

  /** A file with a classifier of three classes on the second hidden layer. */
  private Path classifier(float[] weights, float[] biases) {
    Path file = folder.resolve("classifier.safetensors");
    try (Gan gan = TinyRun.begin(device, SmallGans.simultaneous());
        HiddenLayers hidden = HiddenLayers.ofDiscriminator(gan, 0, 3)) {
      ImageClassifier.save(file, hidden, weights, biases);
    }
    return file;
  }

  private static final float[] WEIGHTS = NetworkValues.floats(new Random(4), 4 * 3, 2);
  private static final float[] BIASES = {0.25f, -0.5f, 0};

  @Test
  @SuppressWarnings("try") // closed twice
  void aClassifierIsSoftmaxOfALinearLayerOnThem() {
    Path file = classifier(WEIGHTS, BIASES);
    try (Gan gan = TinyRun.begin(device, SmallGans.simultaneous());
        HiddenLayers hidden = HiddenLayers.ofDiscriminator(gan, 0, 3);
        ImageClassifier classifier = ImageClassifier.open(file);
        ImageClassifier onDevice = new ImageClassifier(Device.cpu(), file)) {
      assertEquals(3, classifier.classes());
      assertEquals(SmallGans.SHAPE, classifier.shape());
      assertEquals(hidden.title(), classifier.features());
      float[] features = hidden.features(EXAMPLES);
      float[] probabilities = classifier.predict(EXAMPLES);
      assertArrayEquals(probabilities, onDevice.predict(EXAMPLES));
      for (int row = 0; row < 130; row++) {
        double[] odds = new double[3];
        double sum = 0;
        for (int c = 0; c < 3; c++) {
          double logit = BIASES[c];
          for (int i = 0; i < 4; i++) {
            logit += features[row * 4 + i] * WEIGHTS[i * 3 + c];
          }
          odds[c] = Math.exp(logit);
          sum += odds[c];
        }
        for (int c = 0; c < 3; c++) {
          assertEquals(odds[c] / sum, probabilities[row * 3 + c], 1e-5);
        }
      }
      classifier.close();
      assertThrows(IllegalStateException.class, () -> classifier.predict(EXAMPLES));
    }
  }

  @Test
  void imagesAreScaledAsTheDataWere() {
    Path file = classifier(WEIGHTS, BIASES);
    byte[] pixels = new byte[2 * WIDTH];
    new Random(5).nextBytes(pixels);
    Images images = Images.of(SmallGans.SHAPE, pixels);
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Byte.toUnsignedInt(pixels[i]) * (1f / 255);
    }
    try (ImageClassifier classifier = ImageClassifier.open(file)) {
      assertArrayEquals(classifier.predict(values), classifier.predict(images));
      Images other = Images.of(new ImageShape(1, 4, 3), pixels);
      assertThrows(IllegalArgumentException.class, () -> classifier.predict(other));
      assertThrows(IllegalArgumentException.class, () -> classifier.predict(new float[5]));
    }
  }

  /** By what the networks learnt from, whatever its name is. */
  @Test
  void imagesAreScaledAsOnesOwnDataWere() {
    Scaling scaling = new Scaling.Contrast(55);
    DataSet own = SmallGans.data(scaling);
    Path file = folder.resolve("classifier.safetensors");
    try (Gan gan = new Gan(device, SmallGans.simultaneous(), SmallGans.SHAPE)) {
      gan.initialise(own);
      try (HiddenLayers hidden = HiddenLayers.ofDiscriminator(gan, 0, 3)) {
        ImageClassifier.save(file, hidden, WEIGHTS, BIASES);
      }
    }
    try (ImageClassifier classifier = ImageClassifier.open(file)) {
      float[] expected = classifier.predict(scaling.values(own.train()));
      assertArrayEquals(expected, classifier.predict(own.train()));
    }
  }

  @Test
  void imagesAreNotGuessedFromValues() {
    Path file = folder.resolve("classifier.safetensors");
    Examples examples = Examples.of(SmallGans.SHAPE, EXAMPLES);
    Recipe recipe = TinyRun.with(SmallGans.simultaneous(), "data=mine");
    try (Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
      gan.initialise(examples);
      try (HiddenLayers hidden = HiddenLayers.ofDiscriminator(gan, 0, 3)) {
        ImageClassifier.save(file, hidden, WEIGHTS, BIASES);
      }
    }
    try (ImageClassifier classifier = ImageClassifier.open(file)) {
      Images images = Images.of(SmallGans.SHAPE, new byte[WIDTH]);
      Exception e = assertThrows(IllegalStateException.class, () -> classifier.predict(images));
      assertTrue(e.getMessage().contains("how the images of mine become values"), e.getMessage());
    }
  }

  @Test
  void weightsThatAreNoneAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> classifier(new float[11], BIASES));
    assertThrows(IllegalArgumentException.class, () -> classifier(new float[4], new float[1]));
    float[] wild = WEIGHTS.clone();
    wild[5] = Float.NaN;
    assertThrows(FormatException.class, () -> classifier(wild, BIASES));
    assertTrue(Files.notExists(folder.resolve("classifier.safetensors")));
  }

  @Test
  void whatIsNoClassifierIsToldApart() throws IOException {
    Path file = classifier(WEIGHTS, BIASES);
    Path checkpoint = folder.resolve("checkpoint.safetensors");
    try (Gan gan = TinyRun.begin(device, SmallGans.simultaneous())) {
      Checkpoint.save(checkpoint, gan, Map.of());
    }
    assertThrows(FormatException.class, () -> ImageClassifier.open(checkpoint));
    assertThrows(FormatException.class, () -> Checkpoint.recipe(file));
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String layer = "\"hidden_layer\":\"";
    assertTrue(text.contains(layer + "3"), text);
    // The last one names another hidden layer, whose size is not that of the weights.
    int[] places = {
      bytes.length - 1,
      bytes.length / 2,
      bytes.length - 50,
      9,
      200,
      text.indexOf(layer) + layer.length()
    };
    for (int at : places) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 2;
      Files.write(file, damaged);
      Exception e =
          assertThrows(FormatException.class, () -> ImageClassifier.open(file).close(), "" + at);
      TinyRun.assertOneLine(e.getMessage());
    }
  }
}
