package org.gan4j.data;

import java.util.Arrays;

/** Changes the size of a picture: every new pixel is the mean of the area that it covers. */
final class Resize {
  private Resize() {}

  /** Gives the rows of a picture, asked for in ascending order, the same at most twice running. */
  @FunctionalInterface
  interface Rows {
    /**
     * One row.
     *
     * @param y which, from 0 at the top
     * @param values [channels][width] 0 to 255; overwritten
     */
    void read(int y, int[][] values);
  }

  /**
   * Scales a picture of which no more than a row is held.
   *
   * @param rows its rows
   * @param height rows of it
   * @param width values of a row
   * @param shape the new size, and how many channels there are
   * @return [channels, height, width] of the new size, unsigned bytes, rounded to nearest
   */
  static byte[] area(Rows rows, int height, int width, ImageShape shape) {
    int toHeight = shape.height();
    int plane = toHeight * shape.width();
    int[][] row = new int[shape.channels()][width];
    float[][] wide = new float[shape.channels()][shape.width()];
    double[][] sums = new double[shape.channels()][shape.width()];
    byte[] result = new byte[shape.size()];
    int held = -1;
    for (int y = 0; y < toHeight; y++) {
      double top = (double) y * height / toHeight;
      double bottom = (double) (y + 1) * height / toHeight;
      int last = Math.min(height, (int) Math.ceil(bottom));
      for (double[] channel : sums) {
        Arrays.fill(channel, 0);
      }
      for (int p = (int) top; p < last; p++) {
        if (p != held) {
          rows.read(p, row);
          alongRow(row, width, wide);
          held = p;
        }
        add(Math.min(bottom, p + 1) - Math.max(top, p), wide, sums);
      }
      for (int c = 0; c < sums.length; c++) {
        for (int x = 0; x < shape.width(); x++) {
          float mean = (float) (sums[c][x] / (bottom - top));
          result[c * plane + y * shape.width() + x] = (byte) Math.round(mean);
        }
      }
    }
    return result;
  }

  private static void add(double covered, float[][] wide, double[][] sums) {
    for (int c = 0; c < sums.length; c++) {
      for (int x = 0; x < sums[c].length; x++) {
        sums[c][x] += covered * wide[c][x];
      }
    }
  }

  private static void alongRow(int[][] row, int from, float[][] wide) {
    int to = wide[0].length;
    for (int x = 0; x < to; x++) {
      double left = (double) x * from / to;
      double right = (double) (x + 1) * from / to;
      int last = Math.min(from, (int) Math.ceil(right));
      for (int c = 0; c < wide.length; c++) {
        double sum = 0;
        for (int p = (int) left; p < last; p++) {
          sum += (Math.min(right, p + 1) - Math.max(left, p)) * row[c][p];
        }
        wide[c][x] = (float) (sum / (right - left));
      }
    }
  }
}
