package org.gan4j.data;

/**
 * The shape of one image. Its pixels are stored channel by channel, each channel row by row.
 *
 * @param channels 1 for grey, 3 for red-green-blue
 * @param height rows, in pixels
 * @param width columns, in pixels
 */
public record ImageShape(int channels, int height, int width) {
  /** The largest height and width that is accepted. */
  public static final int MAX_SIDE = 4096;

  public ImageShape {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("an image has 1 or 3 channels, not " + channels);
    }
    if (height < 1 || height > MAX_SIDE || width < 1 || width > MAX_SIDE) {
      throw new IllegalArgumentException(
          "an image is 1 to " + MAX_SIDE + " pixels high and wide, not " + height + "x" + width);
    }
  }

  /**
   * The number of values of one image.
   *
   * @return channels · height · width
   */
  public int size() {
    return channels * height * width;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
