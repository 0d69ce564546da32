package org.gan4j.device.cuda;

import org.gan4j.device.Kernel;

/** How a launch is cut into blocks of threads; launch.h and images.h have the same sizes. */
final class Blocks {
  private static final int THREADS = 256;
  private static final int COLUMNS = 32;
  private static final int LANES = 16;

  /** The most blocks that share a sum, the same number whatever the card. */
  private static final int SUM_PARTS = 512;

  private static final int CHANNEL_PARTS = 32;

  /** Elements of a part of a sum below which another block costs more than it saves. */
  private static final int PART = THREADS * 8;

  /** More blocks than a card runs at once; the threads loop over the rest. */
  private static final int MOST = 8192;

  private Blocks() {}

  /** Blocks of one replica. */
  static int count(Kernel.Grid grid, long items) {
    long blocks =
        switch (grid) {
          case ELEMENTS -> ceil(items, 4L * THREADS);
          case ROWS -> items;
          case COLUMNS -> ceil(items, COLUMNS);
          case CHANNELS -> items * CHANNEL_PARTS;
          case SUM -> Math.min(ceil(items, PART), SUM_PARTS);
          case ONE_BLOCK, ONE_THREAD -> 1;
        };
    // A block over columns has no loop over further columns.
    return Math.toIntExact(grid == Kernel.Grid.COLUMNS ? blocks : Math.min(blocks, MOST));
  }

  static int threadsAcross(Kernel.Grid grid) {
    return switch (grid) {
      case COLUMNS -> COLUMNS;
      case ONE_THREAD -> 1;
      default -> THREADS;
    };
  }

  static int threadsDown(Kernel.Grid grid) {
    return grid == Kernel.Grid.COLUMNS ? LANES : 1;
  }

  /** The sums of one replica that several blocks share. */
  static long sharedSums(Kernel.Grid grid, long items) {
    return switch (grid) {
      case CHANNELS -> items;
      case SUM -> 1;
      default -> 0;
    };
  }

  /** The most parts of such a sum. */
  static int parts(Kernel.Grid grid) {
    return grid == Kernel.Grid.SUM ? SUM_PARTS : CHANNEL_PARTS;
  }

  private static long ceil(long items, long each) {
    return (items + each - 1) / each;
  }
}
