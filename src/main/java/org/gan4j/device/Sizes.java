package org.gan4j.device;

/** The checks of shapes. */
final class Sizes {
  /** Of any one extent: sums of a few of them can't overflow. */
  static final int LARGEST = 1 << 20;

  private Sizes() {}

  static void range(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", not " + value);
    }
  }

  /** Refuses what no buffer of one replica could hold. */
  static void product(long a, long b, long c) {
    // Of three factors, each at most 2⁴⁰: the first product can't overflow, the second may.
    if (a * b > Integer.MAX_VALUE || a * b * c > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          a + " x " + b + " x " + c + " values are more than an example can have");
    }
  }
}
