package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.gan4j.FormatException;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.layers.NetworkValues;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.EncoderSettings;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an encoder learns in a step, and what is refused. */
class EncoderTest {
  private static final int WIDTH = SmallGans.SHAPE.size();
  private static final int ROWS = 6;
  private static final String WEIGHTS = "weights: {type: uniform, irange: 0.5}";
  private static final String LINEAR = "{type: dense, units: 7, activation: linear, WEIGHTS}";
  private static final String HIDDEN = "{type: maxout, units: 6, pieces: 2, WEIGHTS}";
  private static final String SGD =
      "optimiser: {type: sgd, learning_rate: {initial: 1}}, batch: " + ROWS;

  @TempDir private Path folder;

  private final Device device = Device.cpu();

  @AfterEach
  void close() {
    device.close();
  }

  private static Recipe recipe(String... layers) {
    String text = String.join(", ", layers).replace("WEIGHTS", WEIGHTS);
    return RecipeYaml.with(
        SmallGans.simultaneous(), List.of("encoder={layers: [" + text + "], " + SGD + "}"));
  }

  /** The z of the first minibatch. */
  private float[] firstNoise(Recipe recipe) {
    try (TrainingState state = new TrainingState(device, 1);
        DeviceArena arena = device.arena(1)) {
      DeviceBuffer z = arena.floats((long) ROWS * recipe.noise().size());
      arena.freeze();
      state.begin(0, recipe.seed(), 0);
      recipe.noise().draw(device.kernels(), z, state.buffer(), RandomStreams.ENCODER.site(0));
      float[] values = new float[(int) z.length()];
      Buffers.read(z, 0, values);
      return values;
    }
  }

  /** One step of rate 1 is minus the gradient: 2/(mn) · xᵀ(xW + b − z). */
  @Test
  void aStepIsTheGradientOfTheMeanSquaredError() {
    Recipe recipe = recipe(LINEAR);
    int size = recipe.noise().size();
    float[] z = firstNoise(recipe);
    try (Gan gan = TinyRun.begin(device, recipe);
        Generator generator = Generator.of(gan, 0);
        EncoderTraining training = new EncoderTraining(gan, 0)) {
      float[] x = generator.generate(z);
      List<double[]> before = NetworkValues.parameters(training.network(), 0);
      double[] weights = before.get(0).clone();
      double[] bias = before.get(1).clone();
      double loss = 0;
      for (int row = 0; row < ROWS; row++) {
        for (int i = 0; i < size; i++) {
          double inferred = before.get(1)[i];
          for (int p = 0; p < WIDTH; p++) {
            inferred += x[row * WIDTH + p] * before.get(0)[p * size + i];
          }
          double error = inferred - z[row * size + i];
          loss += error * error / (ROWS * size);
          bias[i] -= 2 * error / (ROWS * size);
          for (int p = 0; p < WIDTH; p++) {
            weights[p * size + i] -= 2 * error * x[row * WIDTH + p] / (ROWS * size);
          }
        }
      }
      assertEquals(0, training.error());
      training.run(1);
      assertEquals(loss, training.error(), 1e-5 * loss);
      List<double[]> after = NetworkValues.parameters(training.network(), 0);
      assertArrayEquals(weights, after.get(0), 1e-6);
      assertArrayEquals(bias, after.get(1), 1e-6);
    }
  }

  /** The same image over and over. */
  private static DataSet same(Random random) {
    byte[] image = new byte[WIDTH];
    random.nextBytes(image);
    ByteBuffer pixels = ByteBuffer.allocate(ROWS * WIDTH);
    for (int i = 0; i < ROWS; i++) {
      pixels.put(image);
    }
    return DataSet.ofTraining("one image", Images.of(SmallGans.SHAPE, pixels.array()));
  }

  /** What a step moves the encoder by. */
  private List<double[]> moved(Recipe recipe, DataSet data) {
    try (Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
      gan.initialise(data);
      try (EncoderTraining training = new EncoderTraining(gan, 0, recipe.ofEncoder(WIDTH), data)) {
        List<double[]> before = NetworkValues.parameters(training.network(), 0);
        training.run(1);
        List<double[]> after = NetworkValues.parameters(training.network(), 0);
        for (int p = 0; p < after.size(); p++) {
          for (int i = 0; i < after.get(p).length; i++) {
            after.get(p)[i] -= before.get(p)[i];
          }
        }
        return after;
      }
    }
  }

