package org.gan4j.eval;

/**
 * How many distances are computed at a time: only a tile of them ever exists.
 *
 * @param rows points that are scored, ≥ 1
 * @param columns points that they are compared with, ≥ 1
 */
record Tile(int rows, int columns) {
  /** Elements of the tiles of all replicas: 64 MiB. */
  private static final long MOST = 1 << 24;

  private static final Tile BEST = new Tile(512, 1024);

  /** The best tile for this many points of each kind. */
  static Tile of(int rows, int columns, int replicas) {
    long fitting = Math.max(1, MOST / ((long) replicas * BEST.columns));
    return new Tile(
        (int) Math.min(Math.min(rows, BEST.rows), fitting), Math.min(columns, BEST.columns));
  }
}
