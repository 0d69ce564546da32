package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.gan4j.device.Buffers;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkValues;
import org.gan4j.layers.WeightInit;
import org.gan4j.recipe.Noise;
import org.junit.jupiter.api.Test;

/** Estimates against exact log-likelihoods, on every device. */
abstract class AnnealedImportanceContract extends EvalContract {
  static final int EXAMPLES = 6;

  static LayerSpec dense(int units, Activation activation) {
    return new LayerSpec.Dense(
        units, activation, new WeightInit.Uniform(1), new BiasInit.Constant(0));
  }

  final Network network(Noise noise, int replicas, float range, LayerSpec... layers) {
    Network network = new Network(device, List.of(layers), noise.size(), replicas);
    NetworkValues.randomise(network, 5, range);
    return network;
  }

  static AisSettings settings(int temperatures, int leapfrogSteps, Double... sigmas) {
    return new AisSettings(100, 100, EXAMPLES, 20, temperatures, leapfrogSteps, List.of(sigmas), 3);
  }

  /** Points about as a model makes them, the same for every replica: [EXAMPLES][width]. */
  static float[] points(int width, double spread) {
    Random random = new Random(9);
    float[] x = new float[EXAMPLES * width];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (spread * random.nextGaussian());
    }
    return x;
  }

  static double[] row(float[] x, int index, int width) {
    double[] row = new double[width];
    Arrays.setAll(row, i -> x[index * width + i]);
    return row;
  }

  /** ln N(x; b, s²·WWᵀ + σ²·I), W's rows being those of z, by a Cholesky decomposition. */
  private static double linear(double[] x, double[] w, double[] b, double s, double sigma) {
    int d = x.length;
    int n = w.length / d;
    double[][] l = new double[d][d];
    double logLikelihood = -d / 2.0 * Math.log(2 * Math.PI);
    double[] y = new double[d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = i == j ? sigma * sigma : 0;
        for (int k = 0; k < n; k++) {
          sum += s * s * w[k * d + i] * w[k * d + j];
        }
        for (int k = 0; k < j; k++) {
          sum -= l[i][k] * l[j][k];
        }
        l[i][j] = i == j ? Math.sqrt(sum) : sum / l[j][j];
      }
      y[i] = x[i] - b[i];
      for (int k = 0; k < i; k++) {
        y[i] -= l[i][k] * y[k];
      }
      y[i] /= l[i][i];
      logLikelihood -= Math.log(l[i][i]) + y[i] * y[i] / 2;
    }
    return logLikelihood;
  }

  @Test
  void aLinearGeneratorIsGaussian() {
    linear(new int[][] {{2, 3, 1, 300}});
  }

  /** Sizes: of z, of x, leapfrog steps, temperatures. */
  final void linear(int[][] sizes) {
    for (int[] size : sizes) {
      Noise noise = new Noise(Noise.Distribution.NORMAL, size[0], 1.5);
      double sigma = 0.3;
      try (Network network = network(noise, 2, 0.8f, dense(size[1], Activation.LINEAR))) {
        float[] x = points(size[1], 1.5);
        AnnealedImportance ais =
            new AnnealedImportance(device, network, noise, settings(size[3], size[2], sigma));
        AnnealedImportance.Tuning tuning = ais.tune(x);
        double[][] found = ais.score(tuning, x).values();
        for (int r = 0; r < 2; r++) {
          List<double[]> parameters = NetworkValues.parameters(network, r);
          double sum = 0;
          for (int i = 0; i < EXAMPLES; i++) {
            double exact =
                linear(row(x, i, size[1]), parameters.get(0), parameters.get(1), 1.5, sigma);
            sum += exact / EXAMPLES;
            // 20 chains leave chance in each.
            assertEquals(exact, found[r][i], 0.5, Arrays.toString(size) + ", example " + i);
          }
          assertEquals(sum, ParzenScore.mean(found[r]), 0.15, Arrays.toString(size));
        }
      }
    }
  }

  /** One run gives the likelihoods of all σ on its way, each by its own exact answer. */
  @Test
  void theCurveIsExactAtEverySigma() {
    Noise noise = new Noise(Noise.Distribution.NORMAL, 3, 1);
    Double[] sigmas = {0.2, 0.5, 1.0, 4.0};
    try (Network network = network(noise, 1, 0.8f, dense(4, Activation.LINEAR))) {
      float[] x = points(4, 1);
      AnnealedImportance.Tuning tuning =
          new AnnealedImportance(device, network, noise, settings(400, 1, sigmas)).tune(x);
      List<double[]> parameters = NetworkValues.parameters(network, 0);
      double[] exact = new double[sigmas.length];
      for (int k = 0; k < sigmas.length; k++) {
        for (int i = 0; i < EXAMPLES; i++) {
          exact[k] +=
              linear(row(x, i, 4), parameters.get(0), parameters.get(1), 1, sigmas[k]) / EXAMPLES;
        }
        assertEquals(exact[k], tuning.curve()[0][k], 0.15, "σ " + sigmas[k]);
        rate(tuning.rates()[0][k], x, parameters, sigmas[k]);
      }
      int best = 0;
      for (int k = 1; k < sigmas.length; k++) {
        best = exact[k] > exact[best] ? k : best;
      }
      assertTrue(best > 0, "the best σ is to be found, not the last");
      assertEquals(sigmas[best], tuning.sigmas()[0]);
    }
  }

  /** With Z(τ) = ∫ p(z)·e^(−τ·½‖x − G(z)‖²) dz, of which −d ln Z/dτ is the distortion. */
  private static void rate(
      RateDistortion found, float[] x, List<double[]> parameters, double sigma) {
    double precision = 1 / (sigma * sigma);
    double step = 1e-4 * precision;
    double rate = 0;
    double distortion = 0;
    for (int i = 0; i < EXAMPLES; i++) {
      double[] row = row(x, i, 4);
      double half =
          (logZ(row, parameters, precision - step) - logZ(row, parameters, precision + step))
              / (2 * step);
      rate -= (precision * half + logZ(row, parameters, precision)) / EXAMPLES;
      distortion += 2 * half / 4 / EXAMPLES;
    }
    assertEquals(sigma, found.sigma());
    assertEquals(rate, found.rate(), 0.25, "σ " + sigma);
    assertEquals(distortion, found.distortion(), 0.1 * distortion, "σ " + sigma);
  }

  private static double logZ(double[] x, List<double[]> parameters, double precision) {
    double sigma = Math.sqrt(1 / precision);
    return linear(x, parameters.get(0), parameters.get(1), 1, sigma)
        + x.length / 2.0 * Math.log(2 * Math.PI * sigma * sigma);
  }

  @Test
  void aGeneratorThatDivergedHasNoEstimate() {
    Noise noise = new Noise(Noise.Distribution.NORMAL, 2, 1);
    try (Network network = network(noise, 2, 1, dense(3, Activation.LINEAR))) {
      Buffers.write(network.parameters().get(1).value(), 1, new float[] {0, Float.NaN, 0});
      AnnealedImportance ais = new AnnealedImportance(device, network, noise, settings(5, 1, 1.0));
      NonFiniteSamplesException e =
          assertThrows(NonFiniteSamplesException.class, () -> ais.tune(points(3, 1)));
      assertEquals(1, e.replica());
    }
  }
}
