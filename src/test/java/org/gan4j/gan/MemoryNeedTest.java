package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.layers.MeteredDevice;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Recipes;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The estimate against what is allocated. */
class MemoryNeedTest {
  private static final int EXAMPLES = 150;

  static Stream<Recipe> recipes() {
    return Stream.of(
        SmallGans.simultaneous(),
        SmallGans.recipe(UpdateOrder.ALTERNATING, 2),
        SmallGans.images(SmallGans.simultaneous()),
        SmallGans.seeds(
            SmallGans.images(SmallGans.recipe(UpdateOrder.ALTERNATING, 1)), 1, 3, List.of()),
        Recipes.get("mnist-10k"),
        Recipes.get("cifar10-conv-small"));
  }

  private static DataSet data(Recipe recipe) {
    ImageShape shape =
        recipe.name().startsWith("cifar10")
            ? new ImageShape(3, 32, 32)
            : recipe.name().startsWith("mnist") ? new ImageShape(1, 28, 28) : SmallGans.SHAPE;
    byte[] pixels = new byte[EXAMPLES * shape.size()];
    new Random(1).nextBytes(pixels);
    Images images = Images.of(shape, pixels);
    return new DataSet("random", "random bytes", "none", images, images, images, Scaling.UNIT);
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void arenasAreCountedToTheByte(Recipe recipe) {
    DataSet data = data(recipe);
    try (MeteredDevice device = new MeteredDevice(Integer.MAX_VALUE)) {
      new DeviceImages(device, data.train(), data.scaling()).close();
      long dataBytes = device.bytes();
      try (Gan gan = new Gan(device, recipe, data.shape())) {
        gan.initialise(data);
        new Trainer(gan, data).close();
        new Sampler(gan, recipe.evaluation().samples()).close();
      }
      assertEquals(device.bytes() - 2 * dataBytes, MemoryNeed.arenas(recipe));
    }
  }

  @Test
  void theEstimateHoldsAllArenasAndTheWindow() {
    for (String name : Recipes.names()) {
      Recipe recipe = Recipes.get(name);
      MemoryNeed need = MemoryNeed.of(recipe);
      assertTrue(MemoryNeed.of(recipe, true).bytes() > need.bytes());
      long weights = 8 * (need.generator() + need.discriminator());
      assertTrue(MemoryNeed.arenas(recipe) > weights, name);
      assertTrue(need.bytes() > MemoryNeed.arenas(recipe) + (200L << 20), name);
    }
  }
}
