package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.gan4j.FormatException;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.device.Device;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.NetworkValues;
import org.gan4j.layers.Planes;
import org.gan4j.layers.WeightInit;
import org.gan4j.layers.WeightNormalised;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Recipes;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is exported, as another program computes it. */
class OnnxTest {
  /** Of a value of about 1, for a sum of {@link #USUAL} terms. */
  private static final double TOLERANCE = 1e-5;

  private static final double USUAL = 1000;
  private static final int MANY = 10_000;
  private static final int BATCH = 500;

  @TempDir Path folder;

  private static ImageShape shape(Recipe recipe) {
    int width = LayerStack.outputs(recipe.generator(), recipe.noise().size());
    Planes planes = LayerStack.requiredImage(recipe.discriminator(), width);
    if (planes != null) {
      return new ImageShape(planes.channels(), planes.height(), planes.width());
    }
    int channels = width == 3072 || width == 12288 ? 3 : 1;
    int side = (int) Math.round(Math.sqrt((double) width / channels));
    return side * side * channels == width
        ? new ImageShape(channels, side, side)
        : new ImageShape(1, 1, width);
  }

  private static Gan gan(Device device, Recipe recipe) {
    ImageShape shape = shape(recipe);
    byte[] pixels = new byte[200 * shape.size()];
    new Random(2).nextBytes(pixels);
    Gan gan = new Gan(device, recipe, shape);
    gan.initialise(DataSet.ofTraining(recipe.data(), Images.of(shape, pixels)));
    return gan;
  }

