package org.gan4j.layers;

import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Epilogue;
import org.gan4j.device.Kernels;

/** y = activation(the adjoint of a convolution of x + b). */
final class DeconvolutionPass implements LayerPass {
  private final Kernels kernels;
  private final Parameter filters;
  private final Parameter biases;
  private final ConvolutionShape shape;
  private final Epilogue activation;
  private final boolean shared;
  private final int rows;

  DeconvolutionPass(PassPlan plan, LayerSpec.Deconvolution spec) {
    this.kernels = plan.kernels();
    this.filters = plan.parameter(ParameterShape.FILTERS);
    this.biases = plan.parameter(ParameterShape.BIASES);
    this.shape = spec.shape();
    this.activation = spec.activation().epilogue();
    this.shared = spec.biasPer() == BiasPer.CHANNEL;
    this.rows = plan.rows();
  }

  /** Values of an example that share a bias. */
  private int pixels() {
    return shape.inputs() / biases.size();
  }

  @Override
  public void forward(DeviceBuffer out, DeviceBuffer in, DeviceBuffer state, int site) {
    kernels.convolveTransposed(out, in, filters.value(), shape, rows);
    kernels.biasActivation(out, out, biases.value(), activation, rows, biases.size(), pixels());
  }

  /** The adjoint's adjoint is the convolution: what is input there is output here. */
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
    DeviceBuffer velocity = biases.velocity();
    DeviceBuffer rowScale = request.rowScaleOrNull();
    kernels.activationBackward(
        delta,
        request.parameters() && !shared ? velocity : null,
        out,
        rowScale,
        rows,
        shape.inputs(),
        activation,
        state);
    if (inDeltaOrNull != null) {
      kernels.convolve(inDeltaOrNull, delta, filters.value(), null, shape, inputRows);
    }
    if (!request.parameters()) {
      return;
    }
    if (rowScale != null) {
      kernels.scaleRows(delta, delta, rowScale, rows, shape.inputs());
    }
    if (shared) {
      kernels.biasGradient(velocity, delta, rows, biases.size(), pixels(), state);
    }
    kernels.filterGradient(filters.velocity(), delta, in, shape, rows, state);
  }

  @Override
  public boolean inPlace() {
    return false;
  }
}
