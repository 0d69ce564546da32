package org.gan4j.layers;

import org.gan4j.device.Buffer;
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
  public void forward(Buffer out, Buffer in, Buffer state, int site) {
    kernels.addNormal(out, in, stddev, state, site);
  }

  @Override
  public void backward(
      Buffer in,
      Buffer out,
      Buffer delta,
      Gradients request,
      Buffer inDeltaOrNull,
      int inputRows,
      Buffer state,
      int site) {}

  @Override
  public boolean inPlace() {
    return true;
  }
}
