package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.gan4j.device.Device;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkValues;
import org.gan4j.layers.WeightInit;
import org.gan4j.recipe.Noise;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Distances and gradients of every row, replica and example; dropout is not in them. */
class GeneratorDistanceTest {
  private static final int SIZE = 3;
  private static final int WIDTH = 5;
  private static final int EXAMPLES = 4;
  private static final int CHAINS = 3;
  private static final int ROWS = EXAMPLES * CHAINS;

  private static LayerSpec dense(int units, Activation activation) {
    return new LayerSpec.Dense(
        units, activation, new WeightInit.Uniform(1), new BiasInit.Constant(0));
  }

  private static float[] uniform(Random random, int length) {
    return NetworkValues.floats(random, length, 1);
  }

  @ParameterizedTest
  @EnumSource(Noise.Distribution.class)
  void equalsFiniteDifferencesOfTheHost(Noise.Distribution distribution) {
    Noise noise = new Noise(distribution, SIZE, 1.3);
    LatentSpace space = new LatentSpace(noise);
    List<LayerSpec> layers =
        List.of(
            dense(7, Activation.SIGMOID), new LayerSpec.Dropout(0.5), dense(5, Activation.LINEAR));
    try (Device device = Device.cpu();
        Network network = new Network(device, layers, SIZE, 2);
        GeneratorDistance distance =
            new GeneratorDistance(device, network, space, EXAMPLES, CHAINS)) {
      NetworkValues.randomise(network, 6, 1);
      Random random = new Random(8);
      double[][] u = new double[2][ROWS * SIZE];
      float[][] x = new float[2][];
      for (int r = 0; r < 2; r++) {
        x[r] = uniform(random, EXAMPLES * WIDTH);
        distance.examples(r, x[r]);
        for (int i = 0; i < u[r].length; i++) {
          u[r][i] = 2 * random.nextGaussian();
        }
      }
      double[][] half = new double[2][ROWS];
      double[][] slope = new double[2][ROWS * SIZE];
      distance.evaluate(u, half, slope);
      for (int r = 0; r < 2; r++) {
        List<double[]> p = NetworkValues.parameters(network, r);
        for (int i = 0; i < ROWS * SIZE; i++) {
          int row = i / SIZE;
          assertEquals(half(p, space, u[r], row, x[r]), half[r][row], 1e-5);
          double h = 1e-5;
          u[r][i] += h;
          double above = half(p, space, u[r], row, x[r]);
          u[r][i] -= 2 * h;
          double below = half(p, space, u[r], row, x[r]);
          u[r][i] += h;
          assertEquals((above - below) / (2 * h), slope[r][i], 1e-5, "row " + row);
        }
      }
      assertEquals(half[1][2 * CHAINS], fromSamples(distance.samples(u)[1], x[1], 2), 1e-5);
    }
  }

  /** Of the first chain of an example. */
  private static double fromSamples(float[] samples, float[] x, int example) {
    double sum = 0;
    for (int k = 0; k < WIDTH; k++) {
      double difference = x[example * WIDTH + k] - samples[example * WIDTH + k];
      sum += difference * difference / 2;
    }
    return sum;
  }

  private static double half(List<double[]> p, LatentSpace space, double[] u, int row, float[] x) {
    double[] hidden = new double[7];
    for (int h = 0; h < 7; h++) {
      double sum = p.get(1)[h];
      for (int i = 0; i < SIZE; i++) {
        sum += space.noise(u[row * SIZE + i]) * p.get(0)[i * 7 + h];
      }
      hidden[h] = 1 / (1 + Math.exp(-sum));
    }
    double total = 0;
    for (int k = 0; k < WIDTH; k++) {
      double sum = p.get(3)[k];
      for (int h = 0; h < 7; h++) {
        sum += hidden[h] * p.get(2)[h * WIDTH + k];
      }
      double difference = x[row / CHAINS * WIDTH + k] - sum;
      total += difference * difference / 2;
    }
    return total;
  }
}
