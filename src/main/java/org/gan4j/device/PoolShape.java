package org.gan4j.device;

/**
 * The geometry of maxout over channels and of max pooling after it, for one example. What enters is
 * [channels][pieces][height][width]; each value that leaves, [channels][outputHeight][outputWidth],
 * is the largest over all pieces of a square window of pixels. Windows that reach beyond the lower
 * and right edges are cut off there, and as many of them are taken as are needed to see every pixel
 * (ceil mode).
 *
 * @param channels that leave, ≥ 1
 * @param pieces of one channel, 1 to 254
 * @param height rows of the image that enters, ≥ 1
 * @param width columns of the image that enters, ≥ 1
 * @param window rows and columns of a window, 1 to height and width; pieces · window² ≤ 254
 * @param stride pixels from one window to the next, 1 to window
 */
public record PoolShape(int channels, int pieces, int height, int width, int window, int stride) {
  public PoolShape {
    Sizes.range("channels", channels, 1, Sizes.LARGEST);
    Sizes.range("pieces", pieces, 1, Kernels.MAX_PIECES);
    Sizes.range("height", height, 1, Sizes.LARGEST);
    Sizes.range("width", width, 1, Sizes.LARGEST);
    Sizes.range("window", window, 1, Math.min(height, width));
    Sizes.range("stride", stride, 1, window);
    if ((long) window * window * pieces > Kernels.MAX_PIECES) {
      throw new IllegalArgumentException(
          "window must have at most "
              + Kernels.MAX_PIECES
              + " values, not "
              + window
              + " x "
              + window
              + " of "
              + pieces
              + " pieces");
    }
    Sizes.product((long) channels * pieces, height, width);
  }

  private static int places(int size, int window, int stride) {
    return (size - window + stride - 1) / stride + 1;
  }

  /**
   * Rows of the image that leaves.
   *
   * @return ⌈(height − window) / stride⌉ + 1
   */
  public int outputHeight() {
    return places(height, window, stride);
  }

  /**
   * Columns of the image that leaves.
   *
   * @return ⌈(width − window) / stride⌉ + 1
   */
  public int outputWidth() {
    return places(width, window, stride);
  }

  /**
   * Values of an example that enter.
   *
   * @return channels · pieces · height · width
   */
  public int inputs() {
    return channels * pieces * height * width;
  }

  /**
   * Values of an example that leave.
   *
   * @return channels · outputHeight · outputWidth
   */
  public int outputs() {
    return channels * outputHeight() * outputWidth();
  }
}
