package org.gan4j.eval;

import java.util.Arrays;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;

/**
 * All squared Euclidean distances within a set of points or between two, from matrix products, a
 * tile at a time. They have single precision; where two points are so near that the rounding of a
 * product would show, the distance is computed again in double precision. So a copy of a point has
 * the distance 0.
 */
public final class Distances {
  /** The part of the two squared norms below which a distance is computed again. */
  private static final double NEAR = 1e-3;

  /** Its square, summed over an image, is still a float. */
  private static final float LARGEST = 1e15f;

  private Distances() {}

  /**
   * The distances within one set.
   *
   * @param device that computes
   * @param points [count][width]; not modified
   * @param width values of a point, ≥ 1
   * @return [count][count], squared; symmetric, 0 on the diagonal
   * @throws IllegalArgumentException if the points are not whole, not finite or beyond ±1e15
   */
  public static float[][] within(Device device, float[] points, int width) {
    return new Task(points, points, width).run(device);
  }

  /**
   * The distances between two sets.
   *
   * @param device that computes
   * @param a [rows][width]; not modified
   * @param b [columns][width]; not modified
   * @param width values of a point, ≥ 1
   * @return [rows][columns], squared
   * @throws IllegalArgumentException if the points are not whole, not finite or beyond ±1e15
   */
  public static float[][] between(Device device, float[] a, float[] b, int width) {
    return new Task(a, b, width).run(device);
  }

  /** Checks points of the host. */
  static void requirePoints(float[] points, int width) {
    if (width < 1 || points.length == 0 || points.length % width != 0) {
      throw new IllegalArgumentException(
          points.length + " values are no points of " + width + " values, at least one");
    }
    if (!finite(points)) {
      throw new IllegalArgumentException(
          "points must be finite numbers, from -1e15 to 1e15, or they have no distance");
    }
  }

  static boolean finite(float[] points) {
    for (float value : points) {
      if (!(Math.abs(value) <= LARGEST)) {
        return false;
      }
    }
    return true;
  }

  /**
   * One distance, from its product where that is exact enough.
   *
   * @param norms sum of the squared norms
   * @param product inner product
   */
  static float squared(float norms, float product, float[] a, int i, float[] b, int j, int width) {
    float distance = norms - 2 * product;
    return distance > NEAR * norms ? distance : (float) exact(a, i * width, b, j * width, width);
  }

  private static double exact(float[] a, int from, float[] b, int first, int width) {
    // Far faster than the sum, and a generator that has collapsed has nothing but copies.
    if (Arrays.equals(a, from, from + width, b, first, first + width)) {
      return 0;
    }
    double sum = 0;
    for (int p = 0; p < width; p++) {
      double difference = (double) a[from + p] - b[first + p];
      sum += difference * difference;
    }
    return sum;
  }

  private static final class Task {
    private final float[] a;
    private final float[] b;
    private final int width;
    private final boolean same;
    private final float[][] distances;

    Task(float[] a, float[] b, int width) {
      requirePoints(a, width);
      requirePoints(b, width);
      this.a = a;
      this.b = b;
      this.width = width;
      this.same = a == b;
      this.distances = new float[a.length / width][b.length / width];
    }

    float[][] run(Device device) {
      try (DeviceArena arena = device.arena(1)) {
        DeviceBuffer rows = arena.floats(a.length);
        DeviceBuffer columns = arena.floats(b.length);
        arena.freeze();
        Buffers.write(rows, 0, a);
        Buffers.write(columns, 0, b);
        try (Points points = new Points(device, rows, width);
            Products products = new Products(device, points, distances[0].length)) {
          compute(points, products, columns);
        }
      }
      if (same) {
        mirror();
      }
      return distances;
    }

    private void compute(Points points, Products products, DeviceBuffer candidates) {
      float[] rowNorms = new float[distances.length];
      Buffers.read(points.norms(0, rowNorms.length), 0, rowNorms);
      products.each(
          (out, norms, first, columns) ->
              points.place(
                  out, norms, candidates.view((long) first * width, columns * width), columns),
          (tile, norms, from, rows, first, columns) -> {
            if (!same || first + columns > from) {
              float[] values = new float[rows * columns];
              float[] columnNorms = new float[columns];
              Buffers.read(tile, 0, values);
              Buffers.read(norms, 0, columnNorms);
              take(values, rowNorms, columnNorms, from, first);
            }
          });
    }

    private void take(float[] values, float[] rowNorms, float[] columnNorms, int from, int first) {
      int columns = columnNorms.length;
      for (int t = 0; t < values.length; t++) {
        int i = from + t / columns;
        int j = first + t % columns;
        if (!same || j > i) {
          float norms = rowNorms[i] + columnNorms[t % columns];
          distances[i][j] = squared(norms, values[t], a, i, b, j, width);
        }
      }
    }

    private void mirror() {
      for (int i = 0; i < distances.length; i++) {
        for (int j = 0; j < i; j++) {
          distances[i][j] = distances[j][i];
        }
      }
    }
  }
}
