package org.gan4j.layers;

import java.util.function.DoubleConsumer;

/**
 * Convolutions in double precision, written from their definition: every product once.
 *
 * @param rows examples
 * @param image what a convolution works on, and a transposed one makes
 * @param result the other one
 * @param kernel rows and columns of a filter
 * @param stride pixels between places of a filter
 * @param padding zeros on each side
 */
record ReferenceImages(int rows, Planes image, Planes result, int kernel, int stride, int padding) {
  static ReferenceImages of(LayerSpec.Convolution c, int rows) {
    int height = (c.input().height() + 2 * c.padding() - c.kernel()) / c.stride() + 1;
    int width = (c.input().width() + 2 * c.padding() - c.kernel()) / c.stride() + 1;
    Planes result = new Planes(c.channels() * c.pieces(), height, width);
    return new ReferenceImages(rows, c.input(), result, c.kernel(), c.stride(), c.padding());
  }

  static ReferenceImages of(LayerSpec.Deconvolution d, int rows) {
    int height = (d.input().height() - 1) * d.stride() + d.kernel() - 2 * d.padding();
    int width = (d.input().width() - 1) * d.stride() + d.kernel() - 2 * d.padding();
    Planes image = new Planes(d.channels(), height, width);
    return new ReferenceImages(rows, image, d.input(), d.kernel(), d.stride(), d.padding());
  }

  private interface Product {
    /** Positions in the image, the filters and the result. */
    void of(int image, int filter, int result);
  }

  private void products(Product product) {
    int filterSize = image.channels() * kernel * kernel;
    for (int to = 0; to < rows * result.size(); to++) {
      int x = to % result.width() * stride - padding;
      int y = to / result.width() % result.height() * stride - padding;
      int f = to / (result.width() * result.height()) % result.channels();
      int row = to / result.size();
      for (int weight = 0; weight < filterSize; weight++) {
        int u = x + weight % kernel;
        int v = y + weight / kernel % kernel;
        int plane = row * image.channels() + weight / (kernel * kernel);
        if (u >= 0 && u < image.width() && v >= 0 && v < image.height()) {
          int from = (plane * image.height() + v) * image.width() + u;
          product.of(from, f * filterSize + weight, to);
        }
      }
    }
  }

  /** Values of all results. */
  int outputs() {
    return rows * result.size();
  }

  double[] forward(double[] x, double[] filters, double[] biasesOrNull) {
    double[] out = started(outputs(), biasesOrNull);
    products((i, f, o) -> out[o] += x[i] * filters[f]);
    return out;
  }

  double[] transposed(double[] y, double[] filters, double[] biasesOrNull) {
    double[] out = started(rows * image.size(), biasesOrNull);
    products((i, f, o) -> out[i] += y[o] * filters[f]);
    return out;
  }

  /** Biases of channels or of every value, as many as there are. */
  private double[] started(int n, double[] biasesOrNull) {
    double[] out = new double[n];
    for (int i = 0; biasesOrNull != null && i < n; i++) {
      int values = n / rows;
      out[i] = biasesOrNull[i % values / (values / biasesOrNull.length)];
    }
    return out;
  }

  double[] biasGradient(double[] delta, int biases) {
    double[] sums = new double[biases];
    int values = delta.length / rows;
    for (int i = 0; i < delta.length; i++) {
      sums[i % values / (values / biases)] += delta[i];
    }
    return sums;
  }

  double[] filterGradient(double[] x, double[] delta) {
    double[] gradient = new double[result.channels() * image.channels() * kernel * kernel];
    products((i, f, o) -> gradient[f] += x[i] * delta[o]);
    return gradient;
  }

  /**
   * Which value of the result is the largest of each channel's window, the first of equals, and how
   * far the others are from it. Equal ones, where dropout left nothing but the bias, are no kink:
   * they stay equal.
   */
  int[] winners(LayerSpec.Convolution c, double[] linear, DoubleConsumer distances) {
    int height = (int) Math.ceil((result.height() - c.pool()) / (double) c.poolStride()) + 1;
    int width = (int) Math.ceil((result.width() - c.pool()) / (double) c.poolStride()) + 1;
    int[] winners = new int[rows * c.channels() * height * width];
    for (int at = 0; at < winners.length; at++) {
      int x0 = at % width * c.poolStride();
      int y0 = at / width % height * c.poolStride();
      int[] window = window(c, at / (width * height) * c.pieces(), y0, x0);
      int best = window[0];
      for (int i : window) {
        best = linear[i] > linear[best] ? i : best;
      }
      for (int i : window) {
        if (linear[i] != linear[best]) {
          distances.accept(linear[best] - linear[i]);
        }
      }
      winners[at] = best;
    }
    return winners;
  }

  private int[] window(LayerSpec.Convolution c, int plane, int y0, int x0) {
    int rowsHere = Math.min(c.pool(), result.height() - y0);
    int columns = Math.min(c.pool(), result.width() - x0);
    int[] window = new int[rowsHere * columns * c.pieces()];
    for (int i = 0; i < window.length; i++) {
      int piece = plane + i % c.pieces();
      int x = x0 + i / c.pieces() % columns;
      int y = y0 + i / c.pieces() / columns;
      window[i] = (piece * result.height() + y) * result.width() + x;
    }
    return window;
  }
}
