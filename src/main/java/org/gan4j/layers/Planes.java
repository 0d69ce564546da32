package org.gan4j.layers;

/**
 * The geometry of the values of one example, where they are an image: [channels][height][width].
 *
 * @param channels ≥ 1
 * @param height rows, ≥ 1
 * @param width columns, ≥ 1
 */
public record Planes(int channels, int height, int width) {
  public Planes {
    Checks.range("channels", channels, 1, Checks.MAX_UNITS);
    Checks.range("height", height, 1, Checks.MAX_UNITS);
    Checks.range("width", width, 1, Checks.MAX_UNITS);
    long plane = (long) height * width;
    if (plane > Integer.MAX_VALUE || plane * channels > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "height and width must be less: " + channels + " x " + plane + " values are too many");
    }
  }

  /**
   * Values of an example.
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
