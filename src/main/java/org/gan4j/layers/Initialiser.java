package org.gan4j.layers;

import java.util.Arrays;
import org.gan4j.device.Buffers;
import org.gan4j.device.Philox;

/** Draws initial parameters on the host, the same numbers for every device. */
final class Initialiser {
  private static final int PART = 1 << 18;

  private Initialiser() {}

  private static Philox stream(long seed, int site) {
    return new Philox(seed, RandomStreams.INITIAL.site(site), 0);
  }

  /**
   * Draws the weights of one replica, in parts where they are independent: a layer may be large.
   */
  static void draw(WeightInit init, Parameter matrix, int replica, long seed, int site) {
    if (!(init instanceof WeightInit.Uniform uniform)) {
      float[] values = weights(init, matrix.rows(), matrix.columns(), seed, site);
      Buffers.write(matrix.value(), replica, values);
      return;
    }
    Philox random = stream(seed, site);
    for (int at = 0; at < matrix.size(); at += PART) {
      float[] part = new float[Math.min(PART, matrix.size() - at)];
      fillUniform(part, (float) uniform.irange(), random);
      Buffers.write(matrix.value().view(at, part.length), replica, part);
    }
  }

  static float[] weights(WeightInit init, int rows, int columns, long seed, int site) {
    float[] values = new float[Math.multiplyExact(rows, columns)];
    if (init instanceof WeightInit.Uniform uniform) {
      fillUniform(values, (float) uniform.irange(), stream(seed, site));
    } else if (init instanceof WeightInit.Sparse sparse) {
      fillSparse(values, rows, columns, sparse.connections(), stream(seed, site));
    }
    return values;
  }

  private static void fillUniform(float[] values, float irange, Philox random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextSymmetric() * irange;
    }
  }

  private static void fillSparse(
      float[] values, int rows, int columns, int connections, Philox random) {
    int[] inputs = new int[rows];
    Arrays.setAll(inputs, i -> i);
    for (int column = 0; column < columns; column++) {
      for (int c = 0; c < connections; c++) {
        int other = c + random.nextInt(rows - c);
        int chosen = inputs[other];
        inputs[other] = inputs[c];
        inputs[c] = chosen;
        values[chosen * columns + column] = (float) random.nextNormal();
      }
    }
  }

  static float[] biases(BiasInit init, int columns, double[] dataMean) {
    float[] values = new float[columns];
    if (init instanceof BiasInit.Constant constant) {
      Arrays.fill(values, (float) constant.value());
    } else {
      if (dataMean.length != columns) {
        throw new IllegalArgumentException(
            "a bias from the data's mean needs as many units as an example has values: "
                + dataMean.length
                + ", not "
                + columns);
      }
      for (int i = 0; i < columns; i++) {
        double mean = Math.min(Math.max(dataMean[i], 1e-7), 1 - 1e-7);
        values[i] = (float) Math.log(mean / (1 - mean));
      }
    }
    return values;
  }
}
