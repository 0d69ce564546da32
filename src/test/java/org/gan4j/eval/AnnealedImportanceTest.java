package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.Device;
import org.gan4j.gan.DeviceImages;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;
import org.gan4j.layers.Activation;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkValues;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Recipes;
import org.junit.jupiter.api.Test;

/** The estimates on the CPU, with more sizes and temperatures than every device is asked for. */
class AnnealedImportanceTest extends AnnealedImportanceContract {
  @Override
  protected Device open() {
    return Device.cpu();
  }

  @Test
  void largerLinearGeneratorsAreGaussian() {
    linear(new int[][] {{1, 1, 1, 300}, {5, 8, 3, 300}, {7, 2, 1, 300}, {10, 20, 1, 3000}});
  }

  /** Of the paper's kind, with two elements of either noise, against a fine grid of z. */
  @Test
  void aCurvedGeneratorAgreesWithNumericalIntegration() {
    for (Noise.Distribution distribution : Noise.Distribution.values()) {
      Noise noise = new Noise(distribution, 2, 1.2);
      LayerSpec[] layers = {dense(5, Activation.RELU), dense(3, Activation.SIGMOID)};
      try (Network network = network(noise, 1, 2, layers)) {
        float[] x = points(3, 0.3);
        double sigma = 0.15;
        AnnealedImportance ais =
            new AnnealedImportance(device, network, noise, settings(400, 1, sigma));
        double[] found = ais.score(ais.tune(x), x).values()[0];
        double sum = 0;
        for (int i = 0; i < EXAMPLES; i++) {
          double exact = integral(NetworkValues.parameters(network, 0), noise, row(x, i, 3), sigma);
          sum += exact / EXAMPLES;
          assertEquals(exact, found[i], 0.5, distribution + ", example " + i);
        }
        assertEquals(sum, ParzenScore.mean(found), 0.15, distribution.toString());
      }
    }
  }

  /** ln ∫ p(z)·N(x; G(z), σ²·I) dz by the midpoint rule, for 2 – ReLU 5 – σ 3. */
  private static double integral(List<double[]> p, Noise noise, double[] x, double sigma) {
    boolean uniform = noise.distribution() == Noise.Distribution.UNIFORM;
    double bound = uniform ? noise.scale() : 8 * noise.scale();
    int cells = 1200;
    double total = 0;
    for (int i = 0; i < cells; i++) {
      for (int j = 0; j < cells; j++) {
        double a = bound * (2 * (i + 0.5) / cells - 1);
        double b = bound * (2 * (j + 0.5) / cells - 1);
        double square = (a * a + b * b) / (noise.scale() * noise.scale());
        double density =
            uniform
                ? 1 / (4 * bound * bound)
                : Math.exp(-square / 2) / (2 * Math.PI * noise.scale() * noise.scale());
        total += density * Math.exp(-squaredDistance(p, a, b, x) / (2 * sigma * sigma));
      }
    }
    double cell = 4 * bound * bound / ((double) cells * cells);
    return Math.log(total * cell) - x.length * Math.log(sigma * Math.sqrt(2 * Math.PI));
  }

  private static double squaredDistance(List<double[]> p, double a, double b, double[] x) {
    double[] hidden = new double[5];
    for (int h = 0; h < 5; h++) {
      hidden[h] = Math.max(0, a * p.get(0)[h] + b * p.get(0)[5 + h] + p.get(1)[h]);
    }
    double sum = 0;
    for (int k = 0; k < 3; k++) {
      double logit = p.get(3)[k];
      for (int h = 0; h < 5; h++) {
        logit += hidden[h] * p.get(2)[h * 3 + k];
      }
      double difference = x[k] - 1 / (1 + Math.exp(-logit));
      sum += difference * difference;
    }
    return sum;
  }

  @Test
  void theBoundsCloseOnTheTruthWithMoreTemperatures() {
    Noise noise = new Noise(Noise.Distribution.NORMAL, 8, 1);
    try (Network network = network(noise, 1, 1, dense(12, Activation.LINEAR))) {
      double previous = Double.POSITIVE_INFINITY;
      for (int temperatures : new int[] {3, 30, 600}) {
        AisSettings settings = settings(temperatures, 1, 0.1);
        AisEstimate estimate =
            new AnnealedImportance(device, network, noise, settings)
                .estimate(points(12, 1), points(12, 1))
                .get(0);
        assertTrue(estimate.gap() < previous / 3, temperatures + " temperatures: " + estimate);
        previous = estimate.gap();
      }
      assertTrue(previous > -0.2 && previous < 0.5, "the last gap is " + previous);
    }
  }

