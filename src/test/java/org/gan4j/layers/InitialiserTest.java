package org.gan4j.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.junit.jupiter.api.Test;

class InitialiserTest {
  private static final int ROWS = 200;
  private static final int COLUMNS = 300;
  private static final int CONNECTIONS = 37;

  /** Five standard deviations of a mean over n independent values. */
  private static double room(double deviation, int n) {
    return 5 * deviation / Math.sqrt(n);
  }

  private static float[] weights(WeightInit init, int rows, int columns, long seed, int site) {
    float[] values = new float[rows * columns];
    init.fill(values, columns, Initialiser.stream(seed, site, 0), new double[0]);
    return values;
  }

  private static float[] biases(BiasInit init, int count, double[] dataMean) {
    float[] values = new float[count];
    init.fill(values, count, null, dataMean);
    return values;
  }

  private static float[] uniform(double irange, long seed, int site) {
    return weights(new WeightInit.Uniform(irange), ROWS, COLUMNS, seed, site);
  }

  private static double mean(float[] values, int power) {
    return IntStream.range(0, values.length)
        .mapToDouble(i -> Math.pow(values[i], power))
        .average()
        .orElseThrow();
  }

  @Test
  void uniformWeightsFillTheirRange() {
    double a = 0.05;
    float[] weights = uniform(a, 1, 0);
    for (float w : weights) {
      assertTrue(Math.abs(w) <= (float) a);
    }
    // x and x² of U(−a, a) have the deviations a/√3 and a²·√(4/45).
    assertEquals(0, mean(weights, 1), room(a / Math.sqrt(3), weights.length));
    assertEquals(a * a / 3, mean(weights, 2), room(a * a * Math.sqrt(4 / 45.0), weights.length));
    float[] sorted = weights.clone();
    Arrays.sort(sorted);
    assertTrue(sorted[0] < -0.999 * a && sorted[sorted.length - 1] > 0.999 * a);
  }

  @Test
  void sparseColumnsHaveExactlyTheirConnections() {
    float[] weights = weights(new WeightInit.Sparse(CONNECTIONS), ROWS, COLUMNS, 1, 0);
    float[] drawn = new float[CONNECTIONS * COLUMNS];
    int[] ofRow = new int[ROWS];
    int n = 0;
    for (int c = 0; c < COLUMNS; c++) {
      int before = n;
      for (int r = 0; r < ROWS; r++) {
        if (weights[r * COLUMNS + c] != 0) {
          drawn[n++] = weights[r * COLUMNS + c];
          ofRow[r]++;
        }
      }
      assertEquals(CONNECTIONS, n - before);
    }
    // x, x² and x⁴ of N(0, 1) have the means 0, 1, 3 and the deviations 1, √2, √96.
    assertEquals(0, mean(drawn, 1), room(1, n));
    assertEquals(1, mean(drawn, 2), room(Math.sqrt(2), n));
    assertEquals(3, mean(drawn, 4), room(Math.sqrt(96), n));
    double p = (double) CONNECTIONS / ROWS;
    double deviation = Math.sqrt(COLUMNS * p * (1 - p));
    for (int count : ofRow) {
      assertEquals(COLUMNS * p, count, 5 * deviation);
    }
  }

  @Test
  void everyInputMayBeConnected() {
    float[] weights = weights(new WeightInit.Sparse(5), 5, 3, 1, 0);
    for (float w : weights) {
      assertTrue(w != 0);
    }
  }

  @Test
  void drawsDependOnSeedAndSiteOnly() {
    assertArrayEquals(uniform(0.1, 1, 2), uniform(0.1, 1, 2));
    assertFalse(Arrays.equals(uniform(0.1, 1, 2), uniform(0.1, 2, 2)));
    assertFalse(Arrays.equals(uniform(0.1, 1, 2), uniform(0.1, 1, 3)));
  }

  @Test
  void constantBiases() {
    float[] biases = biases(new BiasInit.Constant(-2), 3, new double[0]);
    assertArrayEquals(new float[] {-2, -2, -2}, biases);
  }

  @Test
  void biasesOfTheDataMeanAreItsLogits() {
    double[] mean = {0, 1e-9, 0.25, 0.5, 1};
    float[] biases = biases(new BiasInit.DataMean(), 5, mean);
    double edge = Math.log((1 - 1e-7) / 1e-7);
    double[] expected = {-edge, -edge, -Math.log(3), 0, edge};
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], biases[i], Rounding.UNIT * edge);
    }
  }

  @Test
  void dataMeanNeedsALayerOfThatSize() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> biases(new BiasInit.DataMean(), 4, new double[5]));
    assertEquals(
        "a bias from the data's mean needs as many units as an example has values: 5, not 4",
        e.getMessage());
  }

  /** Another width of one layer leaves the draws of the layers after the next alone. */
  @Test
  void otherLayersSizesDoNotMatter() {
    try (Device device = Device.cpu();
        Network narrow = network(device, 4);
        Network wide = network(device, 9)) {
      assertArrayEquals(
          NetworkValues.parameters(narrow, 1).get(4), NetworkValues.parameters(wide, 1).get(4));
      assertFalse(
          Arrays.equals(
              NetworkValues.parameters(wide, 0).get(4), NetworkValues.parameters(wide, 1).get(4)));
    }
  }

  private static Network network(Device device, int units) {
    WeightInit weights = new WeightInit.Uniform(1);
    BiasInit bias = new BiasInit.Constant(0);
    Network network =
        new Network(
            device,
            List.of(
                new LayerSpec.Dense(units, Activation.RELU, weights, bias),
                new LayerSpec.Maxout(6, 2, weights, bias),
                new LayerSpec.Dense(3, Activation.LINEAR, weights, bias)),
            5,
            2);
    network.initialise(new long[] {1, 2}, 0, new double[0]);
    return network;
  }

  @Test
  void largeLayersAreDrawnInPartsOfTheSameNumbers() {
    WeightInit init = new WeightInit.Uniform(0.05);
    LayerSpec layer = new LayerSpec.Dense(600, Activation.LINEAR, init, new BiasInit.Constant(0));
    try (Device device = Device.cpu();
        Network network = new Network(device, List.of(layer), 500, 2)) {
      network.initialise(new long[] {7, 8}, 3, new double[0]);
      float[] drawn = new float[500 * 600];
      Buffers.read(network.parameters().get(0).value(), 1, drawn);
      assertArrayEquals(weights(init, 500, 600, 8, 3), drawn);
    }
  }
}
