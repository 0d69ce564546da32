package org.gan4j.eval;

/**
 * A space in which images are compared by distances: what a network makes of them, or their own
 * values.
 */
public interface FeatureMap {
  /**
   * What decides the space, for people: figures compare under one name only.
   *
   * @return one phrase
   */
  String name();

  /**
   * Values of an image's features.
   *
   * @return ≥ 1
   */
  int width();

  /**
   * The features of images.
   *
   * @param points [count][values of an image], as networks see them; not modified
   * @return [count][{@link #width}], finite
   * @throws IllegalArgumentException if the images are of another width, not whole or not finite
   */
  float[] of(float[] points);

  /**
   * The values themselves.
   *
   * @param width of an image, ≥ 1
   * @return features that are what they are given
   */
  static FeatureMap values(int width) {
    return new FeatureMap() {
      @Override
      public String name() {
        return "the values themselves";
      }

      @Override
      public int width() {
        return width;
      }

      @Override
      public float[] of(float[] points) {
        Distances.requirePoints(points, width);
        return points;
      }
    };
  }
}
