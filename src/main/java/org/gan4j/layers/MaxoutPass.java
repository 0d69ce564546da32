package org.gan4j.layers;

import org.gan4j.device.DataType;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Epilogue;
import org.gan4j.device.Kernels;

/** Maxout, with the dropout that follows it, if any, in the same kernels. */
final class MaxoutPass implements LayerPass {
  private final Kernels kernels;
  private final Affine affine;
  private final int units;
  private final int pieces;
  private final double keep;
  private final DeviceBuffer linear;
  private final DeviceBuffer winner;

  MaxoutPass(PassPlan plan, int units, int pieces) {
    this.kernels = plan.kernels();
    this.affine = new Affine(plan);
    this.units = units;
    this.pieces = pieces;
    this.keep = plan.keep();
    this.linear = plan.arena().floats((long) plan.rows() * units * pieces);
    this.winner = plan.arena().reserve(DataType.BYTE, (long) plan.rows() * units);
  }

  @Override
  public void forward(DeviceBuffer out, DeviceBuffer in, DeviceBuffer state, int site) {
    affine.forward(linear, in, Epilogue.NONE);
    kernels.maxoutForward(out, winner, linear, affine.rows(), units, pieces, keep, state, site);
  }

  /** The linear pieces are not needed any more: their buffer takes their gradient. */
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
    kernels.maxoutBackward(
        linear,
        request.parameters() ? affine.biases().velocity() : null,
        delta,
        winner,
        request.rowScaleOrNull(),
        affine.rows(),
        units,
        pieces,
        keep,
        state);
    affine.backward(in, linear, request, inDeltaOrNull, inputRows, state);
  }

  @Override
  public boolean inPlace() {
    return false;
  }
}
