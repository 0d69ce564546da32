package org.gan4j.benchmarks.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Numbers;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Work;
import org.gan4j.benchmarks.Workload;

/** One operation of a layer in DJL. */
final class DjlKernel implements Work {
  private final NDManager manager = NDManager.newBaseManager();
  private final Case.Kernel kernel;
  private final NDArray first;
  private final NDArray second;
  private final NDArray third;
  private final NDArray maxima;
  private NDManager made = manager.newSubManager();
  private NDArray out;
  private NDArray weightGradient;
  private NDArray biasGradient;

  DjlKernel(Case.Kernel kernel) {
    this.kernel = kernel;
    int rows = kernel.rows();
    int inputs = kernel.inputs();
    int units = kernel.outputs();
    boolean dense = kernel.operation().isDense();
    boolean maxout = kernel.operation().isMaxout();
    first =
        maxout
            ? draw(0, rows, units, Workload.PIECES)
            : dense ? draw(0, rows, inputs) : draw(0, rows, units);
    second = dense ? weights(inputs, units) : draw(1, rows, units);
    boolean backward = kernel.operation() == Case.Operation.DENSE_BACKWARD;
    third = backward ? draw(2, rows, units) : draw(2, units);
    maxima = maxout ? first.max(new int[] {2}, true) : null;
  }

  private NDArray draw(int input, long... shape) {
    Shape s = new Shape(shape);
    return manager.create(Numbers.uniform(input, Math.toIntExact(s.size()), 1), s);
  }

  private NDArray weights(int inputs, int units) {
    float[] values = Numbers.uniform(1, inputs * units, 1);
    return manager.create(DjlNetwork.transposed(values, inputs, units), new Shape(units, inputs));
  }

  @Override
  public void run() {
    made.close();
    made = manager.newSubManager();
    compute();
    out.attach(made);
  }

  private void compute() {
    switch (kernel.operation()) {
      case DENSE_FORWARD -> out = linear();
      case DENSE_RELU_FORWARD -> out = temporary(Activation.relu(temporary(linear())));
      case DENSE_SIGMOID_FORWARD -> out = temporary(Activation.sigmoid(temporary(linear())));
      case DENSE_BACKWARD -> {
        out = third.matMul(second);
        weightGradient = temporary(temporary(third.transpose()).matMul(first));
        biasGradient = temporary(third.sum(new int[] {0}));
      }
      case RELU_BACKWARD -> out = temporary(first.gt(0)).mul(second);
      case SIGMOID_BACKWARD ->
          out = temporary(first.mul(second)).mul(temporary(first.neg()).addi(1));
      case MAXOUT_FORWARD -> out = first.max(new int[] {2});
      case MAXOUT_BACKWARD ->
          out =
              temporary(temporary(first.eq(maxima)).toType(DataType.FLOAT32, false))
                  .muli(temporary(second.expandDims(2)));
      case DROPOUT ->
          out = Dropout.dropout(first, (float) (1 - Workload.KEEP_INPUT), true).singletonOrThrow();
    }
  }

  private NDArray linear() {
    return Linear.linear(first, second, third).singletonOrThrow();
  }

  /** A result belongs to its first operand's manager, which lives longer, unless it is moved. */
  private NDArray temporary(NDArray array) {
    array.attach(made);
    return array;
  }

  @Override
  public Tensors outputs() {
    float[] values = out.toFloatArray();
    return switch (kernel.operation()) {
      case DENSE_BACKWARD ->
          new Tensors()
              .put("dx", values)
              .put(
                  "dw",
                  DjlNetwork.transposed(
                      weightGradient.toFloatArray(), kernel.outputs(), kernel.inputs()))
              .put("db", biasGradient.toFloatArray());
      case RELU_BACKWARD, SIGMOID_BACKWARD, MAXOUT_BACKWARD -> new Tensors().put("dx", values);
      default -> new Tensors().put("y", values);
    };
  }

  @Override
  public void close() {
    manager.close();
  }
}