  private static float[] run(Path file, float[] in, long... shape) throws OrtException {
    int width = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString())) {
      float[] all = null;
      for (int first = 0; first < in.length; first += BATCH * width) {
        float[] part = Arrays.copyOfRange(in, first, Math.min(in.length, first + BATCH * width));
        float[] out = run(environment, session, part, shape);
        if (all == null) {
          all = new float[out.length / (part.length / width) * (in.length / width)];
        }
        System.arraycopy(
            out, 0, all, first / width * (out.length / (part.length / width)), out.length);
      }
      return all;
    }
  }

  private static float[] run(
      OrtEnvironment environment, OrtSession session, float[] in, long... shape)
      throws OrtException {
    long[] full = new long[shape.length + 1];
    System.arraycopy(shape, 0, full, 1, shape.length);
    full[0] = in.length / Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    String name = session.getInputNames().iterator().next();
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(in), full);
        OrtSession.Result result = session.run(Map.of(name, tensor))) {
      FloatBuffer out = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[out.remaining()];
      out.get(values);
      return values;
    }
  }

  /** The longest sum of a network. */
  private static double terms(List<LayerSpec> layers, int inputs) {
    int width = inputs;
    double longest = USUAL;
    for (LayerSpec layer : layers) {
      longest = Math.max(longest, width);
      width = layer.outputs(width);
    }
    return longest;
  }

  private static void assertClose(float[] expected, float[] found, double terms) {
    assertEquals(expected.length, found.length);
    double scale = TOLERANCE * terms / USUAL;
    for (int i = 0; i < expected.length; i++) {
      double most = scale * Math.max(1, Math.abs(expected[i]));
      if (!(Math.abs(expected[i] - found[i]) <= most)) {
        throw new AssertionError(i + ": " + found[i] + ", not " + expected[i]);
      }
    }
  }

  private void compare(Gan gan, int count) throws OrtException {
    Recipe recipe = gan.recipe();
    ImageShape shape = gan.shape();
    Path generator = folder.resolve("generator.onnx");
    Path discriminator = folder.resolve("discriminator.onnx");
    OnnxNetworks.writeGenerator(generator, gan, 0);
    OnnxNetworks.writeDiscriminator(discriminator, gan, 0);
    float[] z = recipe.noise().draw(count, 9);
    try (Generator own = Generator.of(gan, 0);
        Generator back = Generator.open(generator);
        Discriminator judge = Discriminator.of(gan, 0);
        Discriminator judgeBack = Discriminator.open(discriminator)) {
      float[] samples = own.generate(z);
      assertClose(
          samples,
          run(generator, z, recipe.noise().size()),
          terms(recipe.generator(), recipe.noise().size()));
      float[] logits = judge.logits(samples);
      assertClose(
          logits,
          run(discriminator, samples, shape.channels(), shape.height(), shape.width()),
          terms(recipe.discriminator(), shape.size()));
      assertArrayEquals(samples, back.generate(z), "read again");
      assertArrayEquals(logits, judgeBack.logits(samples), "read again");
    }
  }

  /** With weights that are large enough for every unit to matter. */
  @ParameterizedTest
  @ValueSource(strings = {"mnist", "mnist-10k"})
  void digitsAreComputedAlike(String name) throws OrtException {
    try (Device device = Device.cpu();
        Gan gan = gan(device, Recipes.get(name))) {
      compare(gan, MANY);
    }
  }

  @Test
  void everySmallRecipeIsComputedAlike() throws OrtException {
    for (String name : Recipes.names()) {
      Recipe recipe = Recipes.get(name);
      if (name.endsWith("-small") && recipe.condition().width() == 0) {
        try (Device device = Device.cpu();
            Gan gan = gan(device, recipe)) {
          compare(gan, 200);
        }
      }
    }
  }

  /** Pooling windows that overlap and are cut off, biases per position, strides, maxout. */
  @Test
  void oddNetworksAreComputedAlike() throws OrtException {
    Recipe simple = SmallGans.recipe(UpdateOrder.ALTERNATING, 2);
    Recipe images = SmallGans.images(simple);
    Recipe smooth =
        simple
            .withGenerator(SmallGans.normalisedGenerator())
            .withDiscriminator(
                List.of(
                    new WeightNormalised(
                        7,
                        Activation.TANH,
                        new WeightInit.Uniform(0.5),
                        new BiasInit.Constant(1),
                        new BiasInit.Constant(0)),
                    SmallGans.dense(1, Activation.LINEAR)));
    List<Recipe> recipes =
        List.of(simple, smooth, images, images.withGenerator(SmallGans.deepImageGenerator()));
    for (Recipe recipe : recipes) {
      try (Device device = Device.cpu();
          Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
        gan.initialise(TinyRun.DATA);
        NetworkValues.randomise(gan.generator(), 4, 0.5f);
        NetworkValues.randomise(gan.discriminator(), 5, 0.5f);
        compare(gan, MANY);
      }
    }
  }

  private static float[] run(Path file, String name, float[] in, long[] shape, float[] conditions)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] told = {shape[0], conditions.length / shape[0]};
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor first = OnnxTensor.createTensor(environment, FloatBuffer.wrap(in), shape);
        OnnxTensor second =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(conditions), told);
        OrtSession.Result result = session.run(Map.of(name, first, "condition", second))) {
      FloatBuffer out = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[out.remaining()];
      out.get(values);
      return values;
    }
  }

  /** With two inputs, those of a join. */
  @Test
  void conditionalNetworksAreComputedAlike() throws OrtException {
    Recipe simple = SmallGans.simultaneous();
    compareConditional(SmallGans.conditional(simple), SmallGans.labelled());
    compareConditional(SmallGans.ofVectors(simple), SmallGans.withVectors());
    compareConditional(SmallGans.completing(simple), SmallGans.data());
    DataSet colour = inColour();
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, Recipes.get("cifar10-conditional-small"), colour.shape())) {
      gan.initialise(colour);
      compareConditional(gan);
    }
  }

  private static DataSet inColour() {
    ImageShape shape = new ImageShape(3, 32, 32);
    byte[] pixels = new byte[200 * shape.size()];
    new Random(3).nextBytes(pixels);
    byte[] labels = new byte[200];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (i % 10);
    }
    return DataSet.ofTraining("random", Images.of(shape, pixels, labels, 10));
  }

  private void compareConditional(Recipe recipe, DataSet data) throws OrtException {
    try (Device device = Device.cpu();
        Gan gan = SmallGans.gan(device, recipe, data)) {
      compareConditional(gan);
    }
  }

  private void compareConditional(Gan gan) throws OrtException {
    int count = 150;
    Recipe recipe = gan.recipe();
    Path generator = folder.resolve("generator.onnx");
    Path discriminator = folder.resolve("discriminator.onnx");
    OnnxNetworks.writeGenerator(generator, gan, 0);
    OnnxNetworks.writeDiscriminator(discriminator, gan, 0);
    Path pictures = folder.resolve("pictures.onnx");
    assertThrows(
        IllegalArgumentException.class, () -> OnnxNetworks.writePictures(pictures, gan, 0));
    float[] z = recipe.noise().draw(count, 9);
    float[] conditions = gan.conditions().inProportion(0, count);
    for (int i = 0; i < conditions.length; i += 3) {
      conditions[i] = 1;
    }
    try (Generator own = Generator.of(gan, 0);
        Generator back = Generator.open(generator);
        Discriminator judge = Discriminator.of(gan, 0);
        Discriminator judgeBack = Discriminator.open(discriminator)) {
      float[] samples = own.generate(z, conditions);
      long[] rows = {count, recipe.noise().size()};
      int told = conditions.length / count;
      assertClose(
          samples,
          run(generator, "z", z, rows, conditions),
          terms(recipe.generator(), recipe.noise().size() + told));
      float[] logits = judge.features(samples, conditions, judge.layers() - 1);
      ImageShape shape = gan.shape();
      long[] images = {count, shape.channels(), shape.height(), shape.width()};
      assertClose(
          logits,
          run(discriminator, "x", samples, images, conditions),
          terms(recipe.discriminator(), shape.size() + told));
      assertArrayEquals(samples, back.generate(z, conditions), "read again");
      assertArrayEquals(
          judge.score(samples, conditions), judgeBack.score(samples, conditions), "read again");
      assertThrows(IllegalStateException.class, () -> back.sample(1, 1));
      assertThrows(IllegalArgumentException.class, () -> judge.score(samples));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mnist-10k", "cifar10-fc-small", "cifar10-conv-small"})
  void picturesAreBytesOfThreeChannels(String name) throws OrtException {
    Recipe recipe = Recipes.get(name);
    int count = 20;
    Noise noise = recipe.noise();
    Path file = folder.resolve("pictures.onnx");
    float[] standard = new float[count * noise.size()];
    float[] z = new float[standard.length];
    Random random = new Random(3);
    for (int i = 0; i < z.length; i++) {
      boolean uniform = noise.distribution() == Noise.Distribution.UNIFORM;
      standard[i] = uniform ? random.nextFloat() : (float) random.nextGaussian();
      float scale = (float) noise.scale();
      z[i] =
          uniform
              ? standard[i] * (2 * scale) + (float) (noise.mean() - scale)
              : standard[i] * scale;
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (Device device = Device.cpu();
        Gan gan = gan(device, recipe);
        Generator generator = Generator.of(gan, 0)) {
      OnnxNetworks.writePictures(file, gan, 0);
      float[] samples = generator.generate(z);
      ImageShape shape = gan.shape();
      try (OrtSession session = environment.createSession(file.toString());
          OnnxTensor in =
              OnnxTensor.createTensor(
                  environment, FloatBuffer.wrap(standard), new long[] {count, noise.size()});
          OrtSession.Result result = session.run(Map.of("noise", in))) {
        OnnxTensor out = (OnnxTensor) result.get(0);
        assertArrayEquals(
            new long[] {count, 3, shape.height(), shape.width()}, out.getInfo().getShape());
        ByteBuffer bytes = out.getByteBuffer();
        int plane = shape.height() * shape.width();
        for (int i = 0; i < count; i++) {
          float largest = 0;
          for (int p = 0; p < shape.size(); p++) {
            largest = Math.max(largest, Math.abs(samples[i * shape.size() + p]));
          }
          for (int p = 0; p < 3 * plane; p++) {
            float value = samples[i * shape.size() + (shape.channels() == 1 ? p % plane : p)];
            float light = gan.endsInSigmoids() ? value : 0.5f + 0.5f * value / largest;
            int found = bytes.get(i * 3 * plane + p) & 0xff;
            assertEquals(255 * light, found, 0.5 + 0.01, name + " " + i + " " + p);
          }
        }
      }
    }
  }

  @Test
  void whatOnnxCantSayIsNamed() {
    Recipe noisy = SmallGans.simultaneous().withGenerator(SmallGans.noisyGenerator());
    try (Device device = Device.cpu();
        Gan gan = TinyRun.begin(device, noisy)) {
      Path file = folder.resolve("noisy.onnx");
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> OnnxNetworks.writeGenerator(file, gan, 0))
              .getMessage();
      TinyRun.assertOneLine(message);
      assertTrue(message.startsWith("layer 2 of the generator"), message);
      assertTrue(Files.notExists(file));
    }
  }

  @Test
  void damageIsSeen() throws IOException {
    Path file = folder.resolve("generator.onnx");
    try (Device device = Device.cpu();
        Gan gan = TinyRun.begin(device, SmallGans.simultaneous())) {
      OnnxNetworks.writeGenerator(file, gan, 0);
    }
    assertThrows(FormatException.class, () -> Discriminator.open(file).close());
    byte[] whole = Files.readAllBytes(file);
    for (int end : new int[] {9, 40, whole.length / 2, whole.length - 1}) {
      Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, end));
      assertThrows(FormatException.class, () -> Generator.open(cut).close(), "cut at " + end);
    }
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      Path spoilt = Files.write(folder.resolve("spoilt"), changed);
      try (Generator generator = Generator.open(spoilt)) {
        // A weight or a text may have changed: nothing tells.
        assertTrue(generator.noiseSize() > 0);
      } catch (FormatException e) {
        TinyRun.assertOneLine(e.getMessage());
      }
    }
  }
}
