package org.gan4j.layers;

import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.DataType;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.PoolShape;

/** Convolution, maxout over pieces and max pooling, with the dropout that follows, if any. */
final class ConvolutionPass implements LayerPass {
  private final Kernels kernels;
  private final Parameter filters;
  private final Parameter biases;
  private final ConvolutionShape shape;
  private final PoolShape pool;
  private final double keep;
  private final int rows;
  private final DeviceBuffer linear;
  private final DeviceBuffer winner;

  ConvolutionPass(PassPlan plan, ConvolutionShape shape, PoolShape pool) {
    this.kernels = plan.kernels();
    this.filters = plan.parameter(ParameterShape.FILTERS);
    this.biases = plan.parameter(ParameterShape.BIASES);
    this.shape = shape;
    this.pool = pool;
    this.keep = plan.keep();
    this.rows = plan.rows();
    this.linear = plan.arena().floats((long) rows * shape.outputs());
    this.winner = plan.arena().reserve(DataType.BYTE, (long) rows * pool.outputs());
  }

  @Override
  public void forward(DeviceBuffer out, DeviceBuffer in, DeviceBuffer state, int site) {
    kernels.convolve(linear, in, filters.value(), biases.value(), shape, rows);
    kernels.maxPoolForward(out, winner, linear, pool, rows, keep, state, site);
  }

  /**
   * What comes before pooling is not needed any more: its buffer takes its gradient, and the row
   * factors once the input has had its own.
   */
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
    kernels.maxPoolBackward(linear, delta, winner, pool, rows, keep);
    if (inDeltaOrNull != null) {
      kernels.convolveTransposed(inDeltaOrNull, linear, filters.value(), shape, inputRows);
    }
    if (!request.parameters()) {
      return;
    }
    if (request.rowScaleOrNull() != null) {
      kernels.scaleRows(linear, linear, request.rowScaleOrNull(), rows, shape.outputs());
    }
    int pixels = shape.outputHeight() * shape.outputWidth();
    kernels.biasGradient(biases.velocity(), linear, rows, shape.filters(), pixels, state);
    kernels.filterGradient(filters.velocity(), in, linear, shape, rows, state);
  }

  @Override
  public boolean inPlace() {
    return false;
  }
}
