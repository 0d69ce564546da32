package org.gan4j.gan;

/** The checks that the records of a recipe share; a message names the field and its range. */
final class Checks {
  private Checks() {}

  static void present(String field, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(field + " is missing");
    }
  }

  /** A text that a checkpoint can hold. */
  static void text(String field, String value) {
    present(field, value);
    if (!HeaderJson.isUnicode(value)) {
      throw new IllegalArgumentException(field + " must be valid Unicode");
    }
  }

  static void range(String field, long value, long low, long high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          field + " must be " + low + " to " + high + ", not " + value);
    }
  }

  static void range(String field, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          field + " must be " + low + " to " + high + ", not " + value);
    }
  }

  static void positive(String field, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(field + " must be a finite number > 0, not " + value);
    }
  }
}
