package org.gan4j.layers;

import org.gan4j.device.DenseShape;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Epilogue;
import org.gan4j.device.Kernels;

/** x·W + b and the products of its backward pass, for minibatches of one size. */
final class Affine {
  private final Kernels kernels;
  private final Parameter weights;
  private final Parameter biases;
  private final int rows;
  private final DenseShape shape;
  private final DeviceBuffer scaled;

  /** Reserves the room that row-scaled gradients need. */
  Affine(PassPlan plan) {
    this(plan, plan.parameter(ParameterShape.WEIGHTS));
  }

  /** With other weights than the layer's own. */
  Affine(PassPlan plan, Parameter weights) {
    this.kernels = plan.kernels();
    this.weights = weights;
    this.biases = plan.parameter(ParameterShape.BIASES);
    this.rows = plan.rows();
    this.shape = new DenseShape(rows, inputs(), outputs());
    long narrow = Math.min(inputs(), outputs());
    this.scaled = plan.backward() ? plan.arena().floats(rows * narrow) : null;
  }

  Parameter weights() {
    return weights;
  }

  Parameter biases() {
    return biases;
  }

  int rows() {
    return rows;
  }

  int inputs() {
    return weights.rows();
  }

  int outputs() {
    return weights.columns();
  }

  void forward(DeviceBuffer out, DeviceBuffer in, Epilogue epilogue) {
    kernels.affine(out, in, weights.value(), biases.value(), epilogue, rows, outputs(), inputs());
  }

  /** With delta [rows][outputs], the gradient with respect to x·W + b; not modified. */
  void backward(
      DeviceBuffer in,
      DeviceBuffer delta,
      Gradients request,
      DeviceBuffer inDeltaOrNull,
      int inputRows,
      DeviceBuffer state) {
    if (inDeltaOrNull != null) {
      kernels.productTransposed(
          inDeltaOrNull, delta, weights.value(), inputRows, inputs(), outputs());
    }
    if (request.parameters()) {
      accumulate(in, delta, request, state);
    }
  }

  /** Xᵀ·diag(c)·Δ: the row factors go onto a copy of whichever side is narrower. */
  private void accumulate(
      DeviceBuffer in, DeviceBuffer delta, Gradients request, DeviceBuffer state) {
    DeviceBuffer rowScaleOrNull = request.rowScaleOrNull();
    DeviceBuffer left = in;
    DeviceBuffer right = delta;
    if (rowScaleOrNull != null && inputs() <= outputs()) {
      kernels.scaleRows(scaled, in, rowScaleOrNull, rows, inputs());
      left = scaled;
    } else if (rowScaleOrNull != null) {
      kernels.scaleRows(scaled, delta, rowScaleOrNull, rows, outputs());
      right = scaled;
    }
    DeviceBuffer velocity = weights.velocity();
    Steps steps = request.stepsOrNull();
    if (steps == null || !kernels.stepsWithGradient()) {
      kernels.weightGradient(velocity, left, right, shape, state);
      return;
    }
    boolean both =
        kernels.weightStep(
            weights.value(),
            velocity,
            biases.value(),
            biases.velocity(),
            left,
            right,
            shape,
            state);
    steps.take(weights);
    if (both) {
      steps.take(biases);
    }
  }
}
