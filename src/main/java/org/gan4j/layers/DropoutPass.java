package org.gan4j.layers;

import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;

/** Dropout that follows no maxout; its backward pass has the same mask. */
final class DropoutPass implements LayerPass {
  private final Kernels kernels;
  private final double keep;
  private final boolean first;

  /**
   * Prepares.
   *
   * @param keep probability to keep
   * @param first whether the layer is its network's first
   */
  DropoutPass(Kernels kernels, double keep, boolean first) {
    this.kernels = kernels;
    this.keep = keep;
    this.first = first;
  }

  @Override
  public void forward(DeviceBuffer out, DeviceBuffer in, DeviceBuffer state, int site) {
    kernels.dropout(out, in, keep, state, site);
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
    if (inDeltaOrNull != null) {
      // Of the first rows alone, which are then the first half.
      int drawn = delta.length() < out.length() ? RandomStreams.ofFirstHalf(site) : site;
      DeviceBuffer scaleOrNull = first ? request.inputScaleOrNull() : null;
      int scaled = scaleOrNull == null ? 1 : inputRows;
      kernels.dropoutBackward(inDeltaOrNull, delta, keep, scaleOrNull, scaled, state, drawn);
    }
  }

  @Override
  public boolean scalesInput() {
    return first;
  }

  @Override
  public boolean inPlace() {
    return true;
  }
}
