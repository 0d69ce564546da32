package org.gan4j.device.cuda;

import org.gan4j.device.Buffer;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.DeviceException;
import org.gan4j.device.Kernels;
import org.gan4j.device.PoolShape;

/** What the GPU backend does not do: it has no convolutions, and says so. */
abstract class DenseKernels extends Kernels {
  private static DeviceException noConvolutions() {
    return new DeviceException(
        "the CUDA backend has no convolutions: train and sample this recipe with --device cpu");
  }

  @Override
  protected void doConvolve(
      Buffer out, Buffer in, Buffer filters, Buffer biasOrNull, ConvolutionShape shape, int rows) {
    throw noConvolutions();
  }

  @Override
  protected void doConvolveTransposed(
      Buffer out, Buffer in, Buffer filters, ConvolutionShape shape, int rows) {
    throw noConvolutions();
  }

  @Override
  protected void doFilterGradient(
      Buffer velocity, Buffer in, Buffer delta, ConvolutionShape shape, int rows, Buffer state) {
    throw noConvolutions();
  }

  @Override
  protected void doBiasActivation(
      Buffer out, Buffer in, Buffer bias, Epilogue activation, int rows, int channels, int pixels) {
    throw noConvolutions();
  }

  @Override
  protected void doBiasGradient(
      Buffer velocity, Buffer delta, int rows, int channels, int pixels, Buffer state) {
    throw noConvolutions();
  }

  @Override
  protected void doMaxPoolForward(
      Buffer out,
      Buffer winner,
      Buffer in,
      PoolShape shape,
      int rows,
      double keep,
      Buffer state,
      int site) {
    throw noConvolutions();
  }

  @Override
  protected void doMaxPoolBackward(
      Buffer out, Buffer delta, Buffer winner, PoolShape shape, int rows, double keep) {
    throw noConvolutions();
  }
}
