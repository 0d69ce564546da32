package org.gan4j.device;

import java.util.Locale;

/**
 * The kernels that this library writes itself. Each has a function of its name for the CPU, in
 * src/main/native/cpu, and one for GPUs, in src/main/native/cuda, but for those of one side alone;
 * the methods of {@link Kernels} say what it computes.
 */
public enum Kernel {
  UNIFORM(Grid.ELEMENTS),
  NORMAL(Grid.ELEMENTS),
  DROPOUT(Grid.ELEMENTS),
  GATHER(Grid.WARP_ROWS),
  GATHER_ROWS(Grid.WARP_ROWS),
  EXPAND(Grid.WARP_ROWS),
  FILL(Grid.ELEMENTS),
  MAXOUT_FORWARD(Grid.ELEMENTS),
  MAXOUT_BACKWARD(Grid.COLUMNS),
  MAXOUT_GRADIENTS(Grid.NONE),
  ROUND(Grid.NONE),
  ACTIVATION_BACKWARD(Grid.COLUMNS),
  SCALE_ROWS(Grid.ELEMENTS),
  COPY_COLUMNS(Grid.ELEMENTS),
  WEIGHT_NORM(Grid.WHOLE_COLUMNS),
  WEIGHT_NORM_VELOCITY(Grid.WHOLE_COLUMNS),
  BATCH_NORM_FORWARD(Grid.WHOLE_COLUMNS),
  BATCH_NORM_BACKWARD(Grid.WHOLE_COLUMNS),
  BIAS_ACTIVATION(Grid.ELEMENTS),
  BIAS_GRADIENT(Grid.CHANNELS),
  MAX_POOL_FORWARD(Grid.ELEMENTS),
  MAX_POOL_BACKWARD(Grid.ELEMENTS),
  ACCUMULATE(Grid.ELEMENTS),
  /** What lets one batch of products make the weight gradients of all replicas. */
  TAKE_FACTORS(Grid.ELEMENTS, false),
  WEIGHT_STEP(Grid.TILES, false),
  GAN_LOSS(Grid.EXAMPLES),
  CROSS_ENTROPY_SLOPE(Grid.ELEMENTS),
  LOG_SUM_ROWS(Grid.ELEMENTS),
  SPREAD_ROWS(Grid.ELEMENTS),
  MATCH_MEANS(Grid.WHOLE_COLUMNS),
  MATCHING_LOSS(Grid.SUM),
  FOLLOW(Grid.ELEMENTS),
  UPDATE(Grid.SUM),
  ADAM(Grid.SUM),
  CAP_COLUMNS(Grid.WHOLE_COLUMNS),
  SCHEDULE(Grid.ONE_THREAD),
  ADVANCE(Grid.ONE_THREAD),
  SETTLE(Grid.ONE_THREAD),
  COORDINATE(Grid.ONE_THREAD),
  ADD_ROW(Grid.ELEMENTS),
  SQUARED_NORMS(Grid.ROWS),
  PARZEN_TILE(Grid.ROWS),
  NEAREST_TILE(Grid.ROWS),
  MASKS(Grid.ELEMENTS),
  COMPOSE(Grid.ELEMENTS),
  COMPLETION_SLOPE(Grid.ELEMENTS);

  /** What the items of a launch are, and so how a GPU cuts them into blocks of threads. */
  public enum Grid {
    /** Elements that have nothing to do with each other. */
    ELEMENTS,
    /** Rows, a block of threads for each. */
    ROWS,
    /** Rows, a warp for each. */
    WARP_ROWS,
    /** Columns, each with a sum over its rows: several blocks share a column. */
    COLUMNS,
    /** Columns, each with a sum that all its rows wait for: one block does them all. */
    WHOLE_COLUMNS,
    /** Channels, each with a sum over many values: several blocks share a channel. */
    CHANNELS,
    /** Elements with one sum over them all: the blocks share it. */
    SUM,
    /** Rows of a matrix: a block has a tile of it, and all blocks share a sum. */
    TILES,
    /** Examples with a few sums over them all, and much to do for each: the blocks share them. */
    EXAMPLES,
    /** One. */
    ONE_THREAD,
    /** Of a kernel that the CPU alone has. */
    NONE
  }

  private final Grid grid;
  private final boolean onCpu;

  Kernel(Grid grid) {
    this(grid, true);
  }

  Kernel(Grid grid, boolean onCpu) {
    this.grid = grid;
    this.onCpu = onCpu;
  }

  /**
   * What its items are.
   *
   * @return the kind of its grid
   */
  public Grid grid() {
    return grid;
  }

  /**
   * Whether the CPU has it.
   *
   * @return false if only GPUs do
   */
  public boolean onCpu() {
    return onCpu;
  }

  /**
   * Whether GPUs have it.
   *
   * @return false if only the CPU does
   */
  public boolean onGpu() {
    return grid != Grid.NONE;
  }

  /**
   * Its name in the native sources.
   *
   * @return lower case
   */
  public String symbol() {
    return name().toLowerCase(Locale.ROOT);
  }
}
