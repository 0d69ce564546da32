package org.gan4j.eval;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.gan.DeviceImages;

/**
 * The log-likelihoods of every validation and test example under the Parzen window of one
 * generator's samples, for a grid of bandwidths: what scores under several settings are read from.
 * Windows of different samples can be added up, so that no number of samples needs room for all at
 * once.
 */
public final class LogLikelihoods implements Serializable {
  private static final long serialVersionUID = 1;

  private final double[] sigmas;
  private final int samples;
  private final double[][] validation;
  private final double[][] test;

  private LogLikelihoods(double[] sigmas, int samples, double[][] validation, double[][] test) {
    this.sigmas = sigmas;
    this.samples = samples;
    this.validation = validation;
    this.test = test;
  }

  /**
   * Computes them.
   *
   * @param device where all is
   * @param samples [count][width] of every replica; not modified
   * @param validation examples that may choose a bandwidth
   * @param test examples that are scored
   * @param sigmas ascending, each &gt; 0; at least one
   * @return of each replica
   * @throws NonFiniteSamplesException if a sample is NaN or infinite
   */
  public static List<LogLikelihoods> of(
      Device device,
      DeviceBuffer samples,
      DeviceImages validation,
      DeviceImages test,
      double... sigmas) {
    List<LogLikelihoods> all = new ArrayList<>();
    try (ParzenWindow window = new ParzenWindow(device, samples, test.width())) {
      double[][][] ofValidation = window.logLikelihoods(validation, sigmas);
      double[][][] ofTest = window.logLikelihoods(test, sigmas);
      for (int r = 0; r < window.replicas(); r++) {
        all.add(new LogLikelihoods(sigmas.clone(), window.count(), ofValidation[r], ofTest[r]));
      }
    }
    return all;
  }

  /**
   * Those under the window of both sets of samples.
   *
   * @param other of other samples, of the same examples and bandwidths
   * @return ln((n·e^a + m·e^b)/(n + m)) for each, n and m the numbers of samples
   */
  public LogLikelihoods and(LogLikelihoods other) {
    if (!Arrays.equals(sigmas, other.sigmas)) {
      throw new IllegalArgumentException("the two have different bandwidths");
    }
    return new LogLikelihoods(
        sigmas,
        samples + other.samples,
        sum(validation, other.validation, other.samples),
        sum(test, other.test, other.samples));
  }

  private double[][] sum(double[][] a, double[][] b, int samplesOfB) {
    double total = (double) samples + samplesOfB;
    double[][] sums = new double[a.length][a[0].length];
    for (int k = 0; k < sums.length; k++) {
      for (int i = 0; i < sums[k].length; i++) {
        double most = Math.max(a[k][i], b[k][i]);
        double sum =
            samples / total * Math.exp(a[k][i] - most)
                + samplesOfB / total * Math.exp(b[k][i] - most);
        sums[k][i] = most + Math.log(sum);
      }
    }
    return sums;
  }

  /**
   * How many samples carry the window.
   *
   * @return ≥ 1
   */
  public int samples() {
    return samples;
  }

  /**
   * A score as {@link Parzen} makes one.
   *
   * @param step every so many of the bandwidths may be chosen, from the first on
   * @param choosing at most so many of the first validation examples choose
   * @param scored at most so many of the first test examples are scored
   * @return the bandwidth and the log-likelihoods of the test examples under it
   */
  public Scored score(int step, int choosing, int scored) {
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < sigmas.length; k += step) {
      double mean = ParzenScore.mean(first(validation[k], choosing));
      if (mean > most) {
        most = mean;
        best = k;
      }
    }
    return new Scored(sigmas[best], samples, first(test[best], scored));
  }

  private static double[] first(double[] values, int count) {
    return Arrays.copyOf(values, Math.min(count, values.length));
  }

  /** One setting's result: the log-likelihood of each test example. */
  public static final class Scored {
    private final double sigma;
    private final int samples;
    private final double[] tests;

    private Scored(double sigma, int samples, double[] tests) {
      this.sigma = sigma;
      this.samples = samples;
      this.tests = tests;
    }

    /**
     * Their mean with its standard error.
     *
     * @return without a curve
     */
    public ParzenScore score() {
      return ParzenScore.of(ParzenScore.Part.TEST, tests, sigma, samples, List.of());
    }

    /**
     * How much better these are, example by example: far more certain than the difference of two
     * means, for what is hard for one window is so for the other.
     *
     * @param other of the same test examples
     * @return the mean difference, this less the other, with its standard error
     * @throws IllegalArgumentException if they are of other examples
     */
    public ParzenScore less(Scored other) {
      if (tests.length != other.tests.length) {
        throw new IllegalArgumentException("the two scores are of different test examples");
      }
      double[] differences = new double[tests.length];
      for (int i = 0; i < tests.length; i++) {
        differences[i] = tests[i] - other.tests[i];
      }
      return ParzenScore.of(ParzenScore.Part.TEST, differences, sigma, samples, List.of());
    }

    /**
     * Test examples that were scored.
     *
     * @return ≥ 1
     */
    public int tests() {
      return tests.length;
    }
  }
}
