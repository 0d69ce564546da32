package org.gan4j.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A join in double precision: each branch is a reference network of its own. */
final class ReferenceJoin {
  private final Join join;
  private final int rows;
  private final List<ReferenceNetwork> networks = new ArrayList<>();
  private final List<ReferenceNetwork.Trace> traces = new ArrayList<>();

  /** With its parameters, which may be changed between passes. */
  ReferenceJoin(Join join, List<double[]> parameters, int rows) {
    this.join = join;
    this.rows = rows;
    int first = 0;
    for (Join.Branch branch : join.branches()) {
      int count = count(branch);
      networks.add(
          new ReferenceNetwork(
              branch.layers(), branch.inputs(), parameters.subList(first, first + count)));
      first += count;
    }
  }

  /** Arrays of parameters of all branches. */
  static int count(Join join) {
    return join.branches().stream().mapToInt(ReferenceJoin::count).sum();
  }

  private static int count(Join.Branch branch) {
    int count = 0;
    int width = branch.inputs();
    for (LayerSpec layer : branch.layers()) {
      count += layer.parameters(width).size();
      width = layer.outputs(width);
    }
    return count;
  }

  double[] forward(double[] x, boolean training, Draws draws, int site) {
    int width = join.outputs(x.length / rows);
    double[] out = new double[rows * width];
    int at = 0;
    int column = 0;
    for (int b = 0; b < networks.size(); b++) {
      Join.Branch branch = join.branches().get(b);
      double[] part = Arrays.copyOfRange(x, at, at + rows * branch.inputs());
      ReferenceNetwork.Trace trace = networks.get(b).forward(part, rows, training, draws, site);
      traces.add(trace);
      for (int r = 0; r < rows; r++) {
        System.arraycopy(
            trace.out(), r * branch.outputs(), out, r * width + column, branch.outputs());
      }
      at += part.length;
      column += branch.outputs();
      site += branch.layers().size();
    }
    return out;
  }

  /** How far the closest value was from a kink. */
  double margin() {
    return traces.stream().mapToDouble(ReferenceNetwork.Trace::margin).min().orElseThrow();
  }

  ReferenceNetwork.Gradient backward(double[] delta) {
    int width = delta.length / rows;
    List<double[]> parameters = new ArrayList<>();
    List<double[]> inputs = new ArrayList<>();
    int column = 0;
    for (int b = 0; b < networks.size(); b++) {
      int outputs = join.branches().get(b).outputs();
      double[] own = new double[rows * outputs];
      for (int r = 0; r < rows; r++) {
        System.arraycopy(delta, r * width + column, own, r * outputs, outputs);
      }
      ReferenceNetwork.Gradient gradient = networks.get(b).backward(traces.get(b), own);
      parameters.addAll(gradient.parameters());
      inputs.add(gradient.input());
      column += outputs;
    }
    return new ReferenceNetwork.Gradient(
        parameters, inputs.stream().flatMapToDouble(Arrays::stream).toArray());
  }

  /** Of a gradient with respect to the input, the part of the first rows of every branch. */
  static double[] firstRows(List<LayerSpec> layers, double[] input, int rows, int some) {
    if (!(layers.get(0) instanceof Join join)) {
      return Arrays.copyOf(input, input.length / rows * some);
    }
    List<double[]> parts = new ArrayList<>();
    int at = 0;
    for (Join.Branch branch : join.branches()) {
      parts.add(Arrays.copyOfRange(input, at, at + some * branch.inputs()));
      at += rows * branch.inputs();
    }
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }
}
