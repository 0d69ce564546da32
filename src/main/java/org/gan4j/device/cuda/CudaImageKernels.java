package org.gan4j.device.cuda;

import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.PoolShape;

/**
 * The operations on images, and what all operations need: convolutions by cuDNN, everything else by
 * our own kernels.
 */
abstract class CudaImageKernels extends Kernels {
  /** Values that a block sums up below which another block costs more than it saves. */
  private static final long SLICE = Kernel.Grid.THREADS * 8L;

  private static final long MAX_SLICES = 32;

  private final CudaContext context;
  private final KernelLauncher launcher;
  private final DnnConvolutions convolutions;
  private final Room channelSums;

  CudaImageKernels(CudaContext context, KernelLauncher launcher, DnnConvolutions convolutions) {
    this.context = context;
    this.launcher = launcher;
    this.convolutions = convolutions;
    this.channelSums = new Room(context);
  }

  final CudaContext context() {
    return context;
  }

  final KernelLauncher launcher() {
    return launcher;
  }

  /** The buffer as this backend's, about to be written on the main stream. */
  final CudaBuffer writes(DeviceBuffer any) {
    CudaBuffer buffer = launcher.here(any);
    context.streams().writes(buffer);
    return buffer;
  }

  /** The buffer as this backend's, about to be read on the main stream. */
  final CudaBuffer reads(DeviceBuffer any) {
    CudaBuffer buffer = launcher.here(any);
    context.streams().reads(buffer);
    return buffer;
  }

  /** A word below this keeps the element: keep · 2³², rounded, and at most what a word holds. */
  static long threshold(double keep) {
    return Math.min(Math.round(keep * 0x1p32), 0xFFFFFFFFL);
  }

  @Override
  protected void doConvolve(
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer filters,
      DeviceBuffer biasOrNull,
      ConvolutionShape shape,
      int rows) {
    convolutions.forward(writes(out), reads(in), reads(filters), shape, rows);
    if (biasOrNull != null) {
      int pixels = shape.outputHeight() * shape.outputWidth();
      doBiasActivation(out, out, biasOrNull, Epilogue.NONE, rows, shape.filters(), pixels);
    }
  }

  @Override
  protected void doConvolveTransposed(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer filters, ConvolutionShape shape, int rows) {
    convolutions.transposed(writes(out), reads(in), reads(filters), shape, rows);
  }

  @Override
  protected void doFilterGradient(
      DeviceBuffer velocity,
      DeviceBuffer in,
      DeviceBuffer delta,
      ConvolutionShape shape,
      int rows,
      DeviceBuffer state) {
    long gradient = convolutions.filters(reads(in), reads(delta), shape, rows);
    long weights = (long) shape.filters() * shape.filterSize();
    launcher
        .of(velocity.replicas())
        .writes(velocity)
        .integer(gradient)
        .integer(weights)
        .integer(weights)
        .reads(state)
        .launch(Kernel.ACCUMULATE, weights);
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
    launcher
        .of(out.replicas())
        .writes(out)
        .reads(in)
        .reads(bias)
        .integer(rows)
        .integer(channels)
        .integer(pixels)
        .integer(activation.ordinal())
        .launch(Kernel.BIAS_ACTIVATION, rows);
  }

  /** In two steps, or a few channels of large images would keep only a few blocks busy. */
  @Override
  protected void doBiasGradient(
      DeviceBuffer velocity,
      DeviceBuffer delta,
      int rows,
      int channels,
      int pixels,
      DeviceBuffer state) {
    long wanted = ((long) rows * pixels + SLICE - 1) / SLICE;
    long slices = Math.min(Math.min(wanted, MAX_SLICES), rows);
    long sums = channelSums.require(Double.BYTES * slices * channels * velocity.replicas());
    launcher
        .of(velocity.replicas())
        .integer(sums)
        .integer(slices * channels)
        .reads(delta)
        .integer(rows)
        .integer(channels)
        .integer(pixels)
        .integer(slices)
        .launch(Kernel.CHANNEL_SUMS, slices * channels);
    launcher
        .of(velocity.replicas())
        .writes(velocity)
        .integer(sums)
        .integer(slices * channels)
        .integer(channels)
        .integer(slices)
        .reads(state)
        .launch(Kernel.BIAS_GRADIENT, channels);
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
    windows(launcher.of(out.replicas()).writes(out).writes(winner).reads(in), shape, rows)
        .integer(dropping ? threshold(keep) : 0)
        .real((float) (1 / keep))
        .reads(dropping ? state : null)
        .integer(site)
        .launch(Kernel.MAX_POOL_FORWARD, (long) rows * shape.outputs());
  }

  @Override
  protected void doMaxPoolBackward(
      DeviceBuffer out,
      DeviceBuffer delta,
      DeviceBuffer winner,
      PoolShape shape,
      int rows,
      double keep) {
    windows(launcher.of(out.replicas()).writes(out).reads(delta).reads(winner), shape, rows)
        .real((float) (1 / keep))
        .launch(Kernel.MAX_POOL_BACKWARD, (long) rows * shape.inputs());
  }

  private static KernelLauncher windows(KernelLauncher launch, PoolShape shape, int rows) {
    return launch
        .integer((long) rows * shape.channels())
        .integer(shape.pieces())
        .integer(shape.height())
        .integer(shape.width())
        .integer(shape.window())
        .integer(shape.stride());
  }
}
