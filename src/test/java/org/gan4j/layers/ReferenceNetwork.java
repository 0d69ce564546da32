package org.gan4j.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A network in double precision, written from the definitions of the layers alone, as plain as can
 * be: what the networks of a device are compared with.
 */
public final class ReferenceNetwork {
  private final List<LayerSpec> layers;
  private final int inputs;
  private final List<double[]> parameters;

  /** A network with the parameters that one replica has now. */
  public ReferenceNetwork(List<LayerSpec> layers, Network network, int replica) {
    this(layers, network.inputs(), NetworkValues.parameters(network, replica));
  }

  ReferenceNetwork(List<LayerSpec> layers, int inputs, List<double[]> parameters) {
    this.layers = layers;
    this.inputs = inputs;
    this.parameters = parameters;
  }

  /** Weights and biases in the order of {@link Network#parameters}; they may be changed. */
  public List<double[]> parameters() {
    return parameters;
  }

  /** One layer's work, as far as the way back needs it. */
  private static final class Stage {
    LayerSpec spec;
    int width;
    int parameter;
    double[] in;
    double[] weights;
    double[] slope;
    int[] winner;
    ReferenceJoin join;
    ReferenceNormalisation normalisation;
  }

  /** A forward pass. */
  public static final class Trace {
    private final List<Stage> stages = new ArrayList<>();
    private final int rows;
    private double[] out;
    private double margin = Double.POSITIVE_INFINITY;

    private Trace(int rows) {
      this.rows = rows;
    }

    /** [rows][outputs]. */
    public double[] out() {
      return out;
    }

    /** What entered the last layer, [rows][values]. */
    public double[] enteringLast() {
      return stages.get(stages.size() - 1).in;
    }

    /** How far the closest value was from a kink: of a ReLU at 0, of maxout between two pieces. */
    public double margin() {
      return margin;
    }

    private void near(double distance) {
      margin = Math.min(margin, distance);
    }
  }

  /** The gradients: of each parameter, in their order, and [rows][inputs] of the input. */
  public record Gradient(List<double[]> parameters, double[] input) {}

  /** With dropout, if training, and noise from these draws. */
  public Trace forward(double[] x, int rows, boolean training, Draws draws, int site) {
    Trace trace = new Trace(rows);
    double[] in = x;
    int width = inputs;
    int parameter = 0;
    int at = site;
    for (int i = 0; i < layers.size(); i++) {
      Stage stage = new Stage();
      stage.spec = layers.get(i);
      stage.in = in;
      stage.width = width;
      stage.parameter = parameter;
      trace.stages.add(stage);
      width = stage.spec.outputs(width);
      if (stage.spec instanceof LayerSpec.Dense dense) {
        in = activate(linear(stage, rows, width), stage, dense.activation(), trace);
        parameter += 2;
      } else if (stage.spec instanceof WeightNormalised normalised) {
        stage.weights =
            ReferenceNormalisation.columns(
                parameters.get(parameter), parameters.get(parameter + 1));
        double[] linear = linear(stage, rows, width, stage.weights, parameters.get(parameter + 2));
        in = activate(linear, stage, normalised.activation(), trace);
        parameter += 3;
      } else if (stage.spec instanceof LayerSpec.Maxout maxout) {
        in = largest(linear(stage, rows, width * maxout.pieces()), stage, maxout.pieces(), trace);
        parameter += 2;
      } else if (stage.spec instanceof Join join) {
        int count = ReferenceJoin.count(join);
        stage.join = new ReferenceJoin(join, parameters.subList(0, count), rows);
        in = stage.join.forward(in, training, draws, at);
        trace.near(stage.join.margin());
        parameter += count;
      } else if (stage.spec instanceof LayerSpec.Convolution convolution) {
        ReferenceImages images = ReferenceImages.of(convolution, rows);
        double[] linear = images.forward(in, weights(stage), biases(stage));
        stage.winner = images.winners(convolution, linear, trace::near);
        in = picked(linear, stage.winner);
        parameter += 2;
      } else if (stage.spec instanceof LayerSpec.Deconvolution deconvolution) {
        double[] linear =
            ReferenceImages.of(deconvolution, rows).transposed(in, weights(stage), biases(stage));
        in = activate(linear, stage, deconvolution.activation(), trace);
        parameter += 2;
      } else if (stage.spec instanceof BatchNormalisation spec) {
        stage.normalisation =
            new ReferenceNormalisation(spec, parameters.subList(parameter, parameter + 4), rows);
        in = activate(stage.normalisation.forward(in, training), stage, spec.activation(), trace);
        parameter += 4;
      } else if (stage.spec instanceof LayerSpec.GaussianNoise noise) {
        if (training || noise.when() == NoisyWhen.ALWAYS) {
          in = sum(in, draws.normal(at, rows * width, noise.stddev()));
        }
      } else if (training) {
        double keep = ((LayerSpec.Dropout) stage.spec).keep();
        stage.slope = draws.mask(at, rows * width, keep);
        in = product(in, stage.slope);
      }
      at += stage.spec.sites();
    }
    trace.out = in;
    return trace;
  }

