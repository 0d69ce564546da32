package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.gan4j.data.Examples;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Buffers;
import org.gan4j.gan.Gan;
import org.gan4j.layers.NetworkValues;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Samples against what they must be distributed like, on every device. G(z) = z, so that p_g is
 * N(0, 1); with logits along a·x the data are N(a, 1).
 */
abstract class JudgedSamplerContract extends EvalContract {
  private static final double MEAN = 0.8;
  private static final int COUNT = 3000;
  private static final ImageShape POINT = new ImageShape(1, 1, 1);

  private static final Recipe LINE =
      RecipeYaml.parse(
          """
          name: line
          data: line
          noise: {distribution: normal, size: 1}
          generator:
            - {type: dense, units: 1, activation: linear, weights: {type: uniform, irange: 1}}
          discriminator:
            - {type: dense, units: 1, activation: linear, weights: {type: uniform, irange: 1}}
          batch: 1
          learning_rate: {initial: 0.1}
          momentum: {initial: 0, last: 0, epochs: 2}
          stop: {iterations: 1}
          replicas: 2
          """,
          "line");

  /** Of one replica: D's logit is shift + scale·x. */
  private static void set(Gan gan, int replica, float shift, float scale) {
    Buffers.write(gan.generator().parameters().get(0).value(), replica, new float[] {1});
    Buffers.write(gan.generator().parameters().get(1).value(), replica, new float[] {0});
    Buffers.write(gan.discriminator().parameters().get(0).value(), replica, new float[] {scale});
    Buffers.write(gan.discriminator().parameters().get(1).value(), replica, new float[] {shift});
  }

  /** Both replicas know the ratio, and say it wrongly. */
  private Gan line(Recipe recipe) {
    Gan gan = new Gan(device, recipe, POINT);
    gan.initialise(Examples.of(POINT, new float[] {0, 1}));
    set(gan, 0, 5, 2);
    set(gan, 1, -1, 0.3f);
    return gan;
  }

  private static float[] heldOut() {
    Random random = new Random(3);
    float[] x = new float[10_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (MEAN + random.nextGaussian());
    }
    return x;
  }

  private static double mean(float[] x) {
    double sum = 0;
    for (float value : x) {
      sum += value;
    }
    return sum / x.length;
  }

  private static double variance(float[] x) {
    double mean = mean(x);
    double sum = 0;
    for (float value : x) {
      sum += (value - mean) * (value - mean);
    }
    return sum / x.length;
  }

  @Test
  void chainsEndAtTheDataByCalibratedLogits() {
    try (Gan gan = line(LINE)) {
      JudgedSampler sampler = new JudgedSampler(gan, heldOut());
      assertEquals(MEAN / 2, sampler.calibrations().get(0).scale(), 0.03);
      assertEquals(MEAN / 0.3, sampler.calibrations().get(1).scale(), 0.2);
      for (SamplingMethod by : List.of(SamplingMethod.METROPOLIS, SamplingMethod.HAMILTONIAN)) {
        JudgedSampler.Drawn drawn = sampler.draw(by, COUNT, 7);
        for (int r = 0; r < 2; r++) {
          assertEquals(COUNT, drawn.samples()[r].length);
          assertEquals(MEAN, mean(drawn.samples()[r]), 0.1, by + " " + r);
          assertEquals(1, variance(drawn.samples()[r]), 0.12, by + " " + r);
          double acceptance = drawn.acceptance()[r];
          assertTrue(acceptance > 0.4 && acceptance < 0.9, by + " accepted " + acceptance);
        }
        assertFalse(Arrays.equals(drawn.samples()[0], drawn.samples()[1]));
      }
    }
  }

