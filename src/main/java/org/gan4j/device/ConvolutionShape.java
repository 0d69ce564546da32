package org.gan4j.device;

/**
 * The geometry of a convolution with square filters, for one example. An image is
 * [channels][height][width]; beyond its edges there are zeros.
 *
 * @param channels of the image that enters, ≥ 1
 * @param height rows of that image, ≥ 1
 * @param width columns of that image, ≥ 1
 * @param filters channels of the image that leaves, ≥ 1
 * @param kernel height and width of a filter, ≥ 1, at most those of the image with its padding
 * @param stride pixels from one place of a filter to the next, ≥ 1
 * @param padding rows and columns of zeros on each side, 0 to kernel − 1
 */
public record ConvolutionShape(
    int channels, int height, int width, int filters, int kernel, int stride, int padding) {
  public ConvolutionShape {
    Sizes.range("channels", channels, 1, Sizes.LARGEST);
    Sizes.range("height", height, 1, Sizes.LARGEST);
    Sizes.range("width", width, 1, Sizes.LARGEST);
    Sizes.range("filters", filters, 1, Sizes.LARGEST);
    Sizes.range("kernel", kernel, 1, Sizes.LARGEST);
    Sizes.range("stride", stride, 1, Sizes.LARGEST);
    Sizes.range("padding", padding, 0, kernel - 1);
    int least = Math.min(height, width) + 2 * padding;
    if (kernel > least) {
      throw new IllegalArgumentException(
          "kernel must fit into the image, which has "
              + least
              + " rows or columns with its padding, not "
              + kernel);
    }
    Sizes.product(channels, height, width);
    Sizes.product(
        filters, places(height, kernel, stride, padding), places(width, kernel, stride, padding));
    Sizes.product(filters, channels, (long) kernel * kernel);
  }

  private static int places(int size, int kernel, int stride, int padding) {
    return (size + 2 * padding - kernel) / stride + 1;
  }

  /**
   * Rows of the image that leaves.
   *
   * @return ≥ 1
   */
  public int outputHeight() {
    return places(height, kernel, stride, padding);
  }

  /**
   * Columns of the image that leaves.
   *
   * @return ≥ 1
   */
  public int outputWidth() {
    return places(width, kernel, stride, padding);
  }

  /**
   * Values of an example that enter.
   *
   * @return channels · height · width
   */
  public int inputs() {
    return channels * height * width;
  }

  /**
   * Values of an example that leave.
   *
   * @return filters · outputHeight · outputWidth
   */
  public int outputs() {
    return filters * outputHeight() * outputWidth();
  }

  /**
   * Weights of one filter, which are also the terms of a sum.
   *
   * @return channels · kernel²
   */
  public int filterSize() {
    return channels * kernel * kernel;
  }
}
