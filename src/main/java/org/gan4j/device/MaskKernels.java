package org.gan4j.device;

/**
 * What completes images: masks, 1 where a value is visible and 0 where it is hidden, and what is
 * done with them.
 */
public abstract class MaskKernels extends ClassKernels {
  MaskKernels(Backend backend) {
    super(backend);
  }

  /**
   * Draws a mask for each row: the words of groups 2·row and 2·row + 1 of the site choose its kind,
   * each with the probability of its weight, and which one of it. Hidden is a half of the image
   * (left, right, upper or lower), a quadrant, a rectangle (height and width uniform from 1, then
   * its place), each pixel by itself with a probability that is uniform between 0 and 1 for each
   * row (by the words of site + 1), or all of it. Channels of a pixel have the same.
   *
   * @param out [rows][channels][height][width] ← 1 or 0; modified
   * @param rows examples
   * @param channels of an image
   * @param height of an image
   * @param width of an image
   * @param weights of halves, quadrants, rectangles, pixels and all, each ≥ 0, some above 0
   * @param state training state, whose seed and step are used; not modified
   * @param site which masks these are; the next site is theirs too
   */
  public final void masks(
      DeviceBuffer out,
      int rows,
      int channels,
      int height,
      int width,
      MaskWeights weights,
      DeviceBuffer state,
      int site) {
    long plane = (long) height * width;
    Require.that(
        channels >= 1 && height >= 1 && width >= 1 && plane * channels <= Integer.MAX_VALUE,
        "an image has 1 to 2^31 - 1 values, not ",
        plane * channels);
    Require.matrix(out, rows, (int) (plane * channels));
    Require.state(state, out);
    of(out)
        .writes(out)
        .integer(rows)
        .integer(channels)
        .integer(height)
        .integer(width)
        .integer(weights.bound(0))
        .integer(weights.bound(1))
        .integer(weights.bound(2))
        .integer(weights.bound(3))
        .reads(state)
        .integer(site)
        .launch(Kernel.MASKS, rows * plane);
  }

  /**
   * out ← seen where the mask is not 0, made where it is: each of them to the bit.
   *
   * @param out [n], may be {@code seen} or {@code made}; modified
   * @param mask [n]; not modified
   * @param seen [n]; not modified
   * @param made [n]; not modified
   */
  public final void compose(
      DeviceBuffer out, DeviceBuffer mask, DeviceBuffer seen, DeviceBuffer made) {
    Require.floats(out);
    Require.same(out, mask);
    Require.same(out, seen);
    Require.same(out, made);
    of(out)
        .writes(out)
        .reads(mask)
        .reads(seen)
        .reads(made)
        .integer(out.length())
        .launch(Kernel.COMPOSE, out.length());
  }

  /**
   * The slope with respect to what a generator made of its loss through the completed image, and of
   * weight / 2 times the squared distance of the hidden values from the real ones: slope ← slope +
   * weight · (made − real) where the mask is 0, and 0 elsewhere.
   *
   * @param slope [n], with respect to the completed image; modified
   * @param mask [n]; not modified
   * @param made [n], only those that the mask hides are used; not modified
   * @param real [n]; not modified
   * @param weight ≥ 0
   */
  public final void completionSlope(
      DeviceBuffer slope, DeviceBuffer mask, DeviceBuffer made, DeviceBuffer real, double weight) {
    Require.floats(slope);
    Require.same(slope, mask);
    Require.same(slope, made);
    Require.same(slope, real);
    Require.that(weight >= 0 && weight <= Float.MAX_VALUE, "a weight must be ≥ 0, not ", weight);
    of(slope)
        .writes(slope)
        .reads(mask)
        .reads(made)
        .reads(real)
        .real((float) weight)
        .integer(slope.length())
        .launch(Kernel.COMPLETION_SLOPE, slope.length());
  }
}
