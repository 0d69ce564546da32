package org.gan4j.eval;

/**
 * Density and coverage (Naeem et al., ICML 2020), with the balls of {@link PrecisionRecall} about
 * real points only, which a generated outlier can't inflate.
 *
 * @param density generated points per real ball, divided by k: 1 on average for equal
 *     distributions, more if generated points crowd where real ones do
 * @param coverage share of the real balls that hold a generated point, 0 to 1: about 1 − 2⁻ᵏ for
 *     equal distributions and many points
 */
public record DensityCoverage(double density, double coverage) {
  /** The k that the paper recommends. */
  public static final int K = 5;

  /**
   * Computes both.
   *
   * @param distances more than k points of each kind
   * @param k ≥ 1
   * @return the two values
   * @throws IllegalArgumentException if there are fewer points, or k is none
   */
  public static DensityCoverage of(PairDistances distances, int k) {
    PrecisionRecall.requireNeighbours(distances, k, "density and coverage");
    float[] real = PairDistances.radii(distances.real(), k);
    int n = distances.generatedCount();
    long inside = 0;
    int covered = 0;
    for (int j = 0; j < real.length; j++) {
      int here = 0;
      for (int i = 0; i < n; i++) {
        here += distances.across()[i][j] <= real[j] ? 1 : 0;
      }
      inside += here;
      covered += here > 0 ? 1 : 0;
    }
    return new DensityCoverage(inside / ((double) k * n), (double) covered / real.length);
  }
}
