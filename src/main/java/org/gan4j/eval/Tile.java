package org.gan4j.eval;

import org.gan4j.device.Device;

/**
 * How many distances are computed at a time: only a tile of them ever exists.
 *
 * @param rows points that are scored, ≥ 1
 * @param columns points that they are compared with, ≥ 1
 */
record Tile(int rows, int columns) {
  /** Elements of the tiles of all replicas: 64 MiB. */
  private static final long MOST = 1 << 24;

  /** Stays in a processor's cache until it is summed. */
  private static final Tile OF_HOST = new Tile(512, 1024);

  /** Keeps all of a card busy with one product. */
  private static final Tile OF_CARD = new Tile(4096, 2048);

  /** The best tile for this many points of each kind. */
  static Tile of(Device device, int rows, int columns, int replicas) {
    Tile best = device.usesHostMemory() ? OF_HOST : OF_CARD;
    long fitting = Math.max(1, MOST / ((long) replicas * best.columns));
    return new Tile(
        (int) Math.min(Math.min(rows, best.rows), fitting), Math.min(columns, best.columns));
  }
}
