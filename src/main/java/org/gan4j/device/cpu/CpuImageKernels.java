package org.gan4j.device.cpu;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.stream;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.PoolShape;

/** The operations on images, and what all operations need. */
abstract class CpuImageKernels extends Kernels implements AutoCloseable {
  final engine cpuEngine = new engine(engine.kind.cpu, 0);
  final stream cpuStream = new stream(cpuEngine);
  private final Convolutions convolutions = new Convolutions(cpuEngine, cpuStream);

  static CpuBuffer cpu(DeviceBuffer buffer) {
    if (buffer instanceof CpuBuffer here) {
      // Fails unless its memory and its device are there.
      here.address();
      return here;
    }
    throw new IllegalArgumentException("a buffer of another device was given to the CPU");
  }

  static long address(DeviceBuffer buffer) {
    return cpu(buffer).address();
  }

  static long stride(DeviceBuffer buffer) {
    return cpu(buffer).stride();
  }

  static long addressOrZero(DeviceBuffer bufferOrNull) {
    return bufferOrNull == null ? 0 : address(bufferOrNull);
  }

  static long strideOrZero(DeviceBuffer bufferOrNull) {
    return bufferOrNull == null ? 0 : stride(bufferOrNull);
  }

  /** A word below this keeps the element: keep · 2³², rounded, and at most what a word holds. */
  static int threshold(double keep) {
    return (int) Math.min(Math.round(keep * 0x1p32), 0xFFFFFFFFL);
  }

  @Override
  protected void doConvolve(
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer filters,
      DeviceBuffer biasOrNull,
      ConvolutionShape shape,
      int rows) {
    CpuBuffer bias = biasOrNull == null ? null : cpu(biasOrNull);
    convolutions.forward(cpu(out), cpu(in), cpu(filters), bias, shape, rows);
  }

  @Override
  protected void doConvolveTransposed(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer filters, ConvolutionShape shape, int rows) {
    convolutions.transposed(cpu(out), cpu(in), cpu(filters), shape, rows);
  }

  @Override
  protected void doFilterGradient(
      DeviceBuffer velocity,
      DeviceBuffer in,
      DeviceBuffer delta,
      ConvolutionShape shape,
      int rows,
      DeviceBuffer state) {
    convolutions.filters(cpu(velocity), cpu(in), cpu(delta), shape, rows, cpu(state));
  }

  @Override
  protected void doBiasActivation(
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer bias,
      Epilogue activation,
      int rows,
      int channels,
      int pixels) {
    NativeKernels.biasActivation(
        address(out),
        stride(out),
        address(in),
        stride(in),
        address(bias),
        stride(bias),
        activation.ordinal(),
        rows,
        channels,
        pixels,
        out.replicas());
  }

  @Override
  protected void doBiasGradient(
      DeviceBuffer velocity,
      DeviceBuffer delta,
      int rows,
      int channels,
      int pixels,
      DeviceBuffer state) {
    NativeKernels.biasGradient(
        address(velocity),
        stride(velocity),
        address(delta),
        stride(delta),
        rows,
        channels,
        pixels,
        address(state),
        stride(state),
        velocity.replicas());
  }

  @Override
  protected void doMaxPoolForward(
      DeviceBuffer out,
      DeviceBuffer winner,
      DeviceBuffer in,
      PoolShape shape,
      int rows,
      double keep,
      DeviceBuffer state,
      int site) {
    boolean dropping = keep < 1;
    NativeKernels.maxPoolForward(
        address(out),
        stride(out),
        address(winner),
        stride(winner),
        address(in),
        stride(in),
        (long) rows * shape.channels(),
        shape.pieces(),
        shape.height(),
        shape.width(),
        shape.window(),
        shape.stride(),
        dropping ? threshold(keep) : 0,
        (float) (1 / keep),
        dropping ? address(state) : 0,
        stride(state),
        site,
        out.replicas());
  }

  @Override
  protected void doMaxPoolBackward(
      DeviceBuffer out,
      DeviceBuffer delta,
      DeviceBuffer winner,
      PoolShape shape,
      int rows,
      double keep) {
    NativeKernels.maxPoolBackward(
        address(out),
        stride(out),
        address(delta),
        stride(delta),
        address(winner),
        stride(winner),
        (long) rows * shape.channels(),
        shape.pieces(),
        shape.height(),
        shape.width(),
        shape.window(),
        shape.stride(),
        (float) (1 / keep),
        out.replicas());
  }

  @Override
  public void close() {
    convolutions.close();
    cpuStream.close();
    cpuEngine.close();
  }
}
