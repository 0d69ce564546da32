package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.gan4j.device.Device;
import org.gan4j.gan.Sampler.Stream;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.report.Figures;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** z of samples may be narrower than z of the training. */
class SampleScaleTest {
  private static final String HALF = "noise.sample_scale=0.5";

  @TempDir private Path folder;

  private final Device device = Device.cpu();

  @AfterEach
  void close() {
    device.close();
  }

  private static Recipe recipe(Noise.Distribution distribution, String... changes) {
    Noise noise = new Noise(distribution, 7, 1.5);
    return RecipeYaml.with(SmallGans.simultaneous().withNoise(noise), List.of(changes));
  }

  /** All that makes samples of drawn z. */
  private List<float[]> samples(Recipe recipe) {
    try (Gan gan = TinyRun.begin(device, recipe);
        Sampler sampler = new Sampler(gan, 40);
        Generator generator = Generator.of(gan, 0)) {
      BufferedImage walk = Figures.interpolation(gan, 2, 3, 5);
      return List.of(
          sampler.drawToHost(4, Stream.TEST)[0],
          generator.sample(40, 4),
          walk.getData().getPixels(0, 0, walk.getWidth(), walk.getHeight(), (float[]) null));
    }
  }

  @ParameterizedTest
  @EnumSource
  void samplesAreThoseOfNarrowerNoise(Noise.Distribution distribution) {
    List<float[]> narrow = samples(recipe(distribution, HALF));
    List<float[]> other = samples(recipe(distribution, "noise.scale=0.75"));
    List<float[]> wide = samples(recipe(distribution));
    for (int i = 0; i < narrow.size(); i++) {
      assertArrayEquals(other.get(i), narrow.get(i));
      assertFalse(Arrays.equals(wide.get(i), narrow.get(i)));
    }
  }

  /** And so a run may take another one when it goes on. */
  @Test
  void trainingKnowsNothingOfIt() {
    Path file = TinyRun.trained(folder.resolve("c"), recipe(Noise.Distribution.NORMAL), 2);
    try (Gan one = TinyRun.begin(device, recipe(Noise.Distribution.NORMAL));
        Gan other = TinyRun.begin(device, recipe(Noise.Distribution.NORMAL, HALF));
        Gan resumed = TinyRun.begin(device, recipe(Noise.Distribution.NORMAL, HALF))) {
      TinyRun.train(one, 3);
      TinyRun.train(other, 3);
      Checkpoint.restore(resumed, file);
      TinyRun.train(resumed, 1);
      assertEquals(TinyRun.tensors(one), TinyRun.tensors(other));
      assertEquals(TinyRun.tensors(one), TinyRun.tensors(resumed));
    }
  }

  @Test
  void scalesThatAreNoneAreRefused() {
    for (String wrong : List.of("0", "-0.5", "1.1", ".nan")) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> recipe(Noise.Distribution.NORMAL, "noise.sample_scale=" + wrong));
      TinyRun.assertOneLine(e.getMessage());
      assertTrue(e.getMessage().contains("sample_scale"), e.getMessage());
    }
  }
}
