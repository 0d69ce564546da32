package org.gan4j.device.cuda;

import org.gan4j.device.Kernel;

/**
 * How one replica's part of a launch is cut into blocks of threads; launch.h, columns.h and
 * images.h have the same sizes.
 *
 * @param count blocks
 * @param parts of the sums that several blocks share: there must be room for a double each
 * @param counters of the blocks that have left theirs: 0 if no block shares a sum
 */
record Blocks(long count, long parts, long counters) {
  private static final int THREADS = 256;

  /** The most blocks that share a sum, the same number whatever the card. */
  private static final int SUM_PARTS = 512;

  private static final int CHANNEL_PARTS = 32;

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

  /**
   * The blocks of a launch.
   *
   * @param items of one replica, as the grid counts
   * @param rows that every item has, if the items are columns
   */
  static Blocks of(Kernel.Grid grid, long items, long rows) {
    return switch (grid) {
      case ELEMENTS -> loops(ceil(items, 4L * THREADS));
      case ROWS -> loops(items);
      case COLUMNS -> columns(items, rows);
      case WHOLE_COLUMNS -> alone(ceil(items, width(items, FEW_COLUMNS)));
      case CHANNELS ->
          new Blocks(Math.min(items * CHANNEL_PARTS, MOST), items * CHANNEL_PARTS, items);
      case SUM -> sum(Math.min(ceil(items, PART), SUM_PARTS));
      case ONE_BLOCK, ONE_THREAD -> alone(1);
    };
  }

  private static Blocks alone(long count) {
    return new Blocks(count, 0, 0);
  }

  private static Blocks loops(long count) {
    return alone(Math.min(count, MOST));
  }

  private static Blocks sum(long count) {
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
    return grid == Kernel.Grid.ONE_THREAD ? 1 : THREADS;
  }

  private static long ceil(long items, long each) {
    return (items + each - 1) / each;
  }
}
