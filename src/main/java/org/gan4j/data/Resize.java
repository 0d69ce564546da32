package org.gan4j.data;

/** Changes the size of a picture: every new pixel is the mean of the area that it covers. */
final class Resize {
  private Resize() {}

  /**
   * Scales one plane.
   *
   * @param plane [height, width] unsigned bytes; not modified
   * @param toHeight new height, at least 1
   * @param toWidth new width, at least 1
   * @return [toHeight, toWidth] unsigned bytes, rounded to nearest
   */
  static byte[] area(byte[] plane, int height, int width, int toHeight, int toWidth) {
    float[] values = new float[plane.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Byte.toUnsignedInt(plane[i]);
    }
    float[] wide = alongRows(values, height, width, toWidth);
    float[] scaled = alongRows(transposed(wide, height, toWidth), toWidth, height, toHeight);
    byte[] result = new byte[toHeight * toWidth];
    float[] upright = transposed(scaled, toWidth, toHeight);
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) Math.round(upright[i]);
    }
    return result;
  }

  private static float[] alongRows(float[] values, int rows, int from, int to) {
    float[] result = new float[rows * to];
    for (int x = 0; x < to; x++) {
      double left = (double) x * from / to;
      double right = (double) (x + 1) * from / to;
      int last = Math.min(from, (int) Math.ceil(right));
      for (int row = 0; row < rows; row++) {
        double sum = 0;
        for (int p = (int) left; p < last; p++) {
          double covered = Math.min(right, p + 1) - Math.max(left, p);
          sum += covered * values[row * from + p];
        }
        result[row * to + x] = (float) (sum / (right - left));
      }
    }
    return result;
  }

  private static float[] transposed(float[] values, int rows, int columns) {
    float[] result = new float[values.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        result[c * rows + r] = values[r * columns + c];
      }
    }
    return result;
  }
}
