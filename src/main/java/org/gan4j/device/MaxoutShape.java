package org.gan4j.device;

/**
 * A maxout layer at work on a minibatch, whose linear part sees all inputs, with the dropout that
 * follows it.
 *
 * @param rows examples, ≥ 1
 * @param inputs values per example that enter, ≥ 1
 * @param units that leave, ≥ 1
 * @param pieces of one unit, 1 to {@link Kernels#MAX_PIECES}
 * @param keep dropout's probability to keep, in (0, 1]; 1: no dropout
 */
public record MaxoutShape(int rows, int inputs, int units, int pieces, double keep) {
  /** With more slopes that are not zero, products of all of them are faster. */
  private static final double LARGEST_SHARE = 0.25;

  public MaxoutShape {
    Sizes.range("rows", rows, 1, Integer.MAX_VALUE);
    Sizes.range("inputs", inputs, 1, Integer.MAX_VALUE);
    Sizes.range("units", units, 1, Integer.MAX_VALUE);
    Sizes.range("pieces", pieces, 1, Kernels.MAX_PIECES);
    if (!(keep > 0 && keep <= 1)) {
      throw new IllegalArgumentException("keep must lie in (0, 1], not " + keep);
    }
    Sizes.product(units, pieces, 1);
  }

  /**
   * Outputs of the linear part.
   *
   * @return units · pieces
   */
  public int columns() {
    return units * pieces;
  }

  /**
   * Whether a CPU's gradients are made by the winners alone, {@link Kernels#maxoutGradients}, and
   * not by products of all slopes. Depends on the layers alone, so that every machine decides
   * alike: the two ways round differently.
   *
   * @return true where that is faster, as benchmarks/results/arithmetic.md shows
   */
  public boolean byWinners() {
    return keep / pieces <= LARGEST_SHARE;
  }
}
