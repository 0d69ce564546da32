package org.gan4j.gan;

import static org.gan4j.layers.NetworkValues.doubles;
import static org.gan4j.layers.Rounding.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.gan4j.FormatException;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.io.Safetensors;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.Join;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.NetworkValues;
import org.gan4j.layers.ReferenceNetwork;
import org.gan4j.layers.Rounding;
import org.gan4j.layers.Scales;
import org.gan4j.layers.StartFrom;
import org.gan4j.layers.WeightInit;
import org.gan4j.layers.WeightNormalised;
import org.gan4j.recipe.Condition;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** p(x | c): samples of conditional generators, their checkpoints, and what is refused. */
class ConditionalTest {
  private static final DataSet DATA = SmallGans.labelled();
  private static final Recipe RECIPE = SmallGans.conditional(SmallGans.simultaneous());
  private static final int CLASSES = SmallGans.CLASSES;
  private static final int WIDTH = SmallGans.SHAPE.size();
  private static final int Z = 7;

  @TempDir private Path folder;

  private static Gan gan(Device device, int replicas) {
    return SmallGans.gan(device, SmallGans.seeds(RECIPE, 1, replicas, List.of()), DATA);
  }

  private static float[] oneHot(int... classes) {
    float[] values = new float[classes.length * CLASSES];
    for (int i = 0; i < classes.length; i++) {
      values[i * CLASSES + classes[i]] = 1;
    }
    return values;
  }

  /** G(z, c) in double precision. */
  private static double[] reference(Gan gan, int replica, float[] z, float[] conditions) {
    double[] input = DoubleStream.concat(doubleStream(z), doubleStream(conditions)).toArray();
    return new ReferenceNetwork(gan.recipe().generator(), gan.generator(), replica)
        .forward(input, z.length / Z, false, null, 0)
        .out();
  }

