package org.gan4j.eval;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import org.gan4j.device.Device;

/**
 * What some of the generated and some of the real points bring to the two-sample measures: the
 * distances of all pairs need memory for all of them at once, a part's only for its own rows. Parts
 * can be made one after the other or on many machines, and put together in any order; sums have the
 * order in which that is done.
 *
 * <p>The p-value of MMD² is not among the measures: its permutations need all pairs at once.
 */
public final class PairwisePart implements Serializable {
  /** Points that there must be of each kind. */
  public static final int LEAST = Math.max(PrecisionRecall.K, DensityCoverage.K) + 1;

  private static final long serialVersionUID = 1;

  private final int generated;
  private final int real;
  // Generated points inside balls of real ones, and the other way round.
  private final BitSet precise = new BitSet();
  private final BitSet recalled = new BitSet();
  private long inside;
  private int covered;
  private double correctGenerated;
  private double correctReal;
  private double kernelGenerated;
  private double kernelReal;
  private double kernelAcross;

  private PairwisePart(int generated, int real) {
    this.generated = generated;
    this.real = real;
  }

  /**
   * Computes one part.
   *
   * @param device that computes
   * @param generated [n][width], all of them; not modified
   * @param real [m][width], all of them; not modified
   * @param width values of a point, ≥ 1
   * @param part which, from 0
   * @param parts how many there are, ≥ 1
   * @param sigmas bandwidths of MMD², each a finite number &gt; 0; at least one
   * @return what this part's points bring
   * @throws IllegalArgumentException if there are fewer than six points of a kind, they are not
   *     whole, not finite or beyond ±1e15, there is no such part, or a bandwidth is none
   */
  public static PairwisePart of(
      Device device,
      float[] generated,
      float[] real,
      int width,
      int part,
      int parts,
      double... sigmas) {
    Distances.requirePoints(generated, width);
    Distances.requirePoints(real, width);
    if (parts < 1 || part < 0 || part >= parts) {
      throw new IllegalArgumentException("there is no part " + part + " of " + parts);
    }
    PairwisePart made = new PairwisePart(generated.length / width, real.length / width);
    made.requireEnough();
    double[] precisions = Mmd.precisions(sigmas);
    Rows ofGenerated = Rows.of(device, generated, real, width, part, parts);
    Rows ofReal = Rows.of(device, real, generated, width, part, parts);
    made.addGenerated(ofGenerated, precisions);
    made.addReal(ofReal, precisions);
    return made;
  }

  private void requireEnough() {
    if (generated < LEAST || real < LEAST) {
      throw new IllegalArgumentException(
          String.format(
              "the two-sample measures need at least %d points of each kind, not %d and %d",
              LEAST, generated, real));
    }
  }

  /**
   * Distances of some points of one kind, from the one of number {@code first} on, to all points of
   * their own kind and to all of the other.
   */
  private record Rows(int first, float[][] within, float[][] across) {
    static Rows of(Device device, float[] own, float[] others, int width, int part, int parts) {
      int count = own.length / width;
      int first = (int) ((long) count * part / parts);
      int end = (int) ((long) count * (part + 1) / parts);
      if (first == end) {
        return new Rows(first, new float[0][], new float[0][]);
      }
      float[] some = Arrays.copyOfRange(own, first * width, end * width);
      return new Rows(
          first,
          Distances.between(device, some, own, width),
          Distances.between(device, some, others, width));
    }

    int count() {
      return within.length;
    }

    float[] radii(int k) {
      return PairDistances.radii(within, first, k);
    }

    /** How many of the points, of those among the first so many, are nearest to their own kind. */
    double correct(int among) {
      double sum = 0;
      for (int i = 0; i < count() && first + i < among; i++) {
        Nearest own = new Nearest();
        Nearest other = new Nearest();
        for (int j = 0; j < among; j++) {
          if (j != first + i) {
            own.add(within[i][j]);
          }
          other.add(across[i][j]);
        }
        sum += own.shareBeside(other);
      }
      return sum;
    }

    /** The kernel's sum over pairs of the own kind, a point with itself left out. */
    double kernelWithin(double[] precisions) {
      double sum = 0;
      for (int i = 0; i < count(); i++) {
        for (int j = 0; j < within[i].length; j++) {
          sum += j == first + i ? 0 : Mmd.kernel(within[i][j], precisions);
        }
      }
      return sum;
    }

    double kernelAcross(double[] precisions) {
      double sum = 0;
      for (float[] row : across) {
        for (float squared : row) {
          sum += Mmd.kernel(squared, precisions);
        }
      }
      return sum;
    }
  }

  private int balanced() {
    return Math.min(generated, real);
  }

  private void addGenerated(Rows rows, double[] precisions) {
    float[] radii = rows.radii(PrecisionRecall.K);
    for (int i = 0; i < rows.count(); i++) {
      for (int j = 0; j < real; j++) {
        if (rows.across[i][j] <= radii[i]) {
          recalled.set(j);
        }
      }
    }
    correctGenerated += rows.correct(balanced());
    kernelGenerated += rows.kernelWithin(precisions);
    kernelAcross += rows.kernelAcross(precisions);
  }

  private void addReal(Rows rows, double[] precisions) {
    float[] radii = rows.radii(PrecisionRecall.K);
    float[] wider = rows.radii(DensityCoverage.K);
    for (int i = 0; i < rows.count(); i++) {
      int here = 0;
      for (int j = 0; j < generated; j++) {
        if (rows.across[i][j] <= radii[i]) {
          precise.set(j);
        }
        here += rows.across[i][j] <= wider[i] ? 1 : 0;
      }
      inside += here;
      covered += here > 0 ? 1 : 0;
    }
    correctReal += rows.correct(balanced());
    kernelReal += rows.kernelWithin(precisions);
  }

  /**
   * Puts two parts together.
   *
   * @param other of the same points, and not the same part; not modified
   * @return both
   * @throws IllegalArgumentException if the other is of other points
   */
  public PairwisePart and(PairwisePart other) {
    if (generated != other.generated || real != other.real) {
      throw new IllegalArgumentException("these are parts of other points");
    }
    PairwisePart both = new PairwisePart(generated, real);
    for (PairwisePart each : new PairwisePart[] {this, other}) {
      both.precise.or(each.precise);
      both.recalled.or(each.recalled);
      both.inside += each.inside;
      both.covered += each.covered;
      both.correctGenerated += each.correctGenerated;
      both.correctReal += each.correctReal;
      both.kernelGenerated += each.kernelGenerated;
      both.kernelReal += each.kernelReal;
      both.kernelAcross += each.kernelAcross;
    }
    return both;
  }

  /**
   * The measures, once all parts are together.
   *
   * @return those that all distances give, to the rounding of sums
   */
  public PairwiseScores scores() {
    double n = generated;
    double m = real;
    double mmd2 =
        kernelGenerated / (n * (n - 1)) + kernelReal / (m * (m - 1)) - 2 * kernelAcross / (n * m);
    int each = balanced();
    return new PairwiseScores(
        mmd2,
        new NearestNeighbourAccuracy(
            (correctGenerated + correctReal) / (2.0 * each),
            correctReal / each,
            correctGenerated / each),
        new PrecisionRecall(precise.cardinality() / n, recalled.cardinality() / m),
        new DensityCoverage(inside / (DensityCoverage.K * n), covered / m));
  }
}
