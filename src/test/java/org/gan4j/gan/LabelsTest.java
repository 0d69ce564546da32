package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Network;
import org.gan4j.layers.NoisyWhen;
import org.gan4j.layers.Parameter;
import org.gan4j.layers.Scales;
import org.gan4j.layers.StartFrom;
import org.gan4j.layers.WeightInit;
import org.gan4j.layers.WeightNormalised;
import org.gan4j.recipe.Labels;
import org.gan4j.recipe.Objective;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Discriminators that learn classes, and what they are used with. */
class LabelsTest {
  private static final DataSet DATA = SmallGans.evenlyLabelled();
  private static final float RATE = 0.25f;

  @TempDir private Path folder;
  private final Device device = Device.cpu();

  @AfterEach
  void close() {
    device.close();
  }

  private static Recipe recipe(int count, double average) {
    return SmallGans.learningClasses(
        SmallGans.adam(SmallGans.recipe(UpdateOrder.ALTERNATING, 2)),
        new Labels(SmallGans.CLASSES, count, 1, average),
        Objective.FEATURE_MATCHING);
  }

  private Gan begin(Recipe recipe) {
    Gan gan = new Gan(device, recipe, SmallGans.SHAPE);
    gan.initialise(DATA);
    return gan;
  }

  private static void train(Gan gan, int iterations) {
    try (Trainer trainer = new Trainer(gan, DATA)) {
      trainer.run(iterations);
    }
  }

  private static List<float[]> values(Network network, int replica) {
    List<float[]> all = new ArrayList<>();
    for (Parameter parameter : network.parameters()) {
      all.add(new float[parameter.size()]);
      Buffers.read(parameter.value(), replica, all.get(all.size() - 1));
    }
    return all;
  }

  private static List<float[]> values(Gan gan, int replica) {
    return values(gan.discriminator(), replica);
  }

  private static List<float[]> forUse(Gan gan, int replica) {
    return values(gan.discriminatorForUse(), replica);
  }