  private static DoubleStream doubleStream(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 1000, 1003})
  void samplesAreOfTheConditionsThatAreAskedFor(int count) {
    float[] z = NetworkValues.floats(new Random(4), count * Z, 1);
    int[] classes = new Random(5).ints(count, 0, CLASSES).toArray();
    try (Device device = Device.cpu();
        Gan gan = gan(device, 2);
        Sampler sampler = new Sampler(gan, count, oneHot(classes));
        Generator generator = Generator.of(gan, 1)) {
      double tolerance = Rounding.chain(gan.recipe().generator(), Z + CLASSES, 1);
      for (int r = 0; r < 2; r++) {
        double[] expected = reference(gan, r, z, oneHot(classes));
        assertClose(expected, doubles(sampler.generate(z), r, count * WIDTH), tolerance, "samples");
      }
      float[] shared = generator.generate(z, oneHot(classes));
      assertClose(
          reference(gan, 1, z, oneHot(classes)),
          doubleStream(shared).toArray(),
          tolerance,
          "samples of the shared generator");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 99, 100, 203})
  void examplesAreJudgedWithTheirConditions(int count) {
    float[] examples = NetworkValues.floats(new Random(6), count * WIDTH, 1);
    float[] conditions = oneHot(new Random(7).ints(count, 0, CLASSES).toArray());
    try (Device device = Device.cpu();
        Gan gan = gan(device, 2);
        Discriminator discriminator = Discriminator.of(gan, 1)) {
      double[] input =
          DoubleStream.concat(doubleStream(examples), doubleStream(conditions)).toArray();
      double[] expected =
          new ReferenceNetwork(gan.recipe().discriminator(), gan.discriminator(), 1)
              .forward(input, count, false, null, 0)
              .out();
      double tolerance = Rounding.chain(gan.recipe().discriminator(), WIDTH + CLASSES, 1);
      float[] logits = discriminator.features(examples, conditions, discriminator.layers() - 1);
      assertClose(expected, doubleStream(logits).toArray(), tolerance, "logits");
      float[] scores = discriminator.score(examples, conditions);
      assertEquals(1 / (1 + Math.exp(-logits[count - 1])), scores[count - 1], 1e-6);
      refused("with their conditions", () -> discriminator.score(examples));
      refused("need conditions of", () -> discriminator.score(examples, new float[1]));
    }
  }

  @Test
  void conditionsThatNobodyAskedForAreThoseOfTheTrainingSet() {
    int count = 2000;
    try (Device device = Device.cpu();
        Gan gan = gan(device, 1);
        Sampler usual = new Sampler(gan, count);
        Generator generator = Generator.of(gan, 0)) {
      float[] conditions = gan.conditions().inProportion(0, count);
      int[] found = new int[CLASSES];
      for (int i = 0; i < count; i++) {
        int index = gan.conditions().indexOf(i);
        assertEquals(1, conditions[i * CLASSES + index]);
        found[index]++;
      }
      int[] there = DATA.train().classCounts();
      for (int c = 0; c < CLASSES; c++) {
        // Within some samples of the share, of any run of samples.
        assertEquals(there[c] * count / (double) SmallGans.COUNT, found[c], 8, "class " + c);
      }
      assertEquals(0, found[3]);
      try (Sampler asked = new Sampler(gan, count, conditions)) {
        assertArrayEquals(
            asked.drawToHost(3, Sampler.Stream.TEST)[0],
            usual.drawToHost(3, Sampler.Stream.TEST)[0]);
      }
      assertArrayEquals(generator.sample(count, 3, conditions), generator.sample(count, 3));
    }
  }

  @Test
  void aRunGoesOnBitForBitFromItsCheckpoint() {
    Path half = folder.resolve("half.safetensors");
    for (Recipe recipe :
        List.of(RECIPE, SmallGans.conditional(SmallGans.recipe(UpdateOrder.ALTERNATING, 2)))) {
      try (Device device = Device.cpu();
          Gan whole = SmallGans.gan(device, recipe, DATA);
          Trainer trainer = new Trainer(whole, DATA)) {
        trainer.run(5);
        Checkpoint.save(half, whole, Map.of());
        trainer.run(5);
        try (Gan resumed = Checkpoint.open(device, half);
            Trainer second = new Trainer(resumed, DATA)) {
          second.run(5);
          assertSameWeights(whole, resumed);
          assertArrayEquals(whole.conditions().table(), resumed.conditions().table());
        }
      }
    }
  }

  private static void assertSameWeights(Gan expected, Gan actual) {
    List<double[]> there = NetworkValues.parameters(expected.generator(), 0);
    List<double[]> here = NetworkValues.parameters(actual.generator(), 0);
    for (int p = 0; p < there.size(); p++) {
      assertArrayEquals(there.get(p), here.get(p), "parameter " + p);
    }
  }

  @Test
  void vectorsAreKeptWithTheCheckpoint() {
    Path file = folder.resolve("vectors.safetensors");
    try (Device device = Device.cpu();
        Gan gan =
            SmallGans.gan(
                device, SmallGans.ofVectors(SmallGans.simultaneous()), SmallGans.withVectors())) {
      Checkpoint.save(file, gan, Map.of());
      try (Gan opened = Checkpoint.open(device, file)) {
        assertEquals(SmallGans.COUNT, opened.conditions().count());
        float[] first = opened.conditions().only(0, 1);
        assertArrayEquals(
            new float[] {
              SmallGans.withVectors().train().conditions()[0],
              SmallGans.withVectors().train().conditions()[1]
            },
            first);
      }
    }
  }

  /** By another tool, which leaves out the checksum. */
  @Test
  void aCheckpointThatWasSavedAgainOpens() {
    Path file = folder.resolve("whole.safetensors");
    Path again = folder.resolve("again.safetensors");
    try (Device device = Device.cpu();
        Gan gan = gan(device, 1)) {
      Checkpoint.save(file, gan, Map.of());
      copy(file, again, bytes -> {}, List.of());
      try (Gan opened = Checkpoint.open(device, again)) {
        assertArrayEquals(gan.conditions().table(), opened.conditions().table());
      }
      assertTrue(Checkpoint.remark(again).isPresent());
    }
  }

  @Test
  void damagedConditionsAreRefused() {
    Path file = folder.resolve("whole.safetensors");
    try (Device device = Device.cpu();
        Gan gan = gan(device, 1)) {
      Checkpoint.save(file, gan, Map.of());
      for (float bad : new float[] {Float.NaN, -1}) {
        Path damaged = folder.resolve("damaged.safetensors");
        copy(
            file,
            damaged,
            bytes -> bytes.putFloat(CLASSES * Float.BYTES, bad),
            List.of(CheckpointTensors.checksum()));
        String message =
            assertThrows(FormatException.class, () -> Checkpoint.open(device, damaged))
                .getMessage();
        assertTrue(message.contains("conditions"), message);
        assertTrue(message.contains(damaged.toString()), message);
      }
    }
  }

  /** The same file with other conditions, and with some tensors in place of the checksum. */
  private static void copy(
      Path from, Path to, Consumer<ByteBuffer> conditions, List<Safetensors.Tensor> last) {
    try (Safetensors in = Safetensors.open(from)) {
      List<Safetensors.Tensor> tensors = new ArrayList<>();
      for (String name : in.names()) {
        Safetensors.TensorInfo info = in.info(name);
        ByteBuffer bytes =
            ByteBuffer.allocate((int) (info.elements() * info.dtype().bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        in.read(name, 0, bytes);
        bytes.flip();
        if (name.equals("conditions")) {
          conditions.accept(bytes);
        }
        if (!name.equals("checksum")) {
          tensors.add(new Safetensors.Tensor(info, sink -> sink.write(bytes)));
        }
      }
      tensors.addAll(last);
      Safetensors.write(to, new LinkedHashMap<>(in.metadata()), tensors);
    }
  }

  @Test
  void whatDoesNotFitIsSaid() {
    try (Device device = Device.cpu();
        Gan gan = gan(device, 1);
        Gan plain = SmallGans.gan(device, SmallGans.simultaneous(), SmallGans.data())) {
      refused(
          "the recipe's condition is of 5 classes, but random has none",
          () -> SmallGans.gan(device, RECIPE, SmallGans.data()));
      refused(
          "the recipe's condition is of 2 values for each example, but random has 5",
          () -> SmallGans.gan(device, SmallGans.ofVectors(SmallGans.simultaneous()), DATA));
      refused(
          "the generator of a recipe with a condition must begin with a join of two branches: z of"
              + " 7 values, then the condition of 5",
          () -> new Gan(device, RECIPE.withGenerator(SmallGans.generator()), SmallGans.SHAPE));
      refused(
          "discriminator of a recipe with a condition must begin with a join of two branches: an"
              + " example of 12 values, then the condition of 5",
          () ->
              new Gan(
                  device, RECIPE.withDiscriminator(SmallGans.discriminator()), SmallGans.SHAPE));
      refused(
          "generator layer 0: a join needs a second input: set the recipe's condition",
          () -> new Gan(device, RECIPE.withCondition(new Condition.None()), SmallGans.SHAPE));
      refused("these generators take no condition", () -> new Sampler(plain, 1, oneHot(0)));
      refused(
          "2 samples need conditions of 5 values each, not 5 values in all",
          () -> new Sampler(gan, 2, oneHot(0)));
      float[] infinite = oneHot(1);
      infinite[0] = Float.POSITIVE_INFINITY;
      refused(
          "a condition must hold finite numbers, but value 0 of row 0 is Infinity",
          () -> new Sampler(gan, 1, infinite));
      refused(
          "there is no condition of number 5: they go from 0 to 4",
          () -> gan.conditions().only(5, 1));
      assertFalse(plain.isConditional());
      assertThrows(IllegalStateException.class, plain::conditions);
    }
  }

  @Test
  void branchesAreChecked() {
    LayerSpec one = SmallGans.dense(2, Activation.RELU);
    LayerSpec nested = SmallGans.join(1, 1, List.of(), List.of());
    refused(
        "leave start out",
        () ->
            SmallGans.join(
                2,
                3,
                List.of(
                    new WeightNormalised(
                        4,
                        Activation.RELU,
                        new WeightInit.Uniform(1),
                        new BiasInit.Constant(1),
                        new BiasInit.Constant(0),
                        StartFrom.DATA,
                        Scales.LEARNT)),
                List.of()));
    List<LayerSpec> between = List.of(one, nested, SmallGans.dense(1, Activation.LINEAR));
    refused("layer 1: a join can only be the first layer", () -> LayerStack.outputs(between, 4));
    refused("another join", () -> SmallGans.join(2, 3, List.of(nested), List.of()));
    refused("with weights", () -> SmallGans.join(2, 3, List.of(SmallGans.drop(0.5)), List.of()));
    refused("inputs", () -> SmallGans.join(0, 3, List.of(one), List.of()));
    refused("two or more", () -> new Join(List.of()));
  }

  private static void refused(String part, Executable work) {
    String message = assertThrows(IllegalArgumentException.class, work).getMessage();
    assertTrue(message.contains(part), message);
  }
}
