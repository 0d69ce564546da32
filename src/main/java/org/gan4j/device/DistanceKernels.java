package org.gan4j.device;

/**
 * What evaluation is made of: what turns a product of two sets of points into the distances between
 * them, tile by tile, and those into a measure.
 */
public abstract class DistanceKernels extends ImageKernels {
  DistanceKernels(Backend backend) {
    super(backend);
  }

  /**
   * Row i of out ← row i of in + row.
   *
   * @param out [rows][width], may be {@code in}; modified
   * @param in [rows][width]; not modified
   * @param row [width]; not modified
   * @param rows vectors
   * @param width values of a vector
   */
  public final void addRow(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer row, int rows, int width) {
    Require.matrix(out, rows, width);
    Require.matrix(in, rows, width);
    Require.matrix(row, 1, width);
    Require.replicas(out, in, row);
    of(out)
        .writes(out)
        .reads(in)
        .reads(row)
        .integer(rows)
        .integer(width)
        .launch(Kernel.ADD_ROW, (long) rows * width);
  }

  /**
   * out_i ← ‖row i of in‖², summed in double precision.
   *
   * @param out [rows]; modified
   * @param in [rows][width]; not modified
   * @param rows vectors
   * @param width values of a vector
   */
  public final void squaredNorms(DeviceBuffer out, DeviceBuffer in, int rows, int width) {
    Require.matrix(out, rows, 1);
    Require.matrix(in, rows, width);
    Require.replicas(out, in);
    of(out).writes(out).reads(in).integer(rows).integer(width).launch(Kernel.SQUARED_NORMS, rows);
  }

  /**
   * One tile of a Gaussian Parzen window for a whole grid of bandwidths. With d_ij = rowNorm_i +
   * columnNorm_j − 2·product_ij, the squared distance: nearest_i ← min(nearest_i, min_j d_ij), and
   * sums_ik ← Σ over all tiles so far of e^(−precision_k·(d_ij − nearest_i)).
   *
   * @param nearest [rows], +∞ before the first tile; modified
   * @param sums DOUBLE [rows][sigmas], 0 before the first tile; modified
   * @param products [rows][columns]; not modified
   * @param rowNorms [rows]; not modified
   * @param columnNorms [columns]; not modified
   * @param precisions [sigmas], one replica: 1/(2σ²); not modified
   * @param rows points that are scored
   * @param columns points that carry the window
   */
  public final void parzenTile(
      DeviceBuffer nearest,
      DeviceBuffer sums,
      DeviceBuffer products,
      DeviceBuffer rowNorms,
      DeviceBuffer columnNorms,
      DeviceBuffer precisions,
      int rows,
      int columns) {
    requireTile(nearest, products, rowNorms, columnNorms, rows, columns);
    Require.floats(precisions);
    Require.that(
        precisions.replicas() == 1, "precisions has one replica, not ", precisions.replicas());
    Require.typed(sums, DataType.DOUBLE, rows * precisions.length());
    Require.replicas(nearest, sums);
    of(nearest)
        .writes(nearest)
        .writes(sums)
        .reads(products)
        .reads(rowNorms)
        .reads(columnNorms)
        .reads(precisions)
        .integer(precisions.length())
        .integer(rows)
        .integer(columns)
        .launch(Kernel.PARZEN_TILE, rows);
  }

  /**
   * One tile of a search for nearest neighbours, with the distances of {@link #parzenTile}: where
   * d_ij &lt; nearest_i: nearest_i ← d_ij, index_i ← first + j.
   *
   * @param nearest [rows], +∞ before the first tile; modified
   * @param index INT [rows]; modified
   * @param products [rows][columns]; not modified
   * @param rowNorms [rows]; not modified
   * @param columnNorms [columns]; not modified
   * @param rows points that look for a neighbour
   * @param columns candidates of this tile
   * @param first index of the tile's first candidate
   */
  public final void nearestTile(
      DeviceBuffer nearest,
      DeviceBuffer index,
      DeviceBuffer products,
      DeviceBuffer rowNorms,
      DeviceBuffer columnNorms,
      int rows,
      int columns,
      int first) {
    requireTile(nearest, products, rowNorms, columnNorms, rows, columns);
    Require.typed(index, DataType.INT, rows);
    Require.replicas(nearest, index);
    of(nearest)
        .writes(nearest)
        .writes(index)
        .reads(products)
        .reads(rowNorms)
        .reads(columnNorms)
        .integer(rows)
        .integer(columns)
        .integer(first)
        .launch(Kernel.NEAREST_TILE, rows);
  }

  private static void requireTile(
      DeviceBuffer nearest,
      DeviceBuffer products,
      DeviceBuffer rowNorms,
      DeviceBuffer columnNorms,
      int rows,
      int columns) {
    Require.matrix(nearest, rows, 1);
    Require.matrix(products, rows, columns);
    Require.matrix(rowNorms, rows, 1);
    Require.matrix(columnNorms, columns, 1);
    Require.replicas(nearest, products, rowNorms, columnNorms);
  }
}
