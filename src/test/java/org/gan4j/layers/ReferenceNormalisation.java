package org.gan4j.layers;

import java.util.Arrays;
import java.util.List;

/**
 * Batch normalisation in double precision, from its definition, backward as in training; and the
 * columns of weight normalisation.
 */
final class ReferenceNormalisation {
  private final BatchNormalisation spec;
  private final List<double[]> parameters;
  private final int rows;
  private final int width;
  private final double[] deviation;
  private double[] normal;

  /** With scale, shift and what ran along, which is not changed here. */
  ReferenceNormalisation(BatchNormalisation spec, List<double[]> parameters, int rows) {
    this.spec = spec;
    this.parameters = parameters;
    this.rows = rows;
    this.width = parameters.get(0).length;
    this.deviation = new double[width];
  }

  /** Weights [rows][columns] whose columns have these directions and lengths. */
  static double[] columns(double[] directions, double[] lengths) {
    double[] norms = norms(directions, lengths.length);
    double[] weights = new double[directions.length];
    Arrays.setAll(
        weights, i -> directions[i] * lengths[i % lengths.length] / norms[i % lengths.length]);
    return weights;
  }

  private static double[] norms(double[] directions, int columns) {
    double[] norms = new double[columns];
    for (int i = 0; i < directions.length; i++) {
      norms[i % columns] += directions[i] * directions[i];
    }
    Arrays.setAll(norms, c -> Math.sqrt(norms[c]));
    return norms;
  }

  /** What the gradient of such weights makes of their directions, then of the lengths. */
  static List<double[]> ofColumns(double[] gradient, double[] directions, double[] lengths) {
    int columns = lengths.length;
    double[] norms = norms(directions, columns);
    double[] ofLengths = new double[columns];
    for (int i = 0; i < gradient.length; i++) {
      ofLengths[i % columns] += gradient[i] * directions[i] / norms[i % columns];
    }
    double[] ofDirections = new double[gradient.length];
    for (int i = 0; i < gradient.length; i++) {
      int c = i % columns;
      double along = ofLengths[c] * directions[i] / norms[c];
      ofDirections[i] = lengths[c] / norms[c] * (gradient[i] - along);
    }
    return List.of(ofDirections, ofLengths);
  }

  double[] forward(double[] x, boolean training) {
    normal = new double[x.length];
    double[] out = new double[x.length];
    for (int c = 0; c < width; c++) {
      double mean = training ? mean(x, c) : parameters.get(2)[c];
      double variance = training ? variance(x, c, rows) : parameters.get(3)[c];
      deviation[c] = Math.sqrt(variance + spec.epsilon());
      for (int i = c; i < x.length; i += width) {
        normal[i] = (x[i] - mean) / deviation[c];
        out[i] = parameters.get(0)[c] * normal[i] + parameters.get(1)[c];
      }
    }
    return out;
  }

  private double mean(double[] x, int column) {
    double sum = 0;
    for (int i = column; i < x.length; i += width) {
      sum += x[i];
    }
    return sum / rows;
  }

  private double variance(double[] x, int column, double divisor) {
    double mean = mean(x, column);
    double sum = 0;
    for (int i = column; i < x.length; i += width) {
      sum += (x[i] - mean) * (x[i] - mean);
    }
    return sum / divisor;
  }

  /** What runs along after a minibatch: means, then variances. */
  List<double[]> ranAlong(double[] x) {
    double[] means = parameters.get(2).clone();
    double[] variances = parameters.get(3).clone();
    for (int c = 0; c < width; c++) {
      means[c] += spec.rate() * (mean(x, c) - means[c]);
      variances[c] += spec.rate() * (variance(x, c, Math.max(1, rows - 1)) - variances[c]);
    }
    return List.of(means, variances);
  }

  ReferenceNetwork.Gradient backward(double[] delta) {
    double[] ofScale = new double[width];
    double[] ofShift = new double[width];
    double[] in = new double[delta.length];
    double[] products = new double[delta.length];
    Arrays.setAll(products, i -> delta[i] * normal[i]);
    for (int c = 0; c < width; c++) {
      ofScale[c] = rows * mean(products, c);
      ofShift[c] = rows * mean(delta, c);
      for (int i = c; i < delta.length; i += width) {
        double centred = delta[i] - mean(delta, c) - normal[i] * mean(products, c);
        in[i] = parameters.get(0)[c] * centred / deviation[c];
      }
    }
    if (spec.scales() == Scales.FIXED) {
      Arrays.fill(ofScale, 0);
    }
    return new ReferenceNetwork.Gradient(
        List.of(ofScale, ofShift, new double[width], new double[width]), in);
  }
}