  /** By the integral of φ(x)·σ(F(x)). */
  @ParameterizedTest
  @CsvSource({"80, 0.8416", "30, -0.5244"})
  void rejectionKeepsWhatItsFormulaSays(double percentile, double quantile) {
    List<Calibration> known =
        List.of(new Calibration(-3, 1.5, 0, 0, 1), new Calibration(0.2, 0.5, 0, 0, 1));
    try (Gan gan = line(LINE)) {
      set(gan, 0, 1, 0.7f);
      try (JudgedGenerator judged = new JudgedGenerator(gan, known, 500, false)) {
        Rejection rejection = new Rejection(judged, 4, 0, percentile);
        JudgedSampler.Drawn drawn = rejection.draw(COUNT);
        for (int r = 0; r < 2; r++) {
          double kept = 0;
          double sum = 0;
          double step = 0.001;
          for (double x = -8; x <= 8; x += step) {
            double raw = r == 0 ? 1 + 0.7 * x : -1 + 0.3 * x;
            double logit = Math.min(known.get(r).logit(raw), rejection.greatest(r));
            double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
            double part = density * rejection.probability(r, logit) * step;
            kept += part;
            sum += x * part;
          }
          assertEquals(kept, drawn.acceptance()[r], 0.03);
          assertEquals(sum / kept, mean(drawn.samples()[r]), 0.1);
          // γ: where the logit is the percentile's, one of two is kept.
          double logit = known.get(r).logit(r == 0 ? 1 + 0.7 * quantile : -1 + 0.3 * quantile);
          assertEquals(0.5, rejection.probability(r, logit), 0.06);
        }
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameSamplesAndAnotherOthers() {
    try (Gan gan = line(LINE)) {
      for (SamplingMethod by : SamplingMethod.values()) {
        float[][] once = new JudgedSampler(gan, heldOut()).draw(by, 30, 7).samples();
        float[][] twice = new JudgedSampler(gan, heldOut()).draw(by, 30, 7).samples();
        assertArrayEquals(once, twice);
        float[][] other = new JudgedSampler(gan, heldOut()).draw(by, 30, 8).samples();
        assertNotEquals(mean(once[0]), mean(other[0]));
      }
    }
  }

  @Test
  void aLowerPercentileKeepsMoreOfTheSame() {
    try (Gan gan = line(LINE)) {
      JudgedSampler sampler = new JudgedSampler(gan, heldOut());
      double accepted = 0;
      for (double percentile : new double[] {99, JudgedSampler.USUAL_PERCENTILE, 40, 0}) {
        JudgedSampler.Drawn drawn = sampler.reject(percentile, 300, 7);
        assertTrue(drawn.acceptance()[0] > accepted, percentile + ": " + drawn.acceptance()[0]);
        accepted = drawn.acceptance()[0];
      }
      assertArrayEquals(
          sampler.draw(SamplingMethod.REJECTION, 30, 7).samples(),
          sampler.reject(JudgedSampler.USUAL_PERCENTILE, 30, 7).samples());
      for (double percentile : new double[] {-1, 99.5, Double.NaN}) {
        assertThrows(
            IllegalArgumentException.class,
            () -> sampler.reject(percentile, 30, 7),
            "" + percentile);
      }
    }
  }

  /** A discriminator that tells nothing changes nothing. */
  @Test
  void withoutAnythingToTellThePriorStays() {
    try (Gan gan = line(LINE)) {
      set(gan, 0, 0, -1);
      set(gan, 1, 3, 0);
      JudgedSampler sampler = new JudgedSampler(gan, heldOut());
      for (SamplingMethod by : SamplingMethod.values()) {
        JudgedSampler.Drawn drawn = sampler.draw(by, COUNT, 7);
        for (int r = 0; r < 2; r++) {
          assertEquals(0, mean(drawn.samples()[r]), 0.1, by.word());
          assertEquals(1, variance(drawn.samples()[r]), 0.12, by.word());
        }
      }
    }
  }

  /** Energy and slope of networks with bends, by differences of the energy itself. */
  @Test
  void slopesAreThoseOfTheEnergy() {
    Recipe recipe =
        RecipeYaml.parse(
            """
            name: bends
            data: bends
            noise: {distribution: uniform, size: 3}
            generator:
              - {type: dense, units: 7, activation: sigmoid, weights: {type: uniform, irange: 1}}
              - {type: dense, units: 5, activation: linear, weights: {type: uniform, irange: 1}}
            discriminator:
              - {type: dropout, keep: 0.8}
              - {type: maxout, units: 6, pieces: 3, weights: {type: uniform, irange: 1}}
              - {type: dropout, keep: 0.5}
              - {type: dense, units: 1, activation: linear, weights: {type: uniform, irange: 1}}
            batch: 1
            learning_rate: {initial: 0.1}
            momentum: {initial: 0, last: 0, epochs: 2}
            stop: {iterations: 1}
            replicas: 2
            """,
            "bends");
    ImageShape shape = new ImageShape(1, 1, 5);
    List<Calibration> calibrations =
        List.of(new Calibration(0.3, 1.7, 0, 0, 1), new Calibration(-1, 0.4, 0, 0, 1));
    try (Gan gan = new Gan(device, recipe, shape)) {
      gan.initialise(Examples.of(shape, new float[10]));
      NetworkValues.randomise(gan.generator(), 4, 1);
      NetworkValues.randomise(gan.discriminator(), 5, 1);
      int rows = 9;
      try (JudgedGenerator judged = new JudgedGenerator(gan, calibrations, rows, true)) {
        double[][] u = judged.room();
        judged.drawPrior(u, 2, 0);
        double[][] energies = new double[2][rows];
        double[][] slope = judged.room();
        judged.evaluate(u, energies, slope);
        double[][] logits = new double[2][rows];
        judged.judge(u, logits);
        double h = 1e-3;
        for (int i = 0; i < 3; i++) {
          double[][] above = shifted(judged, u, i, h, rows);
          double[][] below = shifted(judged, u, i, -h, rows);
          for (int r = 0; r < 2; r++) {
            for (int row = 0; row < rows; row++) {
              assertEquals(-logits[r][row], energies[r][row], 1e-12);
              double difference = (below[r][row] - above[r][row]) / (2 * h);
              assertEquals(difference, slope[r][3 * row + i], 3e-3, "row " + row);
            }
          }
        }
      }
    }
  }

  /** Logits after a step of one element of every row's u. */
  private static double[][] shifted(
      JudgedGenerator judged, double[][] u, int element, double by, int rows) {
    double[][] moved = {u[0].clone(), u[1].clone()};
    for (double[] values : moved) {
      for (int row = 0; row < rows; row++) {
        values[3 * row + element] += by;
      }
    }
    double[][] logits = new double[2][rows];
    judged.judge(moved, logits);
    return logits;
  }

  @Test
  void refusesWhatHasNoSuchSamples() {
    try (Gan gan = line(LINE)) {
      JudgedSampler sampler = new JudgedSampler(gan, heldOut());
      SamplingMethod chains = SamplingMethod.METROPOLIS;
      assertThrows(IllegalArgumentException.class, () -> sampler.draw(chains, 0, 5, 1));
      assertThrows(IllegalArgumentException.class, () -> sampler.draw(chains, 0, 1));
      SamplingMethod none = SamplingMethod.REJECTION;
      assertThrows(IllegalArgumentException.class, () -> sampler.draw(none, 3, 5, 1));
      assertThrows(
          IllegalArgumentException.class, () -> new JudgedSampler(gan, new float[] {Float.NaN}));
      set(gan, 1, Float.NaN, 1);
      NonFiniteSamplesException e =
          assertThrows(NonFiniteSamplesException.class, () -> sampler.draw(chains, 5, 1));
      assertEquals(1, e.replica());
    }
    Recipe noisy =
        RecipeYaml.with(
            LINE,
            List.of(
                "generator=[{type: dense, units: 1, activation: linear, weights: {type: uniform,"
                    + " irange: 1}}, {type: gaussian-noise, stddev: 0.1}]"));
    try (Gan gan = line(noisy)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> new JudgedSampler(gan, heldOut()));
      assertEquals(
          "layer 1 of the generator adds noise of its own: sampling by the discriminator needs a"
              + " generator that is a function of z alone",
          e.getMessage());
    }
  }
}
