package org.gan4j.eval;

/**
 * A point of a generator's rate–distortion curve (Huang et al., ICML 2020): how many nats of z it
 * takes, at least, to keep an example to a squared error. The channel is q(z|x) ∝ p(z)·e^(−τ·½‖x −
 * G(z)‖²), τ = 1/σ², through which annealed importance sampling passes: the rate is KL(q ‖ p(z)) =
 * −τ·E½‖x − G(z)‖² − ln ∫ p(z)·e^(−τ·½‖x − G(z)‖²) dz, in expectation an upper bound of what the
 * curve has at that distortion, but for what few chains leave to chance.
 *
 * @param sigma of the channel
 * @param rate mean over the examples, nats
 * @param distortion mean squared error of a value, over the examples
 */
public record RateDistortion(double sigma, double rate, double distortion) {
  /**
   * Estimates a point.
   *
   * @param weights [examples · chains], logarithms, of p(z)·e^(−τ·½‖x − G(z)‖²) to the prior
   * @param half [examples · chains] ½‖x − G(z)‖²
   * @param chains of each example
   * @param sigma of the channel
   * @param width values of an example
   */
  static RateDistortion of(double[] weights, double[] half, int chains, double sigma, int width) {
    int examples = weights.length / chains;
    double precision = 1 / (sigma * sigma);
    double rate = 0;
    double distortion = 0;
    for (int i = 0; i < examples; i++) {
      int first = i * chains;
      double greatest = weights[first];
      for (int c = 1; c < chains; c++) {
        greatest = Math.max(greatest, weights[first + c]);
      }
      double sum = 0;
      double halves = 0;
      for (int c = first; c < first + chains; c++) {
        double weight = Math.exp(weights[c] - greatest);
        sum += weight;
        halves += weight * half[c];
      }
      double mean = halves / sum;
      rate -= (precision * mean + greatest + Math.log(sum / chains)) / examples;
      distortion += 2 * mean / width / examples;
    }
    return new RateDistortion(sigma, rate, distortion);
  }
}
