package org.gan4j.data;

/**
 * The shape of one image. Its pixels are stored channel by channel, each channel row by row.
 *
 * @param channels 1 for grey, 3 for red-green-blue; any other number can be trained on, but not be
 *     shown as a picture
 * @param height rows, in pixels
 * @param width columns, in pixels
 */
public record ImageShape(int channels, int height, int width) {
  /** The largest height and width that is accepted. */
  public static final int MAX_SIDE = 4096;

  /** The most channels that are accepted. */
  public static final int MAX_CHANNELS = 4096;

  public ImageShape {
    if (channels < 1 || channels > MAX_CHANNELS) {
      throw new IllegalArgumentException(
          "an image has 1 to " + MAX_CHANNELS + " channels, not " + channels);
    }
    if (height < 1 || height > MAX_SIDE || width < 1 || width > MAX_SIDE) {
      throw new IllegalArgumentException(
          "an image is 1 to " + MAX_SIDE + " pixels high and wide, not " + height + "x" + width);
    }
    if ((long) channels * height * width > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "an image of " + channels + "x" + height + "x" + width + " values is too large");
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

  /**
   * Whether this can be shown: as a grey or a red-green-blue picture.
   *
   * @return true for 1 and 3 channels
   */
  public boolean isPicture() {
    return channels == 1 || channels == 3;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
