package org.gan4j.device;

import static org.gan4j.device.Numbers.ROUNDING;
import static org.gan4j.device.Numbers.assertClose;
import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Norms, Parzen windows, nearest neighbours. */
public abstract class DistanceContract extends KernelsContract {
  /** Relative, of the kernels' e^x. */
  private static final double EXPONENTIAL_ERROR = 2e-7;

  /** The paper's bandwidths: logspace(−1, 0, 10). */
  private static final int SIGMAS = 10;

  private static float[] precisions() {
    float[] precisions = new float[SIGMAS];
    for (int k = 0; k < SIGMAS; k++) {
      double sigma = Math.pow(10, -1 + k / 9.0);
      precisions[k] = (float) (1 / (2 * sigma * sigma));
    }
    return precisions;
  }

  private static float[] filled(int n, float value) {
    float[] values = new float[n];
    java.util.Arrays.fill(values, value);
    return values;
  }

  @Test
  void addRow() {
    for (int[] shape : new int[][] {{1, 1}, {3, 31}, {33, 1}, {2, 64}, {100, 784}}) {
      for (int replicas : REPLICAS) {
        int rows = shape[0];
        int width = shape[1];
        try (Rig rig = rig(replicas)) {
          DeviceBuffer out = rig.floats((long) rows * width);
          DeviceBuffer in = rig.floats((long) rows * width);
          DeviceBuffer row = rig.floats(width);
          rig.freeze();
          float[][] x = rig.randoms(in, 1, 2);
          float[][] added = rig.randoms(row, 2, 2);
          rig.run(() -> rig.kernels().addRow(out, in, row, rows, width), out);
          rig.run(() -> rig.kernels().addRow(in, in, row, rows, width), in);
          for (int r = 0; r < replicas; r++) {
            float[] expected = new float[rows * width];
            for (int i = 0; i < expected.length; i++) {
              expected[i] = x[r][i] + added[r][i % width];
            }
            assertSameBits(expected, rig.floats(out, r), "rows with one added");
            assertSameBits(expected, rig.floats(in, r), "rows with one added in place");
          }
        }
      }
    }
  }

  @Test
  void squaredNorms() {
    for (int[] shape : new int[][] {{1, 1}, {3, 31}, {33, 63}, {2, 64}, {65, 33}, {100, 784}}) {
      for (int replicas : REPLICAS) {
        int rows = shape[0];
        int width = shape[1];
        try (Rig rig = rig(replicas)) {
          DeviceBuffer out = rig.floats(rows);
          DeviceBuffer in = rig.floats((long) rows * width);
          rig.freeze();
          float[][] x = rig.randoms(in, 1, 2);
          rig.run(() -> rig.kernels().squaredNorms(out, in, rows, width), out);
          for (int r = 0; r < replicas; r++) {
            for (int i = 0; i < rows; i++) {
              double sum = 0;
              for (int j = 0; j < width; j++) {
                sum += (double) x[r][i * width + j] * x[r][i * width + j];
              }
              // Summed in double: one rounding, at the end.
              assertClose(sum, rig.floats(out, r)[i], 1.0001 * ROUNDING * sum, "norm " + i);
            }
          }
        }
      }
    }
  }

