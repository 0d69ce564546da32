package org.gan4j.layers;

import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;

/** Additive Gaussian noise; the gradient passes as it is. */
final class NoisePass implements LayerPass {
  private final Kernels kernels;
  private final double stddev;

  NoisePass(Kernels kernels, double stddev) {
    this.kernels = kernels;
    this.stddev = stddev;
  }

  @Override
  public void forward(DeviceBuffer out, DeviceBuffer in, DeviceBuffer state, int site) {
    kernels.addNormal(out, in, stddev, state, site);
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
      int site) {}

  @Override
  public boolean inPlace() {
    return true;
  }
}
