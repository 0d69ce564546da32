package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.gan.DeviceImages;
import org.gan4j.recipe.Evaluation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The window against a naive one in double precision. */
abstract class ParzenWindowContract extends EvalContract {
  /** What the library promises for σ ≥ 0.1, nats. */
  private static final double PROMISED = 0.01;

  /** A rounding error of a distance of points in the unit cube, over those that came out. */
  private static final double DISTANCE_ERROR = 2e-4;

  private static final double[] GRID = new Evaluation(0, 2, 1, 0.1, 1, 10).sigmas();

  private double[][][] logLikelihoods(
      DeviceBuffer samples, Images examples, Tile tileOrNull, double... sigmas) {
    int width = examples.shape().size();
    try (DeviceImages images = new DeviceImages(device, examples, Scaling.UNIT);
        ParzenWindow window = new ParzenWindow(device, samples, width, tileOrNull)) {
      return window.logLikelihoods(images, sigmas);
    }
  }

  private static double worst(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length);
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(expected[i] - actual[i]);
      assertTrue(error < Double.POSITIVE_INFINITY, "not finite: " + actual[i]);
      worst = Math.max(worst, error);
    }
    return worst;
  }

  private static void assertWithin(double tolerance, double[][] expected, double[][] actual) {
    assertEquals(expected.length, actual.length);
    for (int k = 0; k < expected.length; k++) {
      double error = worst(expected[k], actual[k]);
      assertTrue(error <= tolerance, "bandwidth " + k + " is off by " + error);
    }
  }

  @Test
  void equalsTheNaiveWindowAtAwkwardSizes() {
    int[][] sizes = {{1, 1}, {1, 257}, {3, 31}, {31, 3}, {33, 1}, {257, 33}};
    for (int width : new int[] {1, 2, 784}) {
      for (int[] size : sizes) {
        Random random = new Random(31 * width + size[0]);
        Images examples = images(random, size[0], width);
        float[][] points = new float[3][];
        for (int r = 0; r < points.length; r++) {
          points[r] = uniform(random, size[1] * width);
        }
        double[][][] three = logLikelihoods(samples(points), examples, null, GRID);
        assertEquals(3, three.length);
        for (int r = 0; r < points.length; r++) {
          assertWithin(PROMISED, reference(examples, points[r], GRID), three[r]);
        }
        double[][][] one = logLikelihoods(samples(points[1]), examples, null, GRID);
        assertEquals(1, one.length);
        assertWithin(PROMISED, reference(examples, points[1], GRID), one[0]);
      }
    }
  }

  @Test
  void equalsTheNaiveWindowOnDigits(@TempDir java.nio.file.Path none) {
    DataSet digits =
        DataSets.open(
            "mnist-10k",
            DataLocation.of(Optional.empty(), Map.of(), none),
            (file, done, total) -> {});
    float[] points = values(digits.train().range(0, 2000));
    double[] narrow = {0.05};
    // Strangers, and digits that are among the samples.
    for (Images examples : new Images[] {digits.test(), digits.train()}) {
      Images some = examples.range(0, 100);
      DeviceBuffer samples = samples(points);
      assertWithin(
          PROMISED, reference(some, points, GRID), logLikelihoods(samples, some, null, GRID)[0]);
      assertWithin(
          DISTANCE_ERROR / (2 * narrow[0] * narrow[0]),
          reference(some, points, narrow),
          logLikelihoods(samples, some, null, narrow)[0]);
    }
  }

  @Test
  void tilesChangeNothingButRounding() {
    Random random = new Random(5);
    Images examples = images(random, 35, 28);
    float[] points = uniform(random, 67 * 28);
    DeviceBuffer samples = samples(points, points);
    double[][] whole = logLikelihoods(samples, examples, new Tile(35, 67), GRID)[1];
    Tile[] tiles = {
      new Tile(1, 1), new Tile(3, 67), new Tile(35, 2), new Tile(32, 32), new Tile(100, 200)
    };
    for (Tile tile : tiles) {
      for (double[][] replica : logLikelihoods(samples, examples, tile, GRID)) {
        assertWithin(1e-3, whole, replica);
      }
    }
  }

  @Test
  void theOrderOfSamplesChangesNothingButRounding() {
    Random random = new Random(6);
    int width = 28;
    int count = 101;
    Images examples = images(random, 33, width);
    float[] points = uniform(random, count * width);
    float[] reversed = new float[points.length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(points, i * width, reversed, (count - 1 - i) * width, width);
    }
    double[][][] both = logLikelihoods(samples(points, reversed), examples, null, GRID);
    assertWithin(1e-3, both[0], both[1]);
  }

  @Test
  void theSameBitsTwice() {
    Random random = new Random(7);
    Images examples = images(random, 600, 28);
    DeviceBuffer samples = samples(uniform(random, 2100 * 28), uniform(random, 2100 * 28));
    double[][][] first = logLikelihoods(samples, examples, null, GRID);
    double[][][] second = logLikelihoods(samples, examples, null, GRID);
    for (int r = 0; r < 2; r++) {
      for (int k = 0; k < GRID.length; k++) {
        assertArrayEquals(first[r][k], second[r][k]);
      }
    }
  }

  @Test
  void oneSampleOnTheExampleIsTheHeightOfAGaussian() {
    Images example = images(new Random(8), 1, 784);
    float[] point = values(example);
    float[] twice = Arrays.copyOf(point, 2 * point.length);
    System.arraycopy(point, 0, twice, point.length, point.length);
    for (double sigma : new double[] {0.05, 0.1, 1, 30}) {
      double height = -784 * Math.log(sigma * Math.sqrt(2 * Math.PI));
      // Centred, a lone sample is at the origin: nothing is rounded.
      assertEquals(height, logLikelihoods(samples(point), example, null, sigma)[0][0][0], 1e-6);
      assertEquals(height, logLikelihoods(samples(twice), example, null, sigma)[0][0][0], 1e-3);
    }
  }

  @Test
  void aGaussianScoresItselfAsItsEntropySays() {
    Random random = new Random(9);
    double deviation = 0.1;
    double sigma = 0.04;
    float[] points = new float[10_000];
    byte[] pixels = new byte[2_500];
    for (int i = 0; i < points.length; i++) {
      points[i] = (float) (0.5 + deviation * random.nextGaussian());
    }
    for (int i = 0; i < pixels.length; i++) {
      double value = 0.5 + deviation * random.nextGaussian();
      pixels[i] = (byte) Math.rint(255 * Math.min(1, Math.max(0, value)));
    }
    double[][] found = logLikelihoods(samples(points), Images.of(shape(1), pixels), null, sigma)[0];
    double variance = deviation * deviation + sigma * sigma;
    double expected =
        -0.5 * Math.log(2 * Math.PI * variance) - deviation * deviation / (2 * variance);
    assertEquals(expected, ParzenScore.mean(found[0]), 0.03);
  }

  @Test
  void samplesThatAreNoNumbersAreRefused() {
    float[] good = uniform(new Random(1), 6);
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 1e30f}) {
      float[] points = good.clone();
      points[4] = bad;
      DeviceBuffer samples = samples(good, points);
      NonFiniteSamplesException e =
          assertThrows(
              NonFiniteSamplesException.class, () -> new ParzenWindow(device, samples, 2).close());
      assertEquals(1, e.replica());
      assertTrue(e.getMessage().contains("replica 1"), e.getMessage());
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    DeviceBuffer samples = samples(uniform(new Random(1), 6));
    assertThrows(IllegalArgumentException.class, () -> new ParzenWindow(device, samples, 4));
    assertThrows(IllegalArgumentException.class, () -> new ParzenWindow(device, samples, 0));
    Images pairs = images(new Random(1), 3, 2);
    try (ParzenWindow window = new ParzenWindow(device, samples, 2);
        DeviceImages fitting = new DeviceImages(device, pairs, Scaling.UNIT);
        DeviceImages wide = new DeviceImages(device, images(new Random(1), 2, 3), Scaling.UNIT)) {
      assertEquals(3, window.count());
      assertEquals(1, window.replicas());
      assertThrows(IllegalArgumentException.class, () -> window.logLikelihoods(wide, 1));
      assertThrows(IllegalArgumentException.class, () -> window.logLikelihoods(fitting));
      for (double sigma : new double[] {0, -1, Double.NaN, 1e-30, 1e30, 1 / 0.0}) {
        assertThrows(IllegalArgumentException.class, () -> window.logLikelihoods(fitting, sigma));
      }
    }
  }
}
