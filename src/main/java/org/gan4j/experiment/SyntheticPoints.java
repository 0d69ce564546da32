package org.gan4j.experiment;

import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;

/** Points as data sets have them: a byte a value. */
final class SyntheticPoints {
  private static final int ZERO = 128;

  private final byte[] values;
  private final byte[] modes;
  private final int width;

  SyntheticPoints(int count, int width) {
    this.values = new byte[count * width];
    this.modes = new byte[count];
    this.width = width;
  }

  int count() {
    return modes.length;
  }

  /** Rounds a point to bytes; what lies beyond them is cut off. */
  void set(int index, double[] point, int mode) {
    modes[index] = (byte) mode;
    for (int p = 0; p < width; p++) {
      long rounded = Math.round(ZERO + PointSource.BYTES_PER_UNIT * point[p]);
      values[index * width + p] = (byte) Math.max(0, Math.min(255, rounded));
    }
  }

  /** One value of a point, in units. */
  double value(int index, int p) {
    return (Byte.toUnsignedInt(values[index * width + p]) - ZERO)
        / (double) PointSource.BYTES_PER_UNIT;
  }

  /** Takes a point of others. */
  void copy(int index, SyntheticPoints from, int source) {
    modes[index] = from.modes[source];
    System.arraycopy(from.values, source * width, values, index * width, width);
  }

  /** With the modes as labels, if there are several. */
  Images images(int classes) {
    ImageShape shape = new ImageShape(1, 1, width);
    return classes > 1 ? Images.of(shape, values, modes, classes) : Images.of(shape, values);
  }

  /** As networks see them. */
  float[] points() {
    return Scaling.UNIT.values(images(1));
  }
}
