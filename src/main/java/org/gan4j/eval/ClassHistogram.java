package org.gan4j.eval;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which classes a {@link Classifier} sees among samples: whether a generator makes all of them, and
 * each as often as the data has it.
 *
 * @param samples that were classified, ≥ 1
 * @param shares of each class among them; they sum to 1
 * @param dataShares of each class among the training set's labels, each above 0
 * @param confidence mean probability that the classifier gives to the class it names
 */
public record ClassHistogram(
    int samples, List<Double> shares, List<Double> dataShares, double confidence) {
  /** A class with less than this part of its share in the data counts as missing. */
  private static final double MISSING = 0.1;

  public ClassHistogram {
    shares = List.copyOf(shares);
    dataShares = List.copyOf(dataShares);
  }

  /**
   * How evenly the classes are spread.
   *
   * @return −Σ p·ln p, nats; 0 if all samples are of one class
   */
  public double entropy() {
    // Subtracted from 0, so that one class alone gives 0 and not −0.
    return 0 - shares.stream().filter(p -> p > 0).mapToDouble(p -> p * Math.log(p)).sum();
  }

  /**
   * The entropy of classes that are all equally frequent.
   *
   * @return ln C, nats
   */
  public double maximumEntropy() {
    return Math.log(shares.size());
  }

  /**
   * Classes that the samples all but lack.
   *
   * @return those with less than a tenth of their share in the data, ascending
   */
  public List<Integer> missing() {
    return IntStream.range(0, shares.size())
        .filter(c -> shares.get(c) < MISSING * dataShares.get(c))
        .boxed()
        .toList();
  }

  /**
   * How far the classes' shares are from those in the data.
   *
   * @return KL(samples ‖ data) = Σ p·ln(p/q), nats, ≥ 0 to rounding
   */
  public double divergence() {
    double sum = 0;
    for (int c = 0; c < shares.size(); c++) {
      double p = shares.get(c);
      sum += p > 0 ? p * Math.log(p / dataShares.get(c)) : 0;
    }
    return sum;
  }
}