  @Test
  void theSameSettingsGiveTheSameBits() {
    Noise noise = new Noise(Noise.Distribution.UNIFORM, 3, 1);
    LayerSpec[] layers = {dense(4, Activation.SIGMOID), dense(2, Activation.LINEAR)};
    try (Network network = network(noise, 2, 1, layers)) {
      // More rows than a block has, and sizes that do not divide.
      AisSettings settings = new AisSettings(99, 99, 41, 70, 7, 2, List.of(0.5, 1.0), 3);
      List<List<AisEstimate>> twice = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        twice.add(
            new AnnealedImportance(device, network, noise, settings)
                .estimate(points(2, 1), new float[2 * 31]));
      }
      assertEquals(twice.get(0), twice.get(1));
      AisEstimate first = twice.get(0).get(0);
      assertEquals(31, first.examples());
      assertEquals(41, first.simulated());
      // All examples are the same: what differs is chance.
      assertTrue(first.standardError() > 0 && first.standardError() < 1, first.toString());
      assertTrue(first.acceptance() > 0.3 && first.acceptance() < 1, first.toString());
      assertTrue(Double.isFinite(first.lower()) && Double.isFinite(first.upper()));
    }
  }

  /** The paper's MNIST recipe with another generator. */
  private static Recipe recipe(List<LayerSpec> generator, int replicas) {
    return Recipes.get("mnist-10k")
        .withNoise(new Noise(Noise.Distribution.UNIFORM, 4, 1))
        .withGenerator(generator)
        .withReplicas(replicas);
  }

  private static DataSet squares(int width) {
    Images images = EvalContract.images(new Random(1), 120, width);
    return new DataSet("squares", "", "", images, images, images, Scaling.UNIT);
  }

  /** At σ of the Parzen window, whose samples are draws from the same model, it is no lower. */
  @Test
  void aGanIsScoredAtLeastAsItsParzenWindowSays() {
    DataSet data = squares(6);
    List<LayerSpec> generator = List.of(dense(5, Activation.RELU), dense(6, Activation.SIGMOID));
    double sigma = 0.3;
    try (Gan gan = new Gan(device, recipe(generator, 2), data.shape())) {
      gan.initialise(data);
      AisSettings settings = new AisSettings(50, 20, 10, 10, 200, 1, List.of(sigma), 1);
      List<AisEstimate> estimates = AnnealedImportance.estimate(gan, data, settings);
      try (Sampler sampler = new Sampler(gan, 20_000);
          ParzenWindow window = new ParzenWindow(device, sampler.draw(1, Sampler.Stream.TEST), 6);
          DeviceImages tests =
              new DeviceImages(device, MeasureContext.some(data.test(), 50), data.scaling())) {
        double[][][] exact = window.logLikelihoods(tests, sigma);
        for (int r = 0; r < 2; r++) {
          // So many samples in so few dimensions are all but the exact answer.
          assertEquals(ParzenScore.mean(exact[r][0]), estimates.get(r).mean(), 0.05);
          assertEquals(50, estimates.get(r).examples());
          assertEquals(sigma, estimates.get(r).sigma());
          assertEquals(0, estimates.get(r).gap(), 0.1);
        }
      }
    }
  }

  @Test
  void whatIsNoFunctionOfZIsRefused() {
    DataSet data = squares(6);
    AisSettings settings = settings(2, 1, 1.0);
    List<LayerSpec> noisy =
        List.of(
            new LayerSpec.GaussianNoise(0),
            dense(6, Activation.RELU),
            new LayerSpec.GaussianNoise(0.1));
    try (Gan gan = new Gan(device, recipe(noisy, 1), data.shape())) {
      gan.initialise(data);
      assertRefused("layer 2 of the generator adds noise", gan, data, settings);
    }
    try (Gan gan =
        new Gan(device, recipe(List.of(dense(7, Activation.LINEAR)), 1), squares(7).shape())) {
      gan.initialise(squares(7));
      assertRefused("the generator gives 7 values", gan, data, settings);
    }
  }

  private static void assertRefused(String why, Gan gan, DataSet data, AisSettings settings) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> AnnealedImportance.estimate(gan, data, settings));
    assertTrue(e.getMessage().startsWith(why), e.getMessage());
  }
}
