package org.gan4j.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.Device;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Totals;
import org.gan4j.gan.Trainer;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.Planes;
import org.junit.jupiter.api.Test;

class ConvolutionRecipesTest {
  private static final ImageShape SHAPE = new ImageShape(3, 32, 32);

  @Test
  void convolutionalRecipeHasTheReleasedSettings() {
    Recipe recipe = Recipes.get("cifar10-conv");
    assertEquals("cifar10", recipe.data());
    assertEquals(new Noise(Noise.Distribution.NORMAL, 100, 1), recipe.noise());
    assertEquals(UpdateOrder.SIMULTANEOUS, recipe.update());
    assertEquals(128, recipe.batch());
    assertEquals(new LearningRate(0.004, 1.000004, 1e-6, List.of()), recipe.learningRate());
    assertEquals(new Momentum(0.5, 0.7, 250), recipe.momentum());
    assertEquals(0, recipe.maxColumnNorm());
  }

  @Test
  void networksHaveTheReleasedShapes() {
    for (String name : List.of("cifar10-conv", "cifar10-conv-small")) {
      Recipe recipe = Recipes.get(name);
      assertEquals(new Planes(3, 32, 32), LayerStack.image(recipe.generator(), null), name);
      assertEquals(3072, LayerStack.outputs(recipe.generator(), 100));
      List<Integer> sizes = new ArrayList<>();
      Planes image = new Planes(3, 32, 32);
      for (LayerSpec layer : recipe.discriminator().subList(0, 6)) {
        image = layer.image(image);
        if (layer instanceof LayerSpec.Convolution convolution) {
          sizes.add(image(convolution, 1).height());
          sizes.add(image.height());
          assertEquals(image.height(), image.width());
        }
      }
      assertEquals(List.of(33, 16, 15, 7, 9, 5), sizes, name);
      assertEquals(1, LayerStack.outputs(recipe.discriminator(), 3072));
    }
    List<LayerSpec> convolutions = Recipes.get("cifar10-conv").discriminator().subList(0, 6);
    assertEquals(4800, LayerStack.outputs(convolutions, 3072));
  }

  /** What the layer would give without pooling. */
  private static Planes image(LayerSpec.Convolution c, int pool) {
    return new LayerSpec.Convolution(
            c.input(),
            c.channels(),
            c.pieces(),
            c.kernel(),
            c.stride(),
            c.padding(),
            pool,
            pool,
            c.weights(),
            c.bias())
        .image(null);
  }

  /** 64.8 and 12.5 million parameters are the figures of the paper's networks. */
  @Test
  void networksHaveTheReleasedNumbersOfParameters() {
    Recipe recipe = Recipes.get("cifar10-conv");
    long deconvolution = 80 * 3 * 25 + 3072;
    assertEquals(
        101 * 8000 + 8001L * 8000 + deconvolution,
        LayerStack.parameterCount(recipe.generator(), 100));
    long filters = 64 * (3 * 64 + 1) + 64 * (32 * 64 + 1) + 384 * (32 * 25 + 1);
    assertEquals(
        filters + 4801 * 2500 + 501, LayerStack.parameterCount(recipe.discriminator(), 3072));
  }

  @Test
  void smallOneTrains() {
    byte[] pixels = new byte[128 * SHAPE.size()];
    new Random(1).nextBytes(pixels);
    Images images = Images.of(SHAPE, pixels);
    DataSet data =
        new DataSet(
            "random", "random bytes", "none", images, images, images, new Scaling.Contrast(55));
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, Recipes.get("cifar10-conv-small"), SHAPE)) {
      gan.initialise(data);
      try (Trainer trainer = new Trainer(gan, data)) {
        trainer.run(3);
        Totals totals = trainer.totals().get(0);
        // Untrained, D gives about ½: L_D = L_G = ln 2, up to what the first steps change.
        assertEquals(3 * Math.log(2), totals.dLoss(), 0.1);
        assertEquals(3 * Math.log(2), totals.gLoss(), 0.1);
        assertTrue(totals.updateNorm() > 0);
      }
    }
  }
}
