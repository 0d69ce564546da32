package org.gan4j.device;

/**
 * How often masks are of each kind, in proportion to each other.
 *
 * @param halves a half of the image is hidden: left, right, upper or lower
 * @param quadrants one of its four quadrants
 * @param rectangles a rectangle of any size
 * @param pixels single pixels
 * @param all everything
 */
public record MaskWeights(
    double halves, double quadrants, double rectangles, double pixels, double all) {
  public MaskWeights {
    double sum = halves + quadrants + rectangles + pixels + all;
    boolean proper = halves >= 0 && quadrants >= 0 && rectangles >= 0 && pixels >= 0 && all >= 0;
    if (!proper || !(sum > 0 && sum <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "weights of masks must be ≥ 0, and one of them above 0, not " + this);
    }
  }

  /** Below it a word chooses that kind, or one before it. */
  long bound(int kind) {
    double sum = halves + quadrants + rectangles + pixels + all;
    double below =
        switch (kind) {
          case 0 -> halves;
          case 1 -> halves + quadrants;
          case 2 -> halves + quadrants + rectangles;
          case 3 -> halves + quadrants + rectangles + pixels;
          default -> throw new IllegalArgumentException("there is no bound of kind " + kind);
        };
    return Math.round(below / sum * 0x1p32);
  }
}
