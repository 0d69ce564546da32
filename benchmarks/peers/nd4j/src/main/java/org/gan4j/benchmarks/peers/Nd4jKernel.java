package org.gan4j.benchmarks.peers;

import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Numbers;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Work;
import org.gan4j.benchmarks.Workload;
import org.gan4j.benchmarks.Workload.Activation;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinearDerivative;
import org.nd4j.linalg.api.ops.random.impl.DropOutInverted;
import org.nd4j.linalg.factory.Nd4j;

/** One operation of a layer in ND4J. */
final class Nd4jKernel implements Work {
  private static final WorkspaceConfiguration WORKSPACE =
      WorkspaceConfiguration.builder().initialSize(64L << 20).build();

  private final Case.Kernel kernel;
  private final int rows;
  private final int units;
  private final INDArray first;
  private final INDArray second;
  private final INDArray third;
  private final INDArray out;
  private final INDArray weightGradient;
  private final INDArray biasGradient;
  private final INDArray maxima;

  Nd4jKernel(Case.Kernel kernel) {
    this.kernel = kernel;
    this.rows = kernel.rows();
    this.units = kernel.outputs();
    int inputs = kernel.inputs();
    boolean dense = kernel.operation().isDense();
    boolean maxout = kernel.operation().isMaxout();
    boolean backward = kernel.operation() == Case.Operation.DENSE_BACKWARD;
    int columns = dense ? inputs : maxout ? units * Workload.PIECES : units;
    float[] x = Numbers.uniform(0, rows * columns, 1);
    first =
        Nd4jArrays.of(maxout ? Nd4jArrays.byPiece(x, units, Workload.PIECES) : x, rows, columns);
    second =
        dense
            ? Nd4jArrays.of(Numbers.uniform(1, inputs * units, 1), inputs, units)
            : Nd4jArrays.of(Numbers.uniform(1, rows * units, 1), rows, units);
    int thirdRows = backward ? rows : 1;
    third = Nd4jArrays.of(Numbers.uniform(2, thirdRows * units, 1), thirdRows, units);
    boolean wide = kernel.operation() == Case.Operation.MAXOUT_BACKWARD;
    out = Nd4jArrays.zeros(rows, backward || wide ? columns : units);
    weightGradient = Nd4jArrays.zeros(inputs, units);
    biasGradient = Nd4jArrays.zeros(1, units);
    maxima = Nd4jArrays.zeros(rows, units);
    if (maxout) {
      Nd4jLayer.maxout(maxima, first, units, Workload.PIECES);
    }
  }

  @Override
  @SuppressWarnings("try") // A workspace is active while it is open.
  public void run() {
    try (MemoryWorkspace ignored =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(WORKSPACE, "kernel")) {
      compute();
    }
  }

  private void compute() {
    switch (kernel.operation()) {
      case DENSE_FORWARD -> forward(Activation.LINEAR);
      case DENSE_RELU_FORWARD -> forward(Activation.RELU);
      case DENSE_SIGMOID_FORWARD -> forward(Activation.SIGMOID);
      case DENSE_BACKWARD -> {
        Nd4jLayer.product(out, third, second, false, true);
        Nd4jLayer.product(weightGradient, first, third, true, false);
        third.sum(biasGradient, true, 0);
      }
      case RELU_BACKWARD ->
          Nd4j.getExecutioner().exec(new RectifiedLinearDerivative(first, second, out));
      case SIGMOID_BACKWARD -> out.assign(first).rsubi(1).muli(first).muli(second);
      case MAXOUT_FORWARD -> Nd4jLayer.maxout(out, first, units, Workload.PIECES);
      case MAXOUT_BACKWARD -> maxoutBackward();
      case DROPOUT ->
          Nd4j.getExecutioner().exec(new DropOutInverted(first, out, Workload.KEEP_INPUT));
    }
  }

  private void forward(Activation activation) {
    Nd4jLayer.product(out, first, second, false, false);
    out.addiRowVector(third);
    Nd4jLayer.activate(out, activation);
  }

  private void maxoutBackward() {
    for (int p = 0; p < Workload.PIECES; p++) {
      INDArray won = Nd4jLayer.piece(first, units, p).eq(maxima).castTo(second.dataType());
      second.muli(won, Nd4jLayer.piece(out, units, p));
    }
  }

  @Override
  public Tensors outputs() {
    float[] values = Nd4jArrays.values(out);
    return switch (kernel.operation()) {
      case DENSE_BACKWARD ->
          new Tensors()
              .put("dx", values)
              .put("dw", Nd4jArrays.values(weightGradient))
              .put("db", Nd4jArrays.values(biasGradient));
      case RELU_BACKWARD, SIGMOID_BACKWARD -> new Tensors().put("dx", values);
      case MAXOUT_BACKWARD ->
          new Tensors().put("dx", Nd4jArrays.byUnit(values, units, Workload.PIECES));
      default -> new Tensors().put("y", values);
    };
  }
}
