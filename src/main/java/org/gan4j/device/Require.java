package org.gan4j.device;

/** The checks of {@link Kernels}: type, room and replicas of a buffer. */
final class Require {
  private Require() {}

  // Two overloads, so that a check that holds boxes nothing.
  static void that(boolean holds, String message, long found) {
    if (!holds) {
      throw new IllegalArgumentException(message + found);
    }
  }

  static void that(boolean holds, String message, double found) {
    if (!holds) {
      throw new IllegalArgumentException(message + found);
    }
  }

  static void typed(DeviceBuffer buffer, DataType type, long length) {
    if (buffer.type() != type || buffer.length() < length) {
      throw new IllegalArgumentException(
          "needs a buffer of at least " + length + " elements of type " + type + ", not " + buffer);
    }
  }

  static void floats(DeviceBuffer buffer) {
    typed(buffer, DataType.FLOAT, 1);
  }

  static void matrix(DeviceBuffer buffer, int rows, int columns) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "rows and columns must be at least 1, not " + rows + " and " + columns);
    }
    typed(buffer, DataType.FLOAT, (long) rows * columns);
  }

  static void optional(DeviceBuffer bufferOrNull, int rows, int columns, DeviceBuffer like) {
    if (bufferOrNull != null) {
      matrix(bufferOrNull, rows, columns);
      replicas(like, bufferOrNull);
    }
  }

  static void same(DeviceBuffer a, DeviceBuffer b) {
    if (a.type() != b.type() || a.length() != b.length() || a.replicas() != b.replicas()) {
      throw new IllegalArgumentException("two buffers differ in shape: " + a + " and " + b);
    }
  }

  static void replicas(DeviceBuffer first, DeviceBuffer second) {
    if (first.replicas() != second.replicas()) {
      throw new IllegalArgumentException(
          "two buffers differ in replicas: " + first + " and " + second);
    }
  }

  static void replicas(DeviceBuffer first, DeviceBuffer second, DeviceBuffer third) {
    replicas(first, second);
    replicas(first, third);
  }

  static void replicas(
      DeviceBuffer first, DeviceBuffer second, DeviceBuffer third, DeviceBuffer fourth) {
    replicas(first, second, third);
    replicas(first, fourth);
  }

  static void state(DeviceBuffer state, DeviceBuffer like) {
    typed(state, DataType.LONG, StateLayout.WORDS);
    replicas(state, like);
  }

  /** Checks a minibatch of a data set. */
  static void minibatch(int rows, long count, int minibatch) {
    that(rows <= count, "a minibatch is larger than the data: ", rows);
    that(count <= Integer.MAX_VALUE, "more examples than can be shuffled: ", count);
    that(minibatch >= 0, "the minibatch must be ≥ 0, not ", minibatch);
  }

  /** Checks what goes with a set of examples, a row each, and returns how many there are. */
  static long rows(DeviceBuffer values, int width) {
    typed(values, DataType.FLOAT, width);
    if (values.replicas() != 1 || values.length() % width != 0) {
      throw new IllegalArgumentException("rows of " + width + " values do not fill " + values);
    }
    return values.length() / width;
  }

  /** Checks a set of images and returns how many it has. */
  static long images(DeviceBuffer pixels, DeviceBuffer scaling, int width) {
    typed(pixels, DataType.BYTE, width);
    long count = pixels.length() / width;
    typed(scaling, DataType.FLOAT, 2 * count);
    if (pixels.replicas() != 1 || scaling.replicas() != 1 || count * width != pixels.length()) {
      throw new IllegalArgumentException(
          "images of " + width + " values do not fill " + pixels + " and " + scaling);
    }
    return count;
  }
}
