package org.gan4j.eval;

/**
 * Improved precision and recall (Kynkäänniemi et al., NeurIPS 2019): a set of points stands for the
 * union of the balls about each of them that reach to its k-th nearest other point, the rim
 * included.
 *
 * @param precision share of the generated points inside the real points' balls, 0 to 1
 * @param recall share of the real points inside the generated points' balls, 0 to 1
 */
public record PrecisionRecall(double precision, double recall) {
  /** The k of the paper's experiments. */
  public static final int K = 3;

  /**
   * Computes both.
   *
   * @param distances more than k points of each kind
   * @param k ≥ 1
   * @return the shares
   * @throws IllegalArgumentException if there are fewer points, or k is none
   */
  public static PrecisionRecall of(PairDistances distances, int k) {
    requireNeighbours(distances, k, "precision and recall");
    float[] real = PairDistances.radii(distances.real(), k);
    float[] generated = PairDistances.radii(distances.generated(), k);
    int n = generated.length;
    int m = real.length;
    boolean[] found = new boolean[m];
    int precise = 0;
    int recalled = 0;
    for (int i = 0; i < n; i++) {
      boolean inside = false;
      for (int j = 0; j < m; j++) {
        float distance = distances.across()[i][j];
        inside |= distance <= real[j];
        if (distance <= generated[i] && !found[j]) {
          found[j] = true;
          recalled++;
        }
      }
      precise += inside ? 1 : 0;
    }
    return new PrecisionRecall((double) precise / n, (double) recalled / m);
  }

  static void requireNeighbours(PairDistances distances, int k, String measure) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be ≥ 1, not " + k);
    }
    distances.requireEach(k + 1, measure);
  }
}
