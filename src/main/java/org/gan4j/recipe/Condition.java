package org.gan4j.recipe;

import org.gan4j.device.MaskWeights;
import org.gan4j.layers.Checks;
import org.gan4j.layers.Default;

/**
 * What both networks are told beside z and the example: c of p(x | c) (the paper's section 7, 1).
 * With one, each network begins with a join of two branches: z, or the example, then the condition.
 */
public sealed interface Condition {
  /**
   * Values per example.
   *
   * @return 0 without a condition
   */
  int width();

  /** Nothing: p(x). */
  record None() implements Condition {
    @Override
    public int width() {
      return 0;
    }
  }

  /**
   * The example's class, as a one-hot vector.
   *
   * @param count classes, 1 to 256
   */
  record Classes(int count) implements Condition {
    public Classes {
      Checks.range("count", count, 1, 256);
    }

    @Override
    public int width() {
      return count;
    }
  }

  /**
   * A vector of numbers for each example, which the user gives with the data.
   *
   * @param size numbers of one, 1 to 65536
   */
  record Values(int size) implements Condition {
    public Values {
      Checks.range("size", size, 1, 65536);
    }

    @Override
    public int width() {
      return size;
    }
  }

  /**
   * Which of its values are visible, a mask of 1 and 0: p(x_S | x_∖S) for every part S (the paper's
   * section 7, 3). z has a value for each of the example's, and enters the generator only where
   * they are hidden; the visible ones take its place elsewhere, in what the generator sees and in
   * what it makes.
   *
   * @param size values of an example
   * @param halves weight of masks that hide a half of the image
   * @param quadrants of those that hide a quadrant
   * @param rectangles of those that hide a rectangle of any size and place
   * @param pixels of those that hide single pixels, with a probability that is uniform from 0 to 1
   * @param all of those that hide everything: what {@code sample} shows
   * @param squaredError what the generator's loss has of the squared error of hidden values, the
   *     sum over them divided by size, ≥ 0
   */
  record Mask(
      int size,
      @Default("1") double halves,
      @Default("1") double quadrants,
      @Default("1") double rectangles,
      @Default("1") double pixels,
      @Default("1") double all,
      @Default("0") double squaredError)
      implements Condition {
    private static final double MOST = 1e6;

    public Mask {
      Checks.range("size", size, 1, 65536);
      Checks.range("halves", halves, 0, MOST);
      Checks.range("quadrants", quadrants, 0, MOST);
      Checks.range("rectangles", rectangles, 0, MOST);
      Checks.range("pixels", pixels, 0, MOST);
      Checks.range("all", all, 0, MOST);
      Checks.range("squared_error", squaredError, 0, MOST);
      if (halves + quadrants + rectangles + pixels + all == 0) {
        throw new IllegalArgumentException(
            "one of halves, quadrants, rectangles, pixels and all must be above 0");
      }
    }

    @Override
    public int width() {
      return size;
    }

    /**
     * How often masks are of each kind.
     *
     * @return for the device
     */
    public MaskWeights weights() {
      return new MaskWeights(halves, quadrants, rectangles, pixels, all);
    }
  }
}
