package org.gan4j.layers;

import java.nio.charset.StandardCharsets;

/** What the records of layers and recipes check alike; a message names the field and its range. */
public final class Checks {
  /** The most units of a layer, and the most channels, rows or columns of an image. */
  static final int MAX_UNITS = 1 << 20;

  private Checks() {}

  /**
   * Refuses null.
   *
   * @param field its name
   * @param value any
   */
  public static void present(String field, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(field + " is missing");
    }
  }

  /**
   * Refuses null and what is no text in Unicode, which a checkpoint can't hold.
   *
   * @param field its name
   * @param value any
   */
  public static void text(String field, String value) {
    present(field, value);
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw new IllegalArgumentException(field + " must be valid Unicode");
    }
  }

  /**
   * Refuses numbers outside of low to high.
   *
   * @param field its name
   * @param value any
   * @param low the least that passes
   * @param high the most that passes
   */
  public static void range(String field, long value, long low, long high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          field + " must be " + low + " to " + high + ", not " + value);
    }
  }

  /**
   * Refuses numbers outside of low to high, and NaN.
   *
   * @param field its name
   * @param value any
   * @param low the least that passes
   * @param high the most that passes
   */
  public static void range(String field, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          field + " must be " + low + " to " + high + ", not " + value);
    }
  }

  /**
   * Refuses what is not a finite number above 0.
   *
   * @param field its name
   * @param value any
   */
  public static void positive(String field, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(field + " must be a finite number > 0, not " + value);
    }
  }
}
