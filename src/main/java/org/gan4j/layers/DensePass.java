package org.gan4j.layers;

import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Epilogue;
import org.gan4j.device.Kernels;

/** y = activation(x·W + b). */
final class DensePass implements LayerPass {
  private final Kernels kernels;
  private final Affine affine;
  private final Epilogue activation;

  DensePass(PassPlan plan, Activation activation) {
    this.kernels = plan.kernels();
    this.affine = new Affine(plan);
    this.activation = activation.epilogue();
  }

  @Override
  public void forward(DeviceBuffer out, DeviceBuffer in, DeviceBuffer state, int site) {
    affine.forward(out, in, activation);
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
    kernels.activationBackward(
        delta,
        request.parameters() ? affine.biases().velocity() : null,
        out,
        request.rowScaleOrNull(),
        affine.rows(),
        affine.outputs(),
        activation,
        state);
    affine.backward(in, delta, request, inDeltaOrNull, inputRows, state);
  }

  @Override
  public boolean inPlace() {
    return false;
  }
}
