package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageMask;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.Device;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Generator;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.junit.jupiter.api.Test;

/** The errors of completions and of their anchors, by their definition. */
class CompletionsTest {
  private static final ImageShape SHAPE = new ImageShape(1, 4, 6);
  private static final int WIDTH = SHAPE.size();
  private static final String RECIPE =
      """
      name: small
      data: random
      condition: {type: mask, size: 24}
      noise: {distribution: uniform, size: 24}
      generator:
        - type: join
          branches: [{inputs: 24}, {inputs: 24}]
        - {type: dense, units: 24, activation: sigmoid, weights: {type: uniform, irange: 0.5}}
      discriminator:
        - type: join
          branches: [{inputs: 24}, {inputs: 24}]
        - {type: dense, units: 1, activation: linear, weights: {type: uniform, irange: 0.5}}
      batch: 5
      learning_rate: {initial: 0.1}
      momentum: {initial: 0.5, last: 0.5, epochs: 2}
      stop: {epochs: 1}
      """;

  private static Images images(int count, long seed) {
    byte[] pixels = new byte[count * WIDTH];
    new Random(seed).nextBytes(pixels);
    return Images.of(SHAPE, pixels);
  }

  private static final Images TRAIN = images(30, 1);
  private static final Images TESTS = images(7, 2);
  private static final DataSet DATA =
      new DataSet("random", "random", "none", TRAIN, images(7, 3), TESTS, Scaling.UNIT);

  private static boolean hidden(int position) {
    return position % SHAPE.width() >= SHAPE.width() / 2;
  }

  /** Of a guess of the hidden right halves, in grey levels². */
  private static double error(double[][] guesses) {
    double sum = 0;
    for (int i = 0; i < TESTS.count(); i++) {
      for (int p = 0; p < WIDTH; p++) {
        double difference = hidden(p) ? guesses[i][p] - TESTS.pixel(i, p) : 0;
        sum += difference * difference;
      }
    }
    return sum / (TESTS.count() * WIDTH / 2);
  }

  private static double[] neighbour(int test) {
    double[] nearest = null;
    double least = Double.POSITIVE_INFINITY;
    for (int t = 0; t < TRAIN.count(); t++) {
      double distance = 0;
      double[] values = new double[WIDTH];
      for (int p = 0; p < WIDTH; p++) {
        values[p] = TRAIN.pixel(t, p);
        double difference = hidden(p) ? 0 : values[p] - TESTS.pixel(test, p);
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        nearest = values;
      }
    }
    return nearest;
  }

  private static double[] completed(Generator generator, int test) {
    float[] real = Scaling.UNIT.values(TESTS);
    float[] visible = new float[real.length];
    for (int i = 0; i < visible.length; i++) {
      visible[i] = hidden(i % WIDTH) ? 0 : 1;
    }
    double[] mean = new double[WIDTH];
    for (int seed = 8; seed < 108; seed++) {
      float[] made = generator.complete(real, visible, seed);
      for (int p = 0; p < WIDTH; p++) {
        mean[p] += 255 * made[test * WIDTH + p] / 100.0;
      }
    }
    return mean;
  }

  @Test
  void errorsAreThoseOfTheBestGuesses() {
    Recipe recipe = RecipeYaml.parse(RECIPE, "test");
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, recipe, SHAPE);
        MeasureContext context =
            new MeasureContext(device, DATA, recipe.evaluation(), TESTS.count(), 8)) {
      gan.initialise(DATA);
      try (Generator generator = Generator.of(gan, 0)) {
        Map<String, ImageMask> right = Map.of("right", ImageMask.hiding("right", SHAPE));
        MeasureResult result = new Completions(context).error(generator, right);
        double[][] best = new double[TESTS.count()][];
        double[][] neighbours = new double[TESTS.count()][];
        double[][] means = new double[TESTS.count()][WIDTH];
        for (int i = 0; i < TESTS.count(); i++) {
          best[i] = completed(generator, i);
          neighbours[i] = neighbour(i);
          for (int p = 0; p < WIDTH; p++) {
            means[i][p] = 255 * TRAIN.meanImage()[p];
          }
        }
        assertEquals(error(best), result.value().orElseThrow(), 1e-3 * error(best));
        String note = result.note();
        String anchors = String.format(Locale.ROOT, "nearest neighbour %.0f", error(neighbours));
        assertTrue(note.contains(anchors), note + " has no " + anchors);
        String mean = String.format(Locale.ROOT, "mean image %.0f", error(means));
        assertTrue(note.contains(mean), note + " has no " + mean);
        assertTrue(note.contains("7 images"), note);
      }
    }
  }

  @Test
  void masksHideWhatTheySay() {
    ImageShape odd = new ImageShape(2, 3, 5);
    ImageMask.halves(odd)
        .forEach((name, mask) -> assertEquals(hiddenBy(name), mask.hidden(), name));
    float[] corner = ImageMask.hiding("4,2,1,1", odd).values();
    for (int i = 0; i < corner.length; i++) {
      assertEquals(i == 14 || i == 29 ? 0 : 1, corner[i], "value " + i);
    }
    int quarters = ImageMask.quadrants(odd).values().stream().mapToInt(ImageMask::hidden).sum();
    assertEquals(odd.size(), quarters);
  }

  private static int hiddenBy(String name) {
    return switch (name) {
      case "left" -> 2 * 3 * 2;
      case "right" -> 3 * 3 * 2;
      case "top" -> 5 * 2;
      default -> 2 * 5 * 2;
    };
  }
}
