package org.gan4j.eval;

import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;

/** The inner products of points, of one replica, with candidates: a tile at a time. */
final class Products implements AutoCloseable {
  /** Where candidates come from. */
  @FunctionalInterface
  interface Placement {
    /**
     * Puts some candidates among the points.
     *
     * @param out [columns][width]; modified
     * @param norms [columns], their squared norms; modified
     * @param first index of the first
     * @param columns how many
     */
    void place(DeviceBuffer out, DeviceBuffer norms, int first, int columns);
  }

  /** What is done with a tile. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Takes one tile.
     *
     * @param products [rows][columns]
     * @param columnNorms [columns], squared norms of the candidates
     * @param from index of the first point
     * @param rows points
     * @param first index of the first candidate
     * @param columns candidates
     */
    void tile(
        DeviceBuffer products,
        DeviceBuffer columnNorms,
        int from,
        int rows,
        int first,
        int columns);
  }

  private final Kernels kernels;
  private final Points points;
  private final int count;
  private final Tile tile;
  private final DeviceArena arena;
  private final DeviceBuffer candidates;
  private final DeviceBuffer norms;
  private final DeviceBuffer products;
  private final DeviceBuffer least;
  private final DeviceBuffer index;

  /**
   * Allocates one tile.
   *
   * @param points rows of the products; not closed by this
   * @param candidates how many there will be, ≥ 1
   */
  Products(Device device, Points points, int candidates) {
    this.kernels = device.kernels();
    this.points = points;
    this.count = candidates;
    this.tile = Tile.of(device, points.count(), candidates, 1);
    this.arena = device.arena(1);
    this.candidates = arena.floats((long) tile.columns() * points.width());
    this.norms = arena.floats(tile.columns());
    this.products = arena.floats((long) tile.rows() * tile.columns());
    this.least = arena.floats(points.count());
    this.index = arena.reserve(DataType.INT, points.count());
    arena.freeze();
  }

  /** Visits all tiles, those of the same candidates after each other. */
  void each(Placement placement, Visitor visitor) {
    for (int first = 0; first < count; first += tile.columns()) {
      int columns = Math.min(tile.columns(), count - first);
      placement.place(candidates, norms, first, columns);
      for (int from = 0; from < points.count(); from += tile.rows()) {
        int rows = Math.min(tile.rows(), points.count() - from);
        kernels.innerProducts(
            products, points.values(from, rows), candidates, rows, columns, points.width());
        visitor.tile(products, norms, from, rows, first, columns);
      }
    }
  }

  /** The candidate nearest to each point; of those equally near, to single precision, any one. */
  int[] nearest(Placement placement) {
    kernels.fill(least, Double.POSITIVE_INFINITY);
    each(
        placement,
        (tileProducts, columnNorms, from, rows, first, columns) ->
            kernels.nearestTile(
                least.view(from, rows),
                index.view(from, rows),
                tileProducts,
                points.norms(from, rows),
                columnNorms,
                rows,
                columns,
                first));
    int[] found = new int[points.count()];
    Buffers.read(index, 0, found);
    return found;
  }

  @Override
  public void close() {
    arena.close();
  }
}
