package org.gan4j.data;

import java.nio.FloatBuffer;
import java.util.Objects;

/** Examples in a buffer. */
record FloatExamples(ImageShape shape, FloatBuffer values) implements Examples {
  /** As many are enough for a mean, and are read quickly from a disk. */
  static final int LOOKED_AT = 10_000;

  FloatExamples {
    if (values.limit() == 0 || values.limit() % shape.size() != 0) {
      throw new IllegalArgumentException(
          values.limit()
              + " values are not a whole number of "
              + shape
              + " examples, at least one");
    }
  }

  @Override
  public int count() {
    return values.limit() / shape.size();
  }

  @Override
  public void read(int index, float[] to, int at) {
    Objects.checkIndex(index, count());
    values.get(index * shape.size(), to, at, shape.size());
  }
}
