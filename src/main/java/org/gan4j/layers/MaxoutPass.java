package org.gan4j.layers;

import org.gan4j.device.DataType;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Epilogue;
import org.gan4j.device.Kernels;
import org.gan4j.device.MaxoutShape;

/** Maxout, with the dropout that follows it, if any, in the same kernels. */
final class MaxoutPass implements LayerPass {
  private final Kernels kernels;
  private final Affine affine;
  private final MaxoutShape shape;
  private final DeviceBuffer linear;
  private final DeviceBuffer winner;

  MaxoutPass(PassPlan plan, int units, int pieces) {
    this.kernels = plan.kernels();
    this.affine = new Affine(plan);
    this.shape = new MaxoutShape(plan.rows(), affine.inputs(), units, pieces, plan.keep());
    this.linear = plan.arena().floats((long) plan.rows() * units * pieces);
    this.winner = plan.arena().reserve(DataType.BYTE, (long) plan.rows() * units);
  }

  @Override
  public void forward(DeviceBuffer out, DeviceBuffer in, DeviceBuffer state, int site) {
    affine.forward(linear, in, Epilogue.NONE);
    kernels.maxoutForward(
        out,
        winner,
        linear,
        shape.rows(),
        shape.units(),
        shape.pieces(),
        shape.keep(),
        state,
        site);
  }

  @Override
  public void backward(
      DeviceBuffer in,
      DeviceBuffer out,
      DeviceBuffer delta,
      Gradients request,
      DeviceBuffer inDeltaOrNull,
      int inputRows,
      DeviceBuffer state,
      int site) {
    if (kernels.byWinners(shape)) {
      byWinners(in, delta, request, inDeltaOrNull, inputRows, state);
    } else {
      bySlopes(in, delta, request, inDeltaOrNull, inputRows, state);
    }
  }

  private void byWinners(
      DeviceBuffer in,
      DeviceBuffer delta,
      Gradients request,
      DeviceBuffer inDeltaOrNull,
      int inputRows,
      DeviceBuffer state) {
    Parameter weights = affine.weights();
    Parameter biases = affine.biases();
    boolean learns = request.parameters();
    Steps steps = learns ? request.stepsOrNull() : null;
    kernels.maxoutGradients(
        inDeltaOrNull,
        weights.value(),
        learns ? weights.velocity() : null,
        biases.value(),
        learns ? biases.velocity() : null,
        in,
        delta,
        winner,
        request.rowScaleOrNull(),
        shape,
        inDeltaOrNull == null ? 0 : inputRows,
        steps != null,
        state);
    if (steps != null) {
      steps.take(weights);
      steps.take(biases);
    }
  }

  /** The linear pieces are not needed any more: their buffer takes their gradient. */
  private void bySlopes(
      DeviceBuffer in,
      DeviceBuffer delta,
      Gradients request,
      DeviceBuffer inDeltaOrNull,
      int inputRows,
      DeviceBuffer state) {
    kernels.maxoutBackward(
        linear,
        request.parameters() ? affine.biases().velocity() : null,
        delta,
        winner,
        request.rowScaleOrNull(),
        shape.rows(),
        shape.units(),
        shape.pieces(),
        shape.keep(),
        state);
    affine.backward(in, linear, request, inDeltaOrNull, inputRows, state);
  }

  @Override
  public boolean inPlace() {
    return false;
  }
}
