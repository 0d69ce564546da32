package org.gan4j.device.cuda;

import org.gan4j.device.Kernel;

/**
 * How one replica's part of a launch is cut into blocks of threads; launch.h, columns.h, images.h
 * and weights.h have the same sizes.
 *
 * @param count blocks
 * @param parts of the sums that several blocks share: there must be room for a double each
 * @param counters of the blocks that have left theirs: 0 if no block shares a sum
 */
record Blocks(long count, long parts, long counters) {
  /** Of a block that adds up. */
  private static final int THREADS = 256;

  /** Of one whose threads have four elements each: small, so that few elements keep more busy. */
  private static final int ELEMENT_THREADS = 128;

  /** Rows and columns of a tile. */
  private static final int TILE = 64;

  /** Of one whose warps have a row each. */
  private static final int ROW_THREADS = 128;

  private static final int WARP = 32;

  /** The most blocks that share a sum, the same number whatever the card. */
  private static final int SUM_PARTS = 512;

  private static final int CHANNEL_PARTS = 32;

  /** What the losses add up to: see state.h. */
  private static final int LOSS_SUMS = 5;

  /** Elements of a part of a sum below which another block costs more than it saves. */
  private static final int PART = THREADS * 8;

  /** Of so many rows a block has few columns. */
  private static final int FEW_ROWS = 512;

  private static final int FEW_COLUMNS = 8;
  private static final int MANY_COLUMNS = 32;

  /** Rows of a part that one thread takes. */
  private static final int ROWS_OF_THREAD = 16;

  /** More blocks than a card runs at once; the threads loop over the rest. */
  private static final int MOST = 8192;

  /** The same of blocks that do little. */
  private static final int MOST_OF_ELEMENTS = 65_536;

  /** Enough to fill a card: further rows are cheaper for a warp that has one already. */
  private static final int MOST_OF_WARPS = 1024;

  /**
   * The blocks of a launch.
   *
   * @param items of one replica, as the grid counts
   * @param rows that every item has, if the items are columns; columns, if they are rows
   */
  static Blocks of(Kernel.Grid grid, long items, long rows) {
    return switch (grid) {
      case ELEMENTS -> alone(Math.min(ceil(items, 4L * ELEMENT_THREADS), MOST_OF_ELEMENTS));
      case ROWS -> alone(Math.min(items, MOST));
      case WARP_ROWS -> alone(Math.min(ceil(items, ROW_THREADS / WARP), MOST_OF_WARPS));
      case COLUMNS -> columns(items, rows);
      case WHOLE_COLUMNS -> alone(ceil(items, width(items, FEW_COLUMNS)));
      case CHANNELS ->
          new Blocks(Math.min(items * CHANNEL_PARTS, MOST), items * CHANNEL_PARTS, items);
      case SUM -> sum(ceil(items, PART), 1);
      case TILES -> tiles(items, rows);
      case EXAMPLES -> sum(ceil(items, THREADS), LOSS_SUMS);
      case ONE_THREAD -> alone(1);
      case NONE -> throw new IllegalArgumentException("a kernel of the CPU alone");
    };
  }

  private static Blocks alone(long count) {
    return new Blocks(count, 0, 0);
  }

  private static Blocks sum(long most, int sums) {
    long count = Math.min(most, SUM_PARTS);
    return new Blocks(count, count * sums, 1);
  }

  private static Blocks tiles(long items, long rows) {
    long count = ceil(items, TILE) * ceil(rows, TILE);
    return new Blocks(count, count, 1);
  }

  private static Blocks columns(long items, long rows) {
    long width = width(items, rows <= FEW_ROWS ? FEW_COLUMNS : MANY_COLUMNS);
    long tiles = ceil(items, width);
    long parts = ceil(rows, THREADS / width * ROWS_OF_THREAD);
    return new Blocks(tiles * parts, items * parts, tiles);
  }

  /** Columns of a block: a power of two. */
  private static long width(long columns, int most) {
    long width = 1;
    while (width < most && width < columns) {
      width *= 2;
    }
    return width;
  }

  /** Threads of a block. */
  static int threads(Kernel.Grid grid) {
    return switch (grid) {
      case ELEMENTS -> ELEMENT_THREADS;
      case WARP_ROWS -> ROW_THREADS;
      case ONE_THREAD -> 1;
      default -> THREADS;
    };
  }

  private static long ceil(long items, long each) {
    return (items + each - 1) / each;
  }
}
