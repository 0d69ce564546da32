package org.gan4j.layers;

/** The checks that several layers' descriptions share. */
final class Checks {
  /** The most units of a layer, and the most channels, rows or columns of an image. */
  static final int MAX_UNITS = 1 << 20;

  private Checks() {}

  static void range(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", not " + value);
    }
  }
}