  /** images · mean of (x − G(code))² by the code, by differences. */
  private double[] slope(Generator generator, float[] x, float[] code, double images) {
    double[] slope = new double[code.length];
    float h = 0.01f;
    for (int i = 0; i < code.length; i++) {
      double[] errors = new double[2];
      for (int side = 0; side < 2; side++) {
        float[] there = code.clone();
        there[i] += side == 0 ? -h : h;
        float[] made = generator.generate(there);
        for (int p = 0; p < WIDTH; p++) {
          errors[side] += images * Math.pow(made[p] - x[p], 2) / WIDTH;
        }
      }
      slope[i] = (errors[1] - errors[0]) / (2 * h);
    }
    return slope;
  }

  /** Beyond what pairs ask: minus the gradient of the images' error, here of one image alone. */
  @Test
  void imagesAddTheGradientOfTheirReconstructionsError() {
    double images = 5;
    DataSet data = same(new Random(2));
    Recipe recipe = recipe(LINEAR);
    Recipe more = RecipeYaml.with(recipe, List.of("encoder.images=" + images));
    List<double[]> byPairs = moved(recipe, data);
    List<double[]> byBoth = moved(more, data);
    try (Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
      gan.initialise(data);
      try (Generator generator = Generator.of(gan, 0);
          EncoderTraining training = new EncoderTraining(gan, 0);
          Encoder encoder = Encoder.of(training)) {
        float[] x = data.scaling().values(data.train(), 0);
        double[] slope = slope(generator, x, encoder.encode(x), images);
        double largest = Arrays.stream(slope).map(Math::abs).max().orElseThrow();
        assertTrue(largest > 0.01, Arrays.toString(slope));
        for (int i = 0; i < slope.length; i++) {
          assertEquals(-slope[i], byBoth.get(1)[i] - byPairs.get(1)[i], 0.01 * largest);
          for (int p = 0; p < WIDTH; p++) {
            int at = p * slope.length + i;
            double step = byBoth.get(0)[at] - byPairs.get(0)[at];
            assertEquals(-slope[i] * x[p], step, 0.01 * largest, p + " " + i);
          }
        }
      }
    }
  }

