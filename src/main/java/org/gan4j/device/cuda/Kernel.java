package org.gan4j.device.cuda;

import java.util.Locale;

/** The kernels of kernels.cu, and what one block of each works on. */
enum Kernel {
  UNIFORM(Grid.GROUPS),
  NORMAL(Grid.GROUPS),
  DROPOUT(Grid.GROUPS),
  GATHER(Grid.ROWS),
  EXPAND(Grid.ROWS),
  MAXOUT_FORWARD(Grid.GROUPS),
  MAXOUT_BACKWARD(Grid.COLUMNS),
  ACTIVATION_BACKWARD(Grid.COLUMNS),
  BIAS_ACTIVATION(Grid.ROWS),
  ACCUMULATE(Grid.GROUPS),
  CHANNEL_SUMS(Grid.ROWS),
  BIAS_GRADIENT(Grid.GROUPS),
  MAX_POOL_FORWARD(Grid.GROUPS),
  MAX_POOL_BACKWARD(Grid.GROUPS),
  SCALE_ROWS(Grid.ROWS),
  GAN_LOSS(Grid.ONE),
  UPDATE(Grid.SLICES),
  CAP_COLUMNS(Grid.COLUMNS),
  SCHEDULE(Grid.SINGLE),
  ADVANCE(Grid.SINGLE),
  FILL(Grid.GROUPS),
  ADD_ROW(Grid.ROWS),
  SQUARED_NORMS(Grid.ROWS),
  PARZEN_TILE(Grid.ROWS),
  NEAREST_TILE(Grid.ROWS);

  /** How the items of one replica are cut into blocks; launch.h has the same sizes. */
  enum Grid {
    /** Four elements to a thread. */
    GROUPS,
    /** A row to a block. */
    ROWS,
    /** 32 columns to a block of 32 × 16 threads. */
    COLUMNS,
    /** At most {@link #MAX_SLICES} blocks, the same number whatever the card. */
    SLICES,
    /** One block. */
    ONE,
    /** One thread. */
    SINGLE;

    static final int THREADS = 256;
    static final int COLUMNS_OF_BLOCK = 32;
    static final int LANES = 16;
    static final int MAX_SLICES = 512;

    /** Elements of a slice below which another block costs more than it saves. */
    private static final int SLICE = THREADS * 8;

    /** More blocks than a card runs at once; the threads loop over the rest. */
    private static final int MAX_BLOCKS = 8192;

    int blocks(long items) {
      long blocks =
          switch (this) {
            case GROUPS -> ceil(items, 4L * THREADS);
            case ROWS -> items;
            case COLUMNS -> ceil(items, COLUMNS_OF_BLOCK);
            case SLICES -> Math.min(ceil(items, SLICE), MAX_SLICES);
            case ONE, SINGLE -> 1;
          };
      // A block over columns has no loop over further columns.
      return Math.toIntExact(this == COLUMNS ? blocks : Math.min(blocks, MAX_BLOCKS));
    }

    int threadsAcross() {
      return switch (this) {
        case COLUMNS -> COLUMNS_OF_BLOCK;
        case SINGLE -> 1;
        default -> THREADS;
      };
    }

    int threadsDown() {
      return this == COLUMNS ? LANES : 1;
    }

    private static long ceil(long items, long each) {
      return (items + each - 1) / each;
    }
  }

  private final Grid grid;

  Kernel(Grid grid) {
    this.grid = grid;
  }

  Grid grid() {
    return grid;
  }

  /** Its name in the source. */
  String symbol() {
    return "gan4j_" + name().toLowerCase(Locale.ROOT);
  }
}
