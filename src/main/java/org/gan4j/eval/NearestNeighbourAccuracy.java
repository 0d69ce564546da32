package org.gan4j.eval;

import java.util.Arrays;

/**
 * The 1-nearest-neighbour two-sample test (Lopez-Paz and Oquab, ICLR 2017; Xu et al., arXiv
 * 1806.07755): among generated and real points together, the share whose nearest other point is of
 * their own kind. For equal distributions and equally many points of each kind it is ½ on average;
 * 1 if the two are apart, 0 if each point has a copy of the other kind.
 *
 * <p>Where points of both kinds are equally near, the share of those of the point's own kind among
 * them counts: what a random choice would give on average.
 *
 * @param overall of all points, 0 to 1
 * @param real of the real points: low if generated points lie among them
 * @param generated of the generated points: high if they lie closer together than real ones
 */
public record NearestNeighbourAccuracy(double overall, double real, double generated) {
  /**
   * Leaves out one point after the other.
   *
   * @param distances at least two points of each kind
   * @return the shares
   * @throws IllegalArgumentException if there are fewer
   */
  public static NearestNeighbourAccuracy of(PairDistances distances) {
    distances.requireEach(2, "the nearest-neighbour test");
    int n = distances.generatedCount();
    int m = distances.realCount();
    Nearest[] generatedToReal = new Nearest[n];
    Nearest[] realToGenerated = new Nearest[m];
    Arrays.setAll(generatedToReal, i -> new Nearest());
    Arrays.setAll(realToGenerated, j -> new Nearest());
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < m; j++) {
        generatedToReal[i].add(distances.across()[i][j]);
        realToGenerated[j].add(distances.across()[i][j]);
      }
    }
    double generated = correct(distances.generated(), generatedToReal);
    double real = correct(distances.real(), realToGenerated);
    return new NearestNeighbourAccuracy((generated + real) / (n + m), real / m, generated / n);
  }

  private static double correct(float[][] within, Nearest[] others) {
    double sum = 0;
    for (int i = 0; i < within.length; i++) {
      Nearest own = new Nearest();
      for (int j = 0; j < within.length; j++) {
        if (j != i) {
          own.add(within[i][j]);
        }
      }
      sum += own.shareBeside(others[i]);
    }
    return sum;
  }
}
