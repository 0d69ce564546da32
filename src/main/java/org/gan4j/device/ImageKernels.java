package org.gan4j.device;

/**
 * What works on images: convolutions, their biases, pooling. A row of a buffer is one image,
 * [channels][height][width].
 */
public abstract class ImageKernels extends Operations {
  ImageKernels(Backend backend) {
    super(backend);
  }

  /**
   * out ← in ⋆ filters + bias: out[f][y][x] = bias_f + Σ_{c,i,j} filters[f][c][i][j] ·
   * in[c][y·stride + i − padding][x·stride + j − padding], with zeros beyond the edges of in.
   *
   * @param out [rows][shape.outputs()]; modified
   * @param in [rows][shape.inputs()]; not modified
   * @param filters [filters][channels][kernel][kernel]; not modified
   * @param bias [filters], or null for zeros; not modified
   * @param shape the geometry
   * @param rows examples
   */
  public final void convolve(
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer filters,
      DeviceBuffer bias,
      ConvolutionShape shape,
      int rows) {
    requireConvolution(out, in, filters, shape, rows);
    Require.optional(bias, 1, shape.filters(), out);
    if (!backend.convolve(out, in, filters, bias, shape, rows)) {
      int pixels = shape.outputHeight() * shape.outputWidth();
      addBias(out, out, bias, Epilogue.NONE, rows, shape.filters(), pixels);
    }
  }

  /**
   * The adjoint of {@link #convolve} without bias, that is the way of a gradient back through it,
   * and the forward pass of a transposed convolution: out[c][v][u] = Σ filters[f][c][i][j] ·
   * in[f][y][x] over all f, y, x, i, j with v = y·stride + i − padding, u = x·stride + j − padding.
   *
   * @param out [rows][shape.inputs()]; modified, also where the sum is empty
   * @param in [rows][shape.outputs()]; not modified
   * @param filters [filters][channels][kernel][kernel]; not modified
   * @param shape the geometry of the convolution whose adjoint this is
   * @param rows examples
   */
  public final void convolveTransposed(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer filters, ConvolutionShape shape, int rows) {
    requireConvolution(in, out, filters, shape, rows);
    backend.convolveTransposed(out, in, filters, shape, rows);
  }

  /**
   * velocity ← momentum · velocity − learningRate · gradient, the gradient of Σ delta · (in ⋆
   * filters) with respect to the filters.
   *
   * @param velocity [filters][channels][kernel][kernel]; modified
   * @param in [rows][shape.inputs()]; not modified
   * @param delta [rows][shape.outputs()]; not modified
   * @param shape the geometry of the convolution
   * @param rows examples
   * @param state training state, whose learning rate and momentum are used; not modified
   */
  public final void filterGradient(
      DeviceBuffer velocity,
      DeviceBuffer in,
      DeviceBuffer delta,
      ConvolutionShape shape,
      int rows,
      DeviceBuffer state) {
    requireConvolution(delta, in, velocity, shape, rows);
    Require.state(state, velocity);
    backend.filterGradient(velocity, in, delta, shape, rows, state);
  }

  private static void requireConvolution(
      DeviceBuffer outputs,
      DeviceBuffer inputs,
      DeviceBuffer filters,
      ConvolutionShape shape,
      int rows) {
    Require.matrix(outputs, rows, shape.outputs());
    Require.matrix(inputs, rows, shape.inputs());
    Require.matrix(filters, shape.filters(), shape.filterSize());
    Require.replicas(outputs, inputs, filters);
  }

  /**
   * out ← activation(in + the bias of its channel).
   *
   * @param out [rows][channels][pixels], may be {@code in}; modified
   * @param in [rows][channels][pixels]; not modified
   * @param bias [channels]; not modified
   * @param activation what is done to the sum
   * @param rows examples
   * @param channels of an example
   * @param pixels of a channel; 1 gives every value of an example a bias of its own
   */
  public final void biasActivation(
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer bias,
      Epilogue activation,
      int rows,
      int channels,
      int pixels) {
    int width = requireImages(out, channels, pixels, rows);
    Require.matrix(in, rows, width);
    Require.matrix(bias, 1, channels);
    Require.replicas(out, in, bias);
    addBias(out, in, bias, activation, rows, channels, pixels);
  }