  @Test
  void squaredNormsByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer out = rig.floats(2);
      DeviceBuffer in = rig.floats(4);
      rig.freeze().write(in, 3, 4, 1e4f, -1);
      rig.run(() -> rig.kernels().squaredNorms(out, in, 2, 2), out);
      assertSameBits(new float[] {25, 1e8f}, rig.floats(out, 0), "squared norms");
    }
  }

  @Test
  void parzenTileByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer nearest = rig.floats(1);
      DeviceBuffer sums = rig.reserve(DataType.DOUBLE, 2);
      DeviceBuffer products = rig.floats(2);
      DeviceBuffer rowNorms = rig.floats(1);
      DeviceBuffer columnNorms = rig.floats(2);
      DeviceBuffer precisions = rig.single(DataType.FLOAT, 2);
      rig.freeze().write(nearest, Float.POSITIVE_INFINITY);
      rig.write(sums, new double[] {0, 0});
      rig.write(rowNorms, 25);
      rig.write(columnNorms, 1, 25);
      rig.write(products, 5, 25);
      rig.write(precisions, 0.125f, 1);
      Runnable tile =
          () ->
              rig.kernels()
                  .parzenTile(nearest, sums, products, rowNorms, columnNorms, precisions, 1, 2);
      // Distances 16 and 0.
      rig.run(tile, nearest, sums);
      assertEquals(0, rig.floats(nearest, 0)[0]);
      double[] found = new double[2];
      Buffers.read(sums, 0, found);
      assertClose(1 + Math.exp(-2), found[0], EXPONENTIAL_ERROR, "first bandwidth");
      assertClose(1 + Math.exp(-16), found[1], EXPONENTIAL_ERROR, "second bandwidth");
    }
  }

  /** e^−x of a single distance, as the first lane of 16 and as a remainder. */
  @Test
  void exponentialOverItsRange() {
    for (int columns : new int[] {1, 16}) {
      int rows = 16_000 / columns;
      try (Rig rig = rig(1)) {
        DeviceBuffer nearest = rig.floats(rows);
        DeviceBuffer sums = rig.reserve(DataType.DOUBLE, rows);
        DeviceBuffer products = rig.floats((long) rows * columns);
        DeviceBuffer rowNorms = rig.floats(rows);
        DeviceBuffer columnNorms = rig.floats(columns);
        DeviceBuffer precisions = rig.single(DataType.FLOAT, 1);
        float[] x = new float[rows];
        for (int i = 0; i < rows; i++) {
          x[i] = i < rows / 2 ? i * 2e-6f : (i - rows / 2) * 0.0125f * columns;
        }
        float[] far = filled(columns, 1000);
        far[0] = 0;
        rig.freeze().write(nearest, new float[rows]);
        rig.write(sums, new double[rows]);
        rig.write(products, new float[rows * columns]);
        rig.write(rowNorms, x);
        rig.write(columnNorms, far);
        rig.write(precisions, 1);
        rig.run(
            () ->
                rig.kernels()
                    .parzenTile(
                        nearest, sums, products, rowNorms, columnNorms, precisions, rows, columns),
            nearest,
            sums);
        double[] found = new double[rows];
        Buffers.read(sums, 0, found);
        for (int i = 0; i < rows; i++) {
          double expected = x[i] > 87 ? 0 : Math.exp(-x[i]);
          assertClose(expected, found[i], EXPONENTIAL_ERROR * expected, "e^-" + x[i]);
        }
      }
    }
  }

  private record Points(float[] values, int count, int width) {
    static Points of(int count, int width, long seed) {
      return new Points(Numbers.randoms(count * width, seed, 1), count, width);
    }

    double distance(int i, Points other, int j) {
      double sum = 0;
      for (int k = 0; k < width; k++) {
        double d = (double) values[i * width + k] - other.values[j * width + k];
        sum += d * d;
      }
      return sum;
    }
  }

  /** One tile's buffers: the points to score, some samples, their products and norms. */
  private final class Tile {
    final DeviceBuffer scored;
    final DeviceBuffer samples;
    final DeviceBuffer products;
    final DeviceBuffer rowNorms;
    final DeviceBuffer columnNorms;
    final int rows;
    final int columns;
    final int width;

    Tile(Rig rig, int rows, int columns, int width) {
      scored = rig.floats((long) rows * width);
      samples = rig.floats((long) columns * width);
      products = rig.floats((long) rows * columns);
      rowNorms = rig.floats(rows);
      columnNorms = rig.floats(columns);
      this.rows = rows;
      this.columns = columns;
      this.width = width;
    }

    void load(Rig rig, Points x, Points s, int first) {
      Kernels kernels = rig.kernels();
      rig.write(scored, x.values);
      float[] part = new float[columns * width];
      System.arraycopy(s.values, first * width, part, 0, part.length);
      rig.write(samples, part);
      kernels.squaredNorms(rowNorms, scored, rows, width);
      kernels.squaredNorms(columnNorms, samples, columns, width);
      kernels.innerProducts(products, scored, samples, rows, columns, width);
    }
  }

  @Test
  void parzenTilesInAnyOrderAreOneWindow() {
    checkWindow(3, 31, 5, 1, new int[] {0});
    checkWindow(33, 65, 31, 3, new int[] {0, 1, 2});
    checkWindow(33, 65, 31, 3, new int[] {2, 0, 1});
    checkWindow(100, 3000, 64, 1, new int[] {1, 0});
  }

  private void checkWindow(int rows, int columns, int width, int replicas, int[] order) {
    Points x = Points.of(rows, width, 2);
    Points s = Points.of(columns * order.length, width, 3);
    // A sample that is one of the points: a distance of 0.
    System.arraycopy(x.values, 0, s.values, 7 * width, width);
    try (Rig rig = rig(replicas)) {
      DeviceBuffer nearest = rig.floats(rows);
      DeviceBuffer sums = rig.reserve(DataType.DOUBLE, (long) rows * SIGMAS);
      DeviceBuffer precisions = rig.single(DataType.FLOAT, SIGMAS);
      Tile tile = new Tile(rig, rows, columns, width);
      rig.freeze().write(nearest, filled(rows, Float.POSITIVE_INFINITY));
      rig.write(sums, new double[rows * SIGMAS]);
      rig.write(precisions, precisions());
      for (int at : order) {
        tile.load(rig, x, s, at * columns);
        rig.run(
            () ->
                rig.kernels()
                    .parzenTile(
                        nearest,
                        sums,
                        tile.products,
                        tile.rowNorms,
                        tile.columnNorms,
                        precisions,
                        rows,
                        columns),
            nearest,
            sums);
      }
      for (int r = 0; r < replicas; r++) {
        double[] found = new double[rows * SIGMAS];
        Buffers.read(sums, r, found);
        assertWindow(x, s, rig.floats(nearest, r), found);
      }
    }
  }

  private static void assertWindow(Points x, Points s, float[] nearest, double[] sums) {
    for (int i = 0; i < x.count; i++) {
      double[] distances = new double[s.count];
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < s.count; j++) {
        distances[j] = x.distance(i, s, j);
        least = Math.min(least, distances[j]);
      }
      // Norms and product, of magnitude at most width each, rounded in the order of the sums.
      double distanceError = (x.width + 8) * ROUNDING * 2 * x.width;
      assertClose(least, nearest[i], distanceError, "nearest of " + i);
      for (int k = 0; k < SIGMAS; k++) {
        double precision = precisions()[k];
        double sum = 0;
        for (double distance : distances) {
          sum += Math.exp(-precision * (distance - least));
        }
        double expected = Math.log(sum) - precision * least;
        double found = Math.log(sums[i * SIGMAS + k]) - precision * nearest[i];
        double sumError = EXPONENTIAL_ERROR + (s.count / 16.0 + 16) * ROUNDING;
        double tolerance = 2 * precision * distanceError + sumError;
        assertClose(expected, found, tolerance, "bandwidth " + k + " of " + i);
      }
    }
  }

  @Test
  void aNaNReachesTheSums() {
    try (Rig rig = rig(1)) {
      DeviceBuffer nearest = rig.floats(2);
      DeviceBuffer sums = rig.reserve(DataType.DOUBLE, 2);
      DeviceBuffer products = rig.floats(40);
      DeviceBuffer norms = rig.floats(20);
      DeviceBuffer precisions = rig.single(DataType.FLOAT, 1);
      rig.freeze().write(nearest, filled(2, Float.POSITIVE_INFINITY));
      rig.write(sums, new double[2]);
      float[] p = new float[40];
      p[3] = Float.NaN;
      p[39] = Float.NaN;
      rig.write(products, p);
      rig.write(norms, filled(20, 1));
      rig.write(precisions, 1);
      rig.kernels().parzenTile(nearest, sums, products, norms.view(0, 2), norms, precisions, 2, 20);
      double[] found = new double[2];
      Buffers.read(sums, 0, found);
      assertTrue(Double.isNaN(found[0]) && Double.isNaN(found[1]), found[0] + ", " + found[1]);
    }
  }

  @Test
  void nearestTile() {
    int rows = 33;
    int columns = 65;
    int width = 31;
    for (int replicas : REPLICAS) {
      Points x = Points.of(rows, width, 4);
      Points s = Points.of(2 * columns, width, 5);
      System.arraycopy(x.values, 0, s.values, 100 * width, width);
      try (Rig rig = rig(replicas)) {
        DeviceBuffer nearest = rig.floats(rows);
        DeviceBuffer index = rig.reserve(DataType.INT, rows);
        Tile tile = new Tile(rig, rows, columns, width);
        rig.freeze().write(nearest, filled(rows, Float.POSITIVE_INFINITY));
        for (int first = 0; first < 2 * columns; first += columns) {
          tile.load(rig, x, s, first);
          int from = first;
          rig.run(
              () ->
                  rig.kernels()
                      .nearestTile(
                          nearest,
                          index,
                          tile.products,
                          tile.rowNorms,
                          tile.columnNorms,
                          rows,
                          columns,
                          from),
              nearest,
              index);
        }
        for (int r = 0; r < replicas; r++) {
          int[] found = new int[rows];
          Buffers.read(index, r, found);
          assertEquals(100, found[0], "its twin");
          for (int i = 0; i < rows; i++) {
            assertEquals(nearestOf(x, i, s), found[i], "neighbour of " + i);
          }
        }
      }
    }
  }

  private static int nearestOf(Points x, int i, Points s) {
    int best = 0;
    for (int j = 1; j < s.count; j++) {
      best = x.distance(i, s, j) < x.distance(i, s, best) ? j : best;
    }
    return best;
  }

  @Test
  void ofEqualNeighboursTheFirstAndNeverANaN() {
    try (Rig rig = rig(1)) {
      DeviceBuffer nearest = rig.floats(1);
      DeviceBuffer index = rig.reserve(DataType.INT, 1);
      DeviceBuffer products = rig.floats(4);
      DeviceBuffer rowNorms = rig.floats(1);
      DeviceBuffer columnNorms = rig.floats(4);
      rig.freeze().write(nearest, Float.POSITIVE_INFINITY);
      rig.write(rowNorms, 1);
      rig.write(columnNorms, 9, 9, 9, 9);
      rig.write(products, Float.NaN, 1, 3, 3);
      for (int first = 10; first <= 20; first += 10) {
        int from = first;
        rig.run(
            () ->
                rig.kernels()
                    .nearestTile(nearest, index, products, rowNorms, columnNorms, 1, 4, from),
            nearest,
            index);
      }
      int[] found = new int[1];
      Buffers.read(index, 0, found);
      assertArrayEquals(new int[] {12}, found);
      assertEquals(4, rig.floats(nearest, 0)[0]);
    }
  }
}
