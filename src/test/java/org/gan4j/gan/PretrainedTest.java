package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
import org.gan4j.data.Scaling;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.layers.Activation;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeTree;
import org.gan4j.recipe.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two runs of the faces, and that every small recipe trains. */
class PretrainedTest {
  private static final int EXAMPLES = 210;

  @TempDir Path folder;

  private static DataSet data(Recipe recipe) {
    int width = LayerStack.outputs(recipe.generator(), recipe.noise().size());
    boolean colour = width % 3 == 0 && width > 2304;
    int side = (int) Math.round(Math.sqrt(colour ? width / 3 : width));
    ImageShape shape = new ImageShape(colour ? 3 : 1, side, side);
    byte[] pixels = new byte[EXAMPLES * width];
    new Random(1).nextBytes(pixels);
    Images all = Images.of(shape, pixels);
    Scaling scaling = recipe.data().startsWith("cifar10") ? new Scaling.Contrast(55) : Scaling.UNIT;
    return new DataSet(
        recipe.data(),
        "",
        "",
        all.range(0, 200),
        all.range(200, 205),
        all.range(205, 210),
        scaling);
  }

  private static float[] values(Parameter p) {
    float[] values = new float[p.size()];
    Buffers.read(p.value(), 0, values);
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tfd-pretrain-small", "cifar10-fc-small", "faces-pretrain-small"})
  void smallRecipesTrain(String name) {
    Recipe recipe = Recipes.get(name);
    DataSet data = data(recipe);
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, recipe, data.shape())) {
      gan.initialise(data);
      train(gan, data);
    }
  }

  /** A few iterations; the cap on the columns holds after them. */
  private static void train(Gan gan, DataSet data) {
    try (Trainer trainer = new Trainer(gan, data)) {
      trainer.run(3);
      assertTrue(trainer.totals().get(0).isFinite());
    }
    double cap = gan.recipe().maxColumnNorm();
    for (Parameter p : gan.generator().parameters()) {
      if (cap > 0 && p.isWeights()) {
        float[] weights = values(p);
        for (int column = 0; column < p.columns(); column++) {
          double squares = 0;
          for (int row = 0; row < p.rows(); row++) {
            squares += Math.pow(weights[row * p.columns() + column], 2);
          }
          assertTrue(Math.sqrt(squares) < cap + 1e-4, p.name() + ": " + Math.sqrt(squares));
        }
      }
    }
  }

  private Path trained(Device device, Recipe recipe) {
    DataSet data = data(recipe);
    Path file = folder.resolve("checkpoint");
    try (Gan gan = new Gan(device, recipe, data.shape())) {
      gan.initialise(data);
      train(gan, data);
      Checkpoint.save(file, gan, Map.of());
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tfd-small", "faces-small"})
  void newLayersComeFirstAndAllLearn(String name) {
    Recipe recipe = Recipes.get(name);
    DataSet data = data(recipe);
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, recipe, data.shape())) {
      Path file = trained(device, Recipes.get(Recipes.pretraining(name).orElseThrow()));
      gan.initialise(data);
      List<float[]> drawn = parameters(gan);
      Pretrained.copyGenerator(gan, file);
      List<float[]> begin = parameters(gan);
      assertArrayEquals(drawn.get(0), begin.get(0));
      assertArrayEquals(drawn.get(3), begin.get(3));
      try (Gan first = Checkpoint.open(device, file)) {
        List<float[]> source = parameters(first);
        for (int i = 0; i < source.size(); i++) {
          assertArrayEquals(source.get(i), begin.get(4 + i));
        }
      }
      train(gan, data);
      // The first updates are too small to change a bias of -2 in single precision.
      for (Parameter p : gan.generator().parameters()) {
        float[] velocity = new float[p.size()];
        Buffers.read(p.velocity(), 0, velocity);
        assertFalse(Arrays.equals(new float[p.size()], velocity), p.name() + " must learn");
      }
    }
  }

  private static List<float[]> parameters(Gan gan) {
    return gan.generator().parameters().stream().map(PretrainedTest::values).toList();
  }

  @Test
  void severalReplicasBeginWithOneOrWithTheirOwn() {
    Recipe one = SmallGans.simultaneous();
    Recipe two = replicas(one, 2);
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, two, SmallGans.SHAPE)) {
      Path file = saved(device, one);
      gan.initialise(data12());
      Pretrained.copyGenerator(gan, file);
      Parameter last = gan.generator().parameters().get(4);
      float[] second = new float[last.size()];
      Buffers.read(last.value(), 1, second);
      assertArrayEquals(values(last), second);
      Path three = saved(device, replicas(one, 3));
      assertMisfit(gan, three, "it has 3 replicas, here are 2");
    }
  }

  private static Recipe replicas(Recipe recipe, int count) {
    Map<String, Object> tree = RecipeTree.of(recipe);
    RecipeTree.assign(tree, "replicas", count);
    return RecipeTree.recipe(tree);
  }

  private static DataSet data12() {
    byte[] pixels = new byte[SmallGans.COUNT * 12];
    new Random(2).nextBytes(pixels);
    Images all = Images.of(SmallGans.SHAPE, pixels);
    return new DataSet("random", "", "", all, all, all, Scaling.UNIT);
  }

  private Path saved(Device device, Recipe recipe) {
    Path file = folder.resolve("saved-" + recipe.replicas());
    try (Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
      gan.initialise(data12());
      Checkpoint.save(file, gan, Map.of());
    }
    return file;
  }

  private static void assertMisfit(Gan gan, Path file, String why) {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> Pretrained.copyGenerator(gan, file));
    assertEquals(
        "the generator in "
            + file
            + " does not fit the last layers of this one: "
            + why
            + "; give the run of a recipe with those layers",
        e.getMessage());
  }

  @Test
  void damagedAndDivergedCheckpointsAreRefusedBeforeAnythingChanges() throws IOException {
    Recipe recipe = SmallGans.simultaneous();
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
      gan.initialise(data12());
      List<float[]> before = parameters(gan);
      Path file = saved(device, recipe);
      byte[] bytes = Files.readAllBytes(file);
      // In the last tensor of values, before the checksum: a bit of an exponent.
      bytes[bytes.length - 200] ^= 0x40;
      Path damaged = Files.write(folder.resolve("damaged"), bytes);
      String text =
          assertThrows(FormatException.class, () -> Pretrained.copyGenerator(gan, damaged))
              .getMessage();
      assertTrue(text.contains("checksum"), text);
      String name = "generator.0.biases";
      Path nan = TinyRun.spoilt(file, folder.resolve("nan"), name, 1);
      text =
          assertThrows(FormatException.class, () -> Pretrained.copyGenerator(gan, nan))
              .getMessage();
      assertTrue(text.contains(name + " is not finite at value 1"), text);
      for (int i = 0; i < before.size(); i++) {
        assertArrayEquals(before.get(i), parameters(gan).get(i));
      }
    }
  }

  @Test
  void otherLayersAreRefusedWithThePlace() {
    Recipe saved = SmallGans.simultaneous();
    LayerSpec relu13 = SmallGans.dense(13, Activation.RELU);
    LayerSpec relu9 = SmallGans.dense(9, Activation.RELU);
    LayerSpec last = SmallGans.dense(12, Activation.SIGMOID);
    try (Device device = Device.cpu()) {
      Path file = saved(device, saved);
      String units = "dense with 9 units, relu, but layer 2 here is dense with 8 units, relu";
      refused(
          device,
          file,
          List.of(relu9, relu13, SmallGans.dense(8, Activation.RELU), last),
          "its layer 1 is " + units);
      refused(device, file, List.of(relu9, last), "it has 3 layers, more than the 2 here");
      refused(
          device,
          file,
          List.of(relu9, relu13, relu9, last),
          "its layer 0 takes 7 values, but layer 1 here takes 9");
    }
  }

  private static void refused(Device device, Path file, List<LayerSpec> generator, String why) {
    Recipe base = SmallGans.simultaneous();
    Recipe other = SmallGans.networks(base, base.noise(), generator, base.discriminator());
    try (Gan gan = new Gan(device, other, SmallGans.SHAPE)) {
      gan.initialise(data12());
      assertMisfit(gan, file, why);
    }
  }
}
