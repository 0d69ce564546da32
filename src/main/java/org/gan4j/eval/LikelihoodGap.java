package org.gan4j.eval;

import java.util.Arrays;
import java.util.Optional;

/**
 * The gap between the log-likelihoods of training examples and of new ones under a Gaussian window
 * on the samples: 0 on average if the samples are no nearer to what was trained on, and above 0 if
 * some of them are copies (as the generalisation gap of Jiralerspong et al., Feature likelihood
 * divergence, NeurIPS 2023, whose windows have a width each; here all have one, so that nothing is
 * fitted to the training examples and the gap is 0 on average without copies). One σ is chosen on
 * validation examples.
 *
 * @param gap mean over training examples less mean over tests, nats
 * @param error standard error of that
 * @param sigma width of the window
 */
public record LikelihoodGap(double gap, double error, double sigma) {
  /** What raises the alarm, in standard errors. */
  public static final double ALARM = 3;

  /** Factors of the first guess of σ, from a quarter to four times of it. */
  private static final int GRID = 9;

  /**
   * Computes the gap.
   *
   * @param toTraining [examples][samples], squared distances of at least 2 training examples
   * @param toTests [examples][samples], of at least 2 tests
   * @param toValidation [examples][samples], of at least 1 validation example
   * @param width values of a point, ≥ 1
   * @return empty if every validation example is also a sample, so that no σ is best
   */
  public static Optional<LikelihoodGap> of(
      float[][] toTraining, float[][] toTests, float[][] toValidation, int width) {
    double nearest = 0;
    for (float[] row : toValidation) {
      nearest += least(row) / toValidation.length;
    }
    if (!(nearest > 0)) {
      return Optional.empty();
    }
    double sigma = bestSigma(toValidation, Math.sqrt(nearest / width), width);
    double[] training = logSums(toTraining, sigma);
    double[] tests = logSums(toTests, sigma);
    double error = Math.sqrt(variance(training) / training.length + variance(tests) / tests.length);
    return Optional.of(new LikelihoodGap(mean(training) - mean(tests), error, sigma));
  }

  /**
   * The gap in standard errors.
   *
   * @return 0 on average, with deviation 1, if nothing is copied; 0 if there is no error
   */
  public double z() {
    return error > 0 ? gap / error : 0;
  }

  private static double bestSigma(float[][] toValidation, double guess, int width) {
    double best = Double.NEGATIVE_INFINITY;
    double sigma = guess;
    for (int k = 0; k < GRID; k++) {
      double candidate = guess * Math.pow(2, (k - GRID / 2) / 2.0);
      double likelihood = mean(logSums(toValidation, candidate)) - width * Math.log(candidate);
      if (likelihood > best) {
        best = likelihood;
        sigma = candidate;
      }
    }
    return sigma;
  }

  /**
   * ln Σ e^(−d²/2σ²) of each example: its log-likelihood but for what all have in common. They are
   * independent and use all cores.
   */
  private static double[] logSums(float[][] squared, double sigma) {
    double precision = 1 / (2 * sigma * sigma);
    double[] logs = new double[squared.length];
    Arrays.parallelSetAll(logs, i -> logSum(squared[i], precision));
    return logs;
  }

  private static double logSum(float[] squared, double precision) {
    double least = least(squared);
    double sum = 0;
    for (float distance : squared) {
      sum += Math.exp(-precision * (distance - least));
    }
    return Math.log(sum) - precision * least;
  }

  private static double least(float[] row) {
    float least = Float.POSITIVE_INFINITY;
    for (float value : row) {
      least = Math.min(least, value);
    }
    return least;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum / (values.length - 1);
  }
}
