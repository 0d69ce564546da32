package org.gan4j.benchmarks.peers;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Numbers;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Work;
import org.gan4j.benchmarks.Workload;

/** One operation of a layer in libtorch, into arrays made before wherever it lets one. */
final class LibtorchKernel implements Work {
  private static final Scalar ZERO = new Scalar(0);

  private final Case.Kernel kernel;
  private final long[] wide;
  private final Tensor first;
  private final Tensor second;
  private final Tensor third;
  private final Tensor firstTransposed;
  private final Tensor secondTransposed;
  private final Tensor winners;
  private final Tensor dw;
  private final Tensor db;
  private Tensor out;

  LibtorchKernel(Case.Kernel kernel) {
    this.kernel = kernel;
    int rows = kernel.rows();
    int inputs = kernel.inputs();
    int units = kernel.outputs();
    boolean dense = kernel.operation().isDense();
    boolean backward = kernel.operation() == Case.Operation.DENSE_BACKWARD;
    wide = new long[] {rows, units, Workload.PIECES};
    if (kernel.operation().isMaxout()) {
      first = draw(0, wide);
      winners = first.max(2).get1();
    } else {
      first = dense ? draw(0, rows, inputs) : draw(0, rows, units);
      winners = null;
    }
    second = dense ? draw(1, inputs, units) : draw(1, rows, units);
    third = backward ? draw(2, rows, units) : draw(2, units);
    firstTransposed = backward ? first.t() : null;
    secondTransposed = backward ? second.t() : null;
    out = backward ? torch.empty(rows, inputs) : torch.empty(rows, units);
    dw = backward ? torch.empty(inputs, units) : null;
    db = backward ? torch.empty(units) : null;
  }

  private static Tensor draw(int input, long... shape) {
    long count = 1;
    for (long size : shape) {
      count *= size;
    }
    return Tensor.create(Numbers.uniform(input, Math.toIntExact(count), 1), shape);
  }

  @Override
  public void run() {
    switch (kernel.operation()) {
      case DENSE_FORWARD -> torch.addmm_out(out, third, first, second);
      case DENSE_RELU_FORWARD -> torch.relu_(torch.addmm_out(out, third, first, second));
      case DENSE_SIGMOID_FORWARD -> torch.sigmoid_(torch.addmm_out(out, third, first, second));
      case DENSE_BACKWARD -> {
        torch.mm_out(out, third, secondTransposed);
        torch.mm_out(dw, firstTransposed, third);
        torch.sum_out(db, third, 0);
      }
      case RELU_BACKWARD -> keep(torch.threshold_backward(second, first, ZERO));
      case SIGMOID_BACKWARD -> keep(torch.sigmoid_backward(second, first));
      case MAXOUT_FORWARD -> {
        T_TensorTensor_T both = first.max(2);
        keep(new Tensor(both.get0()));
        both.close();
      }
      case MAXOUT_BACKWARD ->
          keep(torch.value_selecting_reduction_backward(second, 2, winners, wide, false));
      case DROPOUT -> keep(torch.dropout(first, 1 - Workload.KEEP_INPUT, true));
    }
  }

  /** Frees the result before, as nothing else would until the garbage collector comes by. */
  private void keep(Tensor made) {
    out.close();
    out = made;
  }

  @Override
  public Tensors outputs() {
    float[] values = LibtorchNetwork.floats(out);
    return switch (kernel.operation()) {
      case DENSE_BACKWARD ->
          new Tensors()
              .put("dx", values)
              .put("dw", LibtorchNetwork.floats(dw))
              .put("db", LibtorchNetwork.floats(db));
      case RELU_BACKWARD, SIGMOID_BACKWARD, MAXOUT_BACKWARD -> new Tensors().put("dx", values);
      default -> new Tensors().put("y", values);
    };
  }
}
