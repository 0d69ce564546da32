package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.data.Examples;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Scaling;
import org.gan4j.device.Device;
import org.gan4j.layers.NetworkValues;
import org.gan4j.layers.Rounding;
import org.gan4j.recipe.Condition;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** p(x_S | x_∖S): completions, checkpoints, and what is refused. */
class CompletionTest {
  private static final DataSet DATA = SmallGans.data();
  private static final int WIDTH = SmallGans.SHAPE.size();
  private static final Recipe RECIPE = SmallGans.completing(SmallGans.simultaneous());
  private static final Recipe ALTERNATING =
      SmallGans.adam(SmallGans.completing(SmallGans.recipe(UpdateOrder.ALTERNATING, 2)));

  @TempDir private Path folder;

  private static List<double[]> weights(Gan gan, int replica) {
    return NetworkValues.parameters(gan.generator(), replica);
  }

  private static void assertSame(List<double[]> expected, List<double[]> found) {
    for (int p = 0; p < expected.size(); p++) {
      assertArrayEquals(expected.get(p), found.get(p), "parameter " + p);
    }
  }

  @Test
  void aRunGoesOnBitForBitFromItsCheckpoint() {
    Path half = folder.resolve("half.safetensors");
    for (Recipe recipe : List.of(RECIPE, ALTERNATING)) {
      try (Device device = Device.cpu();
          Gan whole = SmallGans.gan(device, recipe, DATA);
          Trainer trainer = new Trainer(whole, DATA)) {
        trainer.run(5);
        Checkpoint.save(half, whole, Map.of());
        trainer.run(5);
        try (Gan resumed = Checkpoint.open(device, half);
            Trainer second = new Trainer(resumed, DATA)) {
          second.run(5);
          assertSame(weights(whole, 0), weights(resumed, 0));
          assertArrayEquals(new float[WIDTH], resumed.conditions().only(0, 1));
        }
      }
    }
  }

  @Test
  void examplesOfFloatsAreCompletedToo() {
    float[] values = NetworkValues.floats(new Random(1), SmallGans.COUNT * WIDTH, 1);
    Examples examples = Examples.of(SmallGans.SHAPE, values);
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, RECIPE, SmallGans.SHAPE)) {
      gan.initialise(examples);
      List<double[]> before = weights(gan, 0);
      try (Trainer trainer = new Trainer(gan, examples)) {
        trainer.run(2);
      }
      assertFalse(Arrays.equals(before.get(0), weights(gan, 0).get(0)));
      assertEquals(1, gan.conditions().count());
    }
  }

  @Test
  void visibleValuesAreKeptAndHiddenOnesDrawn() {
    float[] images = NetworkValues.floats(new Random(2), 3 * WIDTH, 1);
    float[] visible = new float[3 * WIDTH];
    for (int i = 0; i < visible.length; i++) {
      visible[i] = i % 5 < 3 ? 1 : 0;
    }
    try (Device device = Device.cpu();
        Gan gan = SmallGans.gan(device, RECIPE, DATA);
        Generator generator = Generator.of(gan, 0)) {
      float[] one = generator.complete(images, visible, 1);
      float[] other = generator.complete(images, visible, 2);
      assertArrayEquals(one, generator.complete(images, visible, 1));
      float[] unseen = images.clone();
      for (int i = 0; i < visible.length; i++) {
        if (visible[i] == 1) {
          assertEquals(Float.floatToRawIntBits(images[i]), Float.floatToRawIntBits(one[i]));
        } else {
          assertTrue(one[i] != other[i], "value " + i);
          unseen[i] = -7;
        }
      }
      // What is hidden is not looked at.
      assertArrayEquals(one, generator.complete(unseen, visible, 1));
      // With everything hidden a completion is a sample.
      float[] z = gan.recipe().noise().draw(3, 4);
      assertArrayEquals(
          generator.generate(z, new float[3 * WIDTH]),
          generator.complete(images, new float[3 * WIDTH], 4),
          (float) Rounding.UNIT);
    }
  }

  @Test
  void whatDoesNotFitIsSaid() {
    float[] image = new float[WIDTH];
    float[] half = image.clone();
    half[3] = 0.5f;
    try (Device device = Device.cpu();
        Gan gan = SmallGans.gan(device, RECIPE, DATA);
        Generator generator = Generator.of(gan, 0);
        Gan plain = SmallGans.gan(device, SmallGans.simultaneous(), DATA);
        Generator other = Generator.of(plain, 0)) {
      refused("not 0.5", () -> generator.complete(image, half, 1));
      refused("a mask has a value", () -> generator.complete(image, new float[WIDTH - 1], 1));
      refused("images of", () -> generator.complete(new float[WIDTH + 1], image, 1));
      float[] infinite = image.clone();
      infinite[0] = Float.NaN;
      refused("finite", () -> generator.complete(infinite, image, 1));
      assertThrows(IllegalStateException.class, () -> other.complete(image, image, 1));
      refused(
          "set condition.size and noise.size to",
          () ->
              new Gan(
                  device,
                  RECIPE.withCondition(new Condition.Mask(WIDTH + 1, 1, 1, 1, 1, 1, 0)),
                  SmallGans.SHAPE));
      ImageShape row = new ImageShape(1, 1, WIDTH);
      refused("no halves and quadrants to hide", () -> Effect.requireParts(RECIPE, row));
      Effect.requireParts(RECIPE.withCondition(new Condition.Mask(WIDTH, 0, 0, 1, 1, 1, 0)), row);
      refused(
          "scaled by its own mean",
          () -> SmallGans.gan(device, RECIPE, SmallGans.data(new Scaling.Contrast(2))));
      refused("must be above 0", () -> new Condition.Mask(WIDTH, 0, 0, 0, 0, 0, 1));
      refused("squared_error", () -> new Condition.Mask(WIDTH, 1, 1, 1, 1, 1, -1));
    }
  }

  private static void refused(String part, Executable work) {
    String message = assertThrows(IllegalArgumentException.class, work).getMessage();
    assertTrue(message.contains(part), message);
  }
}