  private double[] weights(Stage stage) {
    return parameters.get(stage.parameter);
  }

  private double[] biases(Stage stage) {
    return parameters.get(stage.parameter + 1);
  }

  private static double[] picked(double[] x, int[] winner) {
    double[] y = new double[winner.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[winner[i]];
    }
    return y;
  }

  private double[] linear(Stage stage, int rows, int columns) {
    stage.weights = parameters.get(stage.parameter);
    return linear(stage, rows, columns, stage.weights, parameters.get(stage.parameter + 1));
  }

  private static double[] linear(Stage stage, int rows, int columns, double[] w, double[] b) {
    double[] out = new double[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double sum = b[c];
        for (int i = 0; i < stage.width; i++) {
          sum += stage.in[r * stage.width + i] * w[i * columns + c];
        }
        out[r * columns + c] = sum;
      }
    }
    return out;
  }

  private static double[] activate(double[] x, Stage stage, Activation activation, Trace trace) {
    double[] y = new double[x.length];
    stage.slope = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      switch (activation) {
        case LINEAR -> {
          y[i] = x[i];
          stage.slope[i] = 1;
        }
        case RELU -> {
          y[i] = Math.max(x[i], 0);
          stage.slope[i] = x[i] > 0 ? 1 : 0;
          trace.margin = Math.min(trace.margin, Math.abs(x[i]));
        }
        case SIGMOID -> {
          y[i] = 1 / (1 + Math.exp(-x[i]));
          stage.slope[i] = y[i] * (1 - y[i]);
        }
        case SOFTPLUS -> {
          y[i] = Math.log1p(Math.exp(x[i]));
          stage.slope[i] = 1 / (1 + Math.exp(-x[i]));
        }
        case TANH -> {
          y[i] = Math.tanh(x[i]);
          stage.slope[i] = 1 - y[i] * y[i];
        }
      }
    }
    return y;
  }

  private static double[] largest(double[] x, Stage stage, int pieces, Trace trace) {
    double[] y = new double[x.length / pieces];
    stage.winner = new int[y.length];
    for (int unit = 0; unit < y.length; unit++) {
      int best = unit * pieces;
      for (int p = best + 1; p < (unit + 1) * pieces; p++) {
        best = x[p] > x[best] ? p : best;
      }
      for (int p = unit * pieces; p < (unit + 1) * pieces; p++) {
        trace.margin = p == best ? trace.margin : Math.min(trace.margin, x[best] - x[p]);
      }
      y[unit] = x[best];
      stage.winner[unit] = best;
    }
    return y;
  }

  /** The gradients of Σ delta · out. */
  public Gradient backward(Trace trace, double[] delta) {
    return backward(trace, trace.stages.size() - 1, delta);
  }

  /** The gradients of Σ delta · {@link Trace#enteringLast}, of the parameters below. */
  public Gradient backwardBelowLast(Trace trace, double[] delta) {
    return backward(trace, trace.stages.size() - 2, delta);
  }

  private Gradient backward(Trace trace, int from, double[] delta) {
    List<double[]> gradients = new ArrayList<>();
    double[] d = delta;
    for (int i = from; i >= 0; i--) {
      Stage stage = trace.stages.get(i);
      if (stage.slope != null) {
        d = product(d, stage.slope);
      }
      if (stage.join != null) {
        Gradient joined = stage.join.backward(d);
        gradients.addAll(0, joined.parameters());
        d = joined.input();
      } else if (stage.normalisation != null) {
        Gradient normalised = stage.normalisation.backward(d);
        gradients.addAll(0, normalised.parameters());
        d = normalised.input();
      } else if (stage.spec instanceof LayerSpec.Convolution convolution) {
        ReferenceImages images = ReferenceImages.of(convolution, trace.rows);
        d = route(d, stage.winner, images.outputs());
        gradients.add(0, images.biasGradient(d, biases(stage).length));
        gradients.add(0, images.filterGradient(stage.in, d));
        d = images.transposed(d, weights(stage), null);
      } else if (stage.spec instanceof LayerSpec.Deconvolution deconvolution) {
        ReferenceImages images = ReferenceImages.of(deconvolution, trace.rows);
        gradients.add(0, images.biasGradient(d, biases(stage).length));
        gradients.add(0, images.filterGradient(d, stage.in));
        d = images.forward(d, weights(stage), null);
      } else if (stage.winner != null) {
        d = route(d, stage.winner, d.length * ((LayerSpec.Maxout) stage.spec).pieces());
      }
      if (stage.weights != null) {
        gradients.add(0, columnSums(d, trace.rows));
        double[] ofWeights = weightGradient(stage, d, trace.rows);
        if (stage.spec instanceof WeightNormalised normalised) {
          List<double[]> ofColumns =
              ReferenceNormalisation.ofColumns(
                  ofWeights, parameters.get(stage.parameter), parameters.get(stage.parameter + 1));
          if (normalised.scales() == Scales.FIXED) {
            Arrays.fill(ofColumns.get(1), 0);
          }
          gradients.addAll(0, ofColumns);
        } else {
          gradients.add(0, ofWeights);
        }
        d = inputGradient(stage, d, trace.rows);
      }
    }
    return new Gradient(gradients, d);
  }

  private static double[] route(double[] delta, int[] winner, int inputs) {
    double[] out = new double[inputs];
    for (int unit = 0; unit < delta.length; unit++) {
      out[winner[unit]] += delta[unit];
    }
    return out;
  }

  private static double[] columnSums(double[] delta, int rows) {
    double[] sums = new double[delta.length / rows];
    for (int i = 0; i < delta.length; i++) {
      sums[i % sums.length] += delta[i];
    }
    return sums;
  }

  private static double[] weightGradient(Stage stage, double[] delta, int rows) {
    int columns = delta.length / rows;
    double[] gradient = new double[stage.width * columns];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < stage.width; i++) {
        for (int c = 0; c < columns; c++) {
          gradient[i * columns + c] += stage.in[r * stage.width + i] * delta[r * columns + c];
        }
      }
    }
    return gradient;
  }

  private static double[] inputGradient(Stage stage, double[] delta, int rows) {
    double[] w = stage.weights;
    int columns = delta.length / rows;
    double[] gradient = new double[rows * stage.width];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < stage.width; i++) {
        for (int c = 0; c < columns; c++) {
          gradient[r * stage.width + i] += delta[r * columns + c] * w[i * columns + c];
        }
      }
    }
    return gradient;
  }

  private static double[] product(double[] a, double[] b) {
    double[] out = new double[a.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = a[i] * b[i];
    }
    return out;
  }

  private static double[] sum(double[] a, double[] b) {
    double[] out = new double[a.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = a[i] + b[i];
    }
    return out;
  }
}