  @Test
  void imagesThatCountMustBeThere() {
    Recipe recipe = RecipeYaml.with(recipe(LINEAR), List.of("encoder.images=1"));
    DataSet other = same(new Random(7));
    try (Gan gan = TinyRun.begin(device, recipe)) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> new EncoderTraining(gan, 0));
      TinyRun.assertOneLine(e.getMessage());
      assertTrue(e.getMessage().contains("encoder.images is 1.0"), e.getMessage());
      assertThrows(
          IllegalArgumentException.class,
          () -> new EncoderTraining(gan, 0, recipe.ofEncoder(WIDTH), other));
      EncoderSettings large =
          RecipeYaml.with(recipe, List.of("encoder.batch=5000")).ofEncoder(WIDTH);
      e =
          assertThrows(
              IllegalArgumentException.class,
              () -> new EncoderTraining(gan, 0, large, TinyRun.DATA));
      TinyRun.assertOneLine(e.getMessage());
      assertTrue(e.getMessage().contains("set a smaller encoder.batch"), e.getMessage());
    }
  }

  @Test
  void theUsualLayersLeadToZ() {
    Recipe recipe = SmallGans.simultaneous();
    try (Gan gan = TinyRun.begin(device, recipe);
        EncoderTraining training = new EncoderTraining(gan, 0);
        Encoder encoder = Encoder.of(training)) {
      assertEquals(3, training.settings().layers().size());
      assertEquals(2 * 7, encoder.encode(new float[2 * WIDTH]).length);
      assertEquals(2 * encoder.featureSize(), encoder.features(new float[2 * WIDTH]).length);
    }
  }

  /** Features are what the last layer, a linear one here, makes z of. */
  @Test
  @SuppressWarnings("try") // closed twice
  void manyThreadsGetWhatOneGets() throws Exception {
    Recipe recipe = recipe(HIDDEN, "{type: dropout, keep: 0.5}", LINEAR);
    float[] examples = NetworkValues.floats(new Random(3), 230 * WIDTH, 1);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try (Gan gan = TinyRun.begin(device, recipe);
        EncoderTraining training = new EncoderTraining(gan, 0);
        Encoder encoder = Encoder.of(training)) {
      float[] codes = encoder.encode(examples);
      float[] features = encoder.features(examples);
      assertEquals(6, encoder.featureSize());
      assertEquals(List.of(0), encoder.hiddenLayers());
      List<double[]> parameters = NetworkValues.parameters(training.network(), 0);
      for (int i = 0; i < 7; i++) {
        double sum = parameters.get(3)[i];
        for (int h = 0; h < 6; h++) {
          sum += features[229 * 6 + h] * parameters.get(2)[h * 7 + i];
        }
        assertEquals(sum, codes[229 * 7 + i], 1e-5);
      }
      List<Future<float[]>> others = new ArrayList<>();
      for (int t = 0; t < 6; t++) {
        others.add(threads.submit(() -> encoder.encode(examples)));
      }
      training.run(2);
      for (Future<float[]> other : others) {
        assertArrayEquals(codes, other.get());
      }
      assertThrows(IllegalArgumentException.class, () -> encoder.encode(new float[WIDTH + 1]));
      assertThrows(IllegalArgumentException.class, () -> encoder.features(new float[0]));
      assertArrayEquals(features, encoder.features(examples, 0));
      assertThrows(IllegalArgumentException.class, () -> encoder.features(examples, 2));
      examples[5] = Float.NaN;
      assertThrows(IllegalArgumentException.class, () -> encoder.encode(examples));
      encoder.close();
      assertThrows(IllegalStateException.class, () -> encoder.encode(new float[WIDTH]));
    } finally {
      threads.shutdownNow();
    }
  }

  /** A run that goes on may have other settings for its encoder, which its training never sees. */
  @Test
  void settingsOfAnEncoderMayChangeInARun() {
    Path file = TinyRun.trained(folder.resolve("c"), SmallGans.simultaneous(), 2);
    try (Gan gan = TinyRun.begin(device, recipe(HIDDEN, LINEAR))) {
      Checkpoint.restore(gan, file);
      assertEquals(2, gan.iteration());
    }
  }

  private void refused(String why, Recipe recipe) {
    try (Gan gan = TinyRun.begin(device, recipe)) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> new EncoderTraining(gan, 0));
      TinyRun.assertOneLine(e.getMessage());
      assertTrue(e.getMessage().contains(why), e.getMessage());
    }
  }

  @Test
  void layersThatDoNotLeadToZAreRefused() {
    refused("the encoder gives 6 values, but z has 7", recipe(HIDDEN));
    refused(
        "encoder layer 0",
        recipe(LINEAR.replace("WEIGHTS", "weights: {type: sparse, connections: 99}")));
    refused(
        "its layers can't hold a join",
        recipe("{type: join, branches: [{inputs: 5}, {inputs: 7}]}", LINEAR));
    refused(
        "set encoder.batch to 2 or more",
        RecipeYaml.with(recipe("{type: batch-normalisation}", LINEAR), List.of("encoder.batch=1")));
    try (Gan gan = new Gan(device, SmallGans.simultaneous(), SmallGans.SHAPE)) {
      assertThrows(IllegalStateException.class, () -> new EncoderTraining(gan, 0));
    }
    try (Gan gan = TinyRun.begin(device, SmallGans.simultaneous())) {
      assertThrows(IllegalArgumentException.class, () -> new EncoderTraining(gan, 1));
    }
  }

  /** An encoder knows its generator to the last bit, and no file of another kind is one. */
  @Test
  void whatIsNoEncoderOfTheGeneratorIsToldApart() throws IOException {
    Path file = folder.resolve("encoder.safetensors");
    Path checkpoint = folder.resolve("checkpoint.safetensors");
    try (Gan gan = TinyRun.begin(device, recipe(HIDDEN, LINEAR));
        EncoderTraining training = new EncoderTraining(gan, 0)) {
      training.run(3);
      assertThrows(IllegalArgumentException.class, () -> training.run(-5));
      assertEquals(3, training.iteration());
      training.save(file);
      try (Encoder encoder = Encoder.open(file)) {
        assertTrue(encoder.isOf(gan, 0));
        TinyRun.train(gan, 1);
        assertTrue(!encoder.isOf(gan, 0), "the generator has learnt");
      }
      Checkpoint.save(checkpoint, gan, Map.of());
    }
    assertThrows(FormatException.class, () -> Encoder.open(checkpoint));
    assertThrows(FormatException.class, () -> Checkpoint.recipe(file));
    byte[] bytes = Files.readAllBytes(file);
    for (int at : new int[] {bytes.length - 1, bytes.length / 2, bytes.length - 50, 9, 200}) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 4;
      Files.write(file, damaged);
      Exception e = assertThrows(FormatException.class, () -> Encoder.open(file).close(), "" + at);
      TinyRun.assertOneLine(e.getMessage());
    }
  }

  @Test
  void aDivergedEncoderIsNotSaved() {
    Path file = folder.resolve("encoder.safetensors");
    Recipe wild =
        RecipeYaml.with(recipe(LINEAR), List.of("encoder.optimiser.learning_rate.initial=1e30"));
    try (Gan gan = TinyRun.begin(device, wild);
        EncoderTraining training = new EncoderTraining(gan, 0)) {
      training.run(4);
      assertThrows(DivergenceException.class, () -> training.save(file));
      assertTrue(Files.notExists(file));
    }
  }
}