  private static void assertSame(List<float[]> expected, List<float[]> found) {
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), found.get(i), "parameter " + i);
    }
  }

  @Test
  void theAverageGoesAfterTheWeights() {
    Recipe recipe = TinyRun.with(recipe(10, RATE), "replicas=2");
    try (Gan gan = begin(recipe)) {
      List<List<float[]>> average = List.of(values(gan, 0), values(gan, 1));
      assertSame(average.get(0), forUse(gan, 0));
      for (int i = 0; i < 4; i++) {
        train(gan, 1);
        for (int r = 0; r < 2; r++) {
          List<float[]> now = values(gan, r);
          for (int p = 0; p < now.size(); p++) {
            float[] a = average.get(r).get(p);
            for (int at = 0; at < a.length; at++) {
              a[at] += RATE * (now.get(p)[at] - a[at]);
            }
          }
          assertSame(average.get(r), forUse(gan, r));
        }
      }
      assertFalse(Arrays.equals(values(gan, 0).get(0), forUse(gan, 0).get(0)));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, RATE})
  void twoPartsAreTheWhole(double average) {
    Recipe recipe =
        TinyRun.with(recipe(10, average), "replicas=2", "generator_average=" + average / 2);
    Path part = folder.resolve("part.safetensors");
    try (Gan first = begin(recipe);
        Gan whole = begin(recipe)) {
      train(first, 3);
      Checkpoint.save(part, first, Map.of());
      train(whole, 8);
      try (Gan opened = Checkpoint.open(device, part);
          Gan restored = new Gan(device, recipe, SmallGans.SHAPE)) {
        Checkpoint.restore(restored, part);
        train(opened, 5);
        train(restored, 5);
        assertEquals(TinyRun.tensors(whole), TinyRun.tensors(opened));
        assertEquals(TinyRun.tensors(whole), TinyRun.tensors(restored));
      }
    }
  }

  @Test
  void whatIsUsedIsTheAverage() {
    Path whole = folder.resolve("whole.safetensors");
    Path weights = folder.resolve("weights.safetensors");
    float[] examples = DATA.scaling().values(DATA.test());
    try (Gan gan = begin(recipe(10, RATE))) {
      train(gan, 5);
      Checkpoint.save(whole, gan, Map.of());
      Checkpoint.saveWeights(weights, gan, 0);
      try (Discriminator live = Discriminator.of(gan, 0);
          Discriminator opened = Discriminator.open(whole);
          Discriminator exported = Discriminator.open(weights)) {
        float[] logits = live.logits(examples);
        assertEquals(DATA.test().count(), logits.length);
        assertArrayEquals(logits, opened.logits(examples));
        assertArrayEquals(logits, exported.logits(examples));
        float[] classes = live.classify(examples);
        float[] raw = live.features(examples, live.layers() - 1);
        for (int i = 0; i < logits.length; i++) {
          double sum = 0;
          double probabilities = 0;
          for (int c = 0; c < SmallGans.CLASSES; c++) {
            sum += Math.exp(raw[i * SmallGans.CLASSES + c]);
            probabilities += classes[i * SmallGans.CLASSES + c];
          }
          assertEquals(Math.log(sum), logits[i], 1e-5);
          assertEquals(1, probabilities, 1e-5);
        }
        float[] scores = live.score(examples);
        assertEquals(1 / (1 + Math.exp(-logits[3])), scores[3], 1e-6);
      }
    }
    // With the average in the place of the weights, and nothing else.
    try (Gan gan = Checkpoint.open(device, whole)) {
      List<float[]> average = forUse(gan, 0);
      for (int i = 0; i < average.size(); i++) {
        Buffers.write(gan.discriminator().parameters().get(i).value(), 0, average.get(i));
      }
      try (Discriminator used = Discriminator.of(gan, 0);
          Discriminator exported = Discriminator.open(weights)) {
        assertArrayEquals(used.logits(examples), exported.logits(examples));
      }
    }
  }

  @Test
  void theClassifierThatIsKeptSaysTheSame() {
    Path file = folder.resolve("classifier.safetensors");
    float[] examples = DATA.scaling().values(DATA.test());
    try (Gan gan = begin(recipe(10, RATE))) {
      train(gan, 5);
      ImageClassifier.save(file, gan, 0);
      try (Discriminator discriminator = Discriminator.of(gan, 0);
          ImageClassifier classifier = ImageClassifier.open(file)) {
        assertArrayEquals(discriminator.classify(examples), classifier.predict(examples), 1e-5f);
      }
    }
  }

  /** In each class other pixels are bright. */
  private static DataSet plain() {
    Random random = new Random(7);
    int count = 200;
    byte[] pixels = new byte[count * SmallGans.SHAPE.size()];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) random.nextInt(SmallGans.CLASSES);
      for (int at = 0; at < SmallGans.SHAPE.size(); at++) {
        int bright = at % SmallGans.CLASSES == labels[i] ? 155 : 0;
        pixels[i * SmallGans.SHAPE.size() + at] = (byte) (bright + random.nextInt(100));
      }
    }
    Images images = Images.of(SmallGans.SHAPE, pixels, labels, SmallGans.CLASSES);
    return new DataSet("plain", "plain", "none", images, images, images, Scaling.UNIT);
  }

  /** Fewer labelled examples than a minibatch has, as many, and all. */
  @ParameterizedTest
  @ValueSource(ints = {5, 10, 0})
  void classesAreLearnt(int count) {
    DataSet data = plain();
    Recipe recipe =
        TinyRun.with(
            recipe(count, 0.01),
            "k=1",
            "discriminator_optimiser.learning_rate.initial=0.01",
            "discriminator_optimiser.learning_rate.decay=1",
            "discriminator_optimiser.epsilon=1.0e-8");
    float[] examples = data.scaling().values(data.train());
    try (Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
      gan.initialise(data);
      try (Trainer trainer = new Trainer(gan, data)) {
        trainer.run(600);
      }
      try (Discriminator discriminator = Discriminator.of(gan, 0)) {
        float[] probabilities = discriminator.classify(examples);
        int right = 0;
        for (int i = 0; i < data.train().count(); i++) {
          int at = i * SmallGans.CLASSES;
          float own = probabilities[at + data.train().label(i)];
          right += own > 0.5 ? 1 : 0;
        }
        assertTrue(right > 190, right + " of 200");
      }
    }
  }

  @Test
  void theLabelledOnesAreAsManyOfEachClass() {
    int[] drawn = LabelDraw.draw(DATA.train(), 15, 3, 0);
    int[] counts = new int[SmallGans.CLASSES];
    for (int index : drawn) {
      counts[DATA.train().label(index)]++;
    }
    assertArrayEquals(new int[] {3, 3, 3, 3, 3}, counts);
    assertEquals(15, Arrays.stream(drawn).distinct().count());
    assertFalse(Arrays.equals(drawn, LabelDraw.draw(DATA.train(), 15, 4, 0)));
    refused("17 labels can't be as many", () -> LabelDraw.draw(DATA.train(), 17, 3, 0));
    refused("not so many to choose from: 9", () -> LabelDraw.draw(DATA.train(), 45, 3, 0));
  }

  @Test
  void whatUnitsGetBeginsWithMeanZeroAndVarianceOne() {
    for (Activation activation : Activation.values()) {
      Recipe recipe = fromData(0, 11, activation);
      try (Gan gan = begin(recipe)) {
        assertSame(values(gan, 1), forUse(gan, 1));
        float[] examples = DATA.scaling().values(DATA.train());
        for (int r = 0; r < 2; r++) {
          try (Discriminator discriminator = Discriminator.of(gan, r)) {
            standard(discriminator.features(examples, 3), SmallGans.CLASSES);
            if (activation == Activation.LINEAR) {
              standard(discriminator.features(examples, 1), 11);
            }
          }
        }
      }
    }
  }

  /** As in training: units see the noise too, and what the examples alone make of them is less. */
  @Test
  void noiseCountsWhereLayersBeginWithTheData() {
    double stddev = 0.4;
    Recipe recipe = fromData(stddev, 400, Activation.LINEAR);
    try (Gan gan = begin(recipe)) {
      float[] examples = DATA.scaling().values(DATA.train());
      for (int r = 0; r < 2; r++) {
        try (Discriminator discriminator = Discriminator.of(gan, r)) {
          float[] scales = scales(gan, r);
          double[] alone = variances(discriminator.features(examples, 1), scales.length);
          double sum = 0;
          for (int unit = 0; unit < alone.length; unit++) {
            sum += alone[unit] + Math.pow(stddev * scales[unit], 2);
          }
          // Three deviations of the variance of so few numbers; without the noise it is 2.99.
          double room = 3 * Math.sqrt(2.0 / examples.length);
          assertEquals(1, sum / alone.length, room, "the variance of examples and of noise");
        }
      }
    }
  }

  /** Two replicas of a discriminator with noise before each of its two layers. */
  private static Recipe fromData(double stddev, int units, Activation activation) {
    LayerSpec noise = new LayerSpec.GaussianNoise(stddev, NoisyWhen.TRAINING);
    List<LayerSpec> layers =
        List.of(
            noise,
            columns(units, activation, Scales.FIXED),
            noise,
            columns(SmallGans.CLASSES, Activation.LINEAR, Scales.LEARNT));
    return TinyRun.with(recipe(10, RATE).withDiscriminator(layers), "replicas=2");
  }

  private static LayerSpec columns(int units, Activation activation, Scales scales) {
    return new WeightNormalised(
        units,
        activation,
        new WeightInit.Uniform(0.5),
        new BiasInit.Constant(1),
        new BiasInit.Constant(0),
        StartFrom.DATA,
        scales);
  }

  private static float[] scales(Gan gan, int replica) {
    Parameter scale =
        gan.discriminator().parameters().stream()
            .filter(parameter -> parameter.name().equals("1.scale"))
            .findFirst()
            .orElseThrow();
    float[] values = new float[scale.size()];
    Buffers.read(scale.value(), replica, values);
    return values;
  }

  private static double[] variances(float[] values, int units) {
    int rows = values.length / units;
    double[] variances = new double[units];
    for (int unit = 0; unit < units; unit++) {
      double mean = 0;
      for (int i = unit; i < values.length; i += units) {
        mean += values[i] / rows;
      }
      for (int i = unit; i < values.length; i += units) {
        variances[unit] += (values[i] - mean) * (values[i] - mean) / rows;
      }
    }
    return variances;
  }

  private static void standard(float[] values, int units) {
    int rows = values.length / units;
    for (int unit = 0; unit < units; unit++) {
      double mean = 0;
      double square = 0;
      for (int row = 0; row < rows; row++) {
        mean += values[row * units + unit] / rows;
        square += (double) values[row * units + unit] * values[row * units + unit] / rows;
      }
      assertEquals(0, mean, 1e-5);
      assertEquals(1, square, 1e-5);
    }
  }

  @Test
  void whatCanNotBeLearntIsRefused() {
    Recipe ten = recipe(10, 0);
    refused(
        "random has no labels, so there are no classes", () -> initialise(ten, SmallGans.data()));
    refused("labels.classes is 4, but random has 5", () -> initialise(withClasses(4), DATA));
    refused(
        "50 labels are 10 of each class, but class 0 of random has 8",
        () -> initialise(recipe(50, 0), DATA));
    refused(
        "class 3 of random has 0 training examples", () -> initialise(ten, SmallGans.labelled()));
    refused(
        "must end in a dense layer with 5 linear units",
        () -> initialise(ten.withDiscriminator(SmallGans.normalisedDiscriminator()), DATA));
    refused(
        "update must be alternating with labels",
        () -> SmallGans.simultaneous().withLabels(ten.labels()));
    refused(
        "update must be alternating with labels or objective=feature-matching",
        () -> SmallGans.simultaneous().withObjective(Objective.FEATURE_MATCHING));
    refused("count must be as many of each of 10", () -> new Labels(10, 15, 1, 0));
    refused(
        "a discriminator with weights below its last layer",
        () ->
            initialise(
                SmallGans.recipe(UpdateOrder.ALTERNATING, 1)
                    .withObjective(Objective.FEATURE_MATCHING)
                    .withDiscriminator(
                        List.of(SmallGans.drop(0.5), SmallGans.dense(1, Activation.LINEAR))),
                DATA));
    LayerSpec begun = columns(12, Activation.SIGMOID, Scales.LEARNT);
    refused(
        "generator layer 0: start=data is for a discriminator",
        () -> initialise(ten.withGenerator(List.of(begun)), DATA));
    refused(
        "layer 1: start=data takes dense layers, noise and dropout below it, not maxout",
        () ->
            initialise(
                ten.withDiscriminator(
                    List.of(
                        SmallGans.maxout(5, 3),
                        begun,
                        SmallGans.dense(SmallGans.CLASSES, Activation.LINEAR))),
                DATA));
  }

  private static Recipe withClasses(int classes) {
    List<LayerSpec> layers = new ArrayList<>(SmallGans.normalisedDiscriminator());
    layers.set(layers.size() - 1, SmallGans.dense(classes, Activation.LINEAR));
    return recipe(0, 0).withLabels(new Labels(classes, 0, 1, 0)).withDiscriminator(layers);
  }

  private void initialise(Recipe recipe, DataSet data) {
    try (Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
      gan.initialise(data);
    }
  }

  private static void refused(String text, Runnable work) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, work::run);
    assertTrue(e.getMessage().contains(text), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }
}