  /**
   * velocity_c ← momentum · velocity_c − learningRate · Σ over rows and pixels of delta's channel
   * c, summed in double precision.
   *
   * @param velocity [channels]; modified
   * @param delta [rows][channels][pixels]; not modified
   * @param rows examples
   * @param channels of an example
   * @param pixels of a channel
   * @param state training state, whose learning rate and momentum are used; not modified
   */
  public final void biasGradient(
      DeviceBuffer velocity,
      DeviceBuffer delta,
      int rows,
      int channels,
      int pixels,
      DeviceBuffer state) {
    requireImages(delta, channels, pixels, rows);
    Require.matrix(velocity, 1, channels);
    Require.replicas(velocity, delta);
    Require.state(state, velocity);
    of(velocity)
        .writes(velocity)
        .reads(delta)
        .integer(rows)
        .integer(channels)
        .integer(pixels)
        .reads(state)
        .launch(Kernel.BIAS_GRADIENT, channels);
  }

  private static int requireImages(DeviceBuffer images, int channels, int pixels, int rows) {
    Require.that(channels >= 1, "channels must be ≥ 1, not ", channels);
    Require.that(pixels >= 1, "pixels must be ≥ 1, not ", pixels);
    Sizes.product(channels, pixels, 1);
    Require.matrix(images, rows, channels * pixels);
    return channels * pixels;
  }

  /**
   * out ← the largest value of each window over all of its channel's pieces, then dropout on it.
   *
   * @param out [rows][shape.outputs()]; modified
   * @param winner BYTE [rows][shape.outputs()]: which value of the window, (i · window + j) ·
   *     pieces + piece for row i and column j of the window, the first of equals; 255 where dropout
   *     set the output to 0; modified
   * @param in [rows][shape.inputs()]; a NaN in a window reaches its output; not modified
   * @param shape the geometry
   * @param rows examples
   * @param keep probability to keep a value, which is then divided by it; 1: no dropout
   * @param state training state; not modified
   * @param site which mask this is; its element is that of out
   */
  public final void maxPoolForward(
      DeviceBuffer out,
      DeviceBuffer winner,
      DeviceBuffer in,
      PoolShape shape,
      int rows,
      double keep,
      DeviceBuffer state,
      int site) {
    requirePool(out, winner, in, shape, rows, keep);
    Require.state(state, out);
    windows(of(out).writes(out).writes(winner).reads(in), shape, rows)
        .integer(threshold(keep))
        .real((float) (1 / keep))
        .reads(keep < 1 ? state : null)
        .integer(site)
        .launch(Kernel.MAX_POOL_FORWARD, (long) rows * shape.outputs());
  }

  /**
   * The gradient through dropout and pooling: each delta, times 1/keep, goes to the winner of its
   * window. Where windows overlap these are added up, from 0, in the order of the windows (row by
   * row), each product and each sum rounded to single precision.
   *
   * @param out [rows][shape.inputs()]; modified
   * @param delta [rows][shape.outputs()]; not modified
   * @param winner BYTE [rows][shape.outputs()] of the forward pass; not modified
   * @param shape the geometry
   * @param rows examples
   * @param keep as in the forward pass
   */
  public final void maxPoolBackward(
      DeviceBuffer out,
      DeviceBuffer delta,
      DeviceBuffer winner,
      PoolShape shape,
      int rows,
      double keep) {
    requirePool(delta, winner, out, shape, rows, keep);
    windows(of(out).writes(out).reads(delta).reads(winner), shape, rows)
        .real((float) (1 / keep))
        .launch(Kernel.MAX_POOL_BACKWARD, (long) rows * shape.inputs());
  }

  private static void requirePool(
      DeviceBuffer small,
      DeviceBuffer winner,
      DeviceBuffer wide,
      PoolShape shape,
      int rows,
      double keep) {
    Require.that(keep > 0 && keep <= 1, "keep must lie in (0, 1], not ", keep);
    Require.matrix(small, rows, shape.outputs());
    Require.matrix(wide, rows, shape.inputs());
    Require.typed(winner, DataType.BYTE, (long) rows * shape.outputs());
    Require.replicas(small, winner, wide);
  }

  private static Arguments windows(Arguments arguments, PoolShape shape, int rows) {
    return arguments
        .integer((long) rows * shape.channels())
        .integer(shape.pieces())
        .integer(shape.height())
        .integer(shape.width())
        .integer(shape.window())
        .integer(shape.stride());
  }
}
