package org.gan4j.eval;

import java.util.Arrays;
import java.util.Locale;

/**
 * What a discriminator's logits are worth on data that it has not learnt from: the logarithm of
 * p_data/p_g is taken to be shift + scale · logit. Platt's logistic regression (Platt, 1999), one
 * of the calibrations that Turner et al. (2019) name. Isotonic regression, the other one, gives
 * steps: chains would find no slope to follow, and its ends of 0 and 1 no finite ratio.
 *
 * @param shift added, in nats
 * @param scale of the discriminator's own logit, ≥ 0; 0: it tells nothing of held-out data
 * @param before mean cross entropy of the logits as they are, in nats, on what this was fitted to;
 *     ln 2 tells nothing
 * @param after the same of the calibrated ones
 * @param examples held-out ones that this was fitted to, and as many samples
 */
public record Calibration(double shift, double scale, double before, double after, int examples) {
  /** Logits as they are. */
  static final Calibration NONE = new Calibration(0, 1, Double.NaN, Double.NaN, 0);

  private static final int MOST_STEPS = 100;
  private static final double SMALL = 1e-9;

  /**
   * Fits.
   *
   * @param real logits of held-out examples, at least one, finite; not modified
   * @param generated logits of as many samples; not modified
   * @return the calibration
   * @throws IllegalArgumentException if there are not as many of both, or one is not finite
   */
  public static Calibration of(double[] real, double[] generated) {
    if (real.length == 0 || real.length != generated.length) {
      throw new IllegalArgumentException(
          "calibration needs as many samples as held-out examples, at least one, not "
              + generated.length
              + " and "
              + real.length);
    }
    double before = entropy(real, generated, 0, 1);
    if (!Double.isFinite(before)) {
      throw new IllegalArgumentException("logits must be finite numbers");
    }
    double[] all = Arrays.copyOf(real, 2 * real.length);
    System.arraycopy(generated, 0, all, real.length, real.length);
    double mean = Arrays.stream(all).average().orElseThrow();
    double square = Arrays.stream(all).map(l -> (l - mean) * (l - mean)).average().orElseThrow();
    double deviation = Math.sqrt(square);
    double[] line = {0, 0};
    if (deviation > 0) {
      line = fit(Arrays.stream(all).map(l -> (l - mean) / deviation).toArray());
    }
    double scale = line[1] > 0 ? line[1] / deviation : 0;
    double shift = line[1] > 0 ? line[0] - scale * mean : 0;
    return new Calibration(
        shift, scale, before, entropy(real, generated, shift, scale), real.length);
  }

  /** Newton's method; x has the real ones first. */
  private static double[] fit(double[] x) {
    int half = x.length / 2;
    // Platt's targets: a step short of 0 and 1, so that kinds which lie apart have a finite answer.
    double target = (half + 1.0) / (half + 2.0);
    double[] line = {0, 1};
    double loss = loss(x, target, line[0], line[1]);
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] move = newton(x, target, line);
      double part = 1;
      double next = loss(x, target, line[0] - move[0], line[1] - move[1]);
      while (!(next <= loss) && part > SMALL) {
        part /= 2;
        next = loss(x, target, line[0] - part * move[0], line[1] - part * move[1]);
      }
      if (!(next <= loss)) {
        return line;
      }
      line[0] -= part * move[0];
      line[1] -= part * move[1];
      if (loss - next < SMALL * SMALL || Math.abs(move[0]) + Math.abs(move[1]) < SMALL) {
        return line;
      }
      loss = next;
    }
    return line;
  }

  private static double[] newton(double[] x, double target, double[] line) {
    double g0 = 0;
    double g1 = 0;
    double h00 = 0;
    double h01 = 0;
    double h11 = 0;
    for (int i = 0; i < x.length; i++) {
      double p = 1 / (1 + Math.exp(-(line[0] + line[1] * x[i])));
      double error = p - (i < x.length / 2 ? target : 1 - target);
      double weight = p * (1 - p);
      g0 += error;
      g1 += error * x[i];
      h00 += weight;
      h01 += weight * x[i];
      h11 += weight * x[i] * x[i];
    }
    // Never singular: far from the answer all weights may vanish.
    h00 += SMALL * x.length;
    h11 += SMALL * x.length;
    double determinant = h00 * h11 - h01 * h01;
    return new double[] {(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant};
  }

  private static double loss(double[] x, double target, double shift, double scale) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      double logit = shift + scale * x[i];
      double positive = i < x.length / 2 ? target : 1 - target;
      sum += positive * softplus(-logit) + (1 - positive) * softplus(logit);
    }
    return sum / x.length;
  }

  private static double entropy(double[] real, double[] generated, double shift, double scale) {
    double sum = 0;
    for (int i = 0; i < real.length; i++) {
      sum += softplus(-(shift + scale * real[i])) + softplus(shift + scale * generated[i]);
    }
    return sum / (2 * real.length);
  }

  /** ln(1 + e^x). */
  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /**
   * Calibrates.
   *
   * @param logit what the discriminator gives
   * @return ln(p_data/p_g), as far as it can tell
   */
  public double logit(double logit) {
    return shift + scale * logit;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.3f + %.3f · logit, by %d held-out examples and as many samples; cross entropy %.4f before,"
            + " %.4f nats after",
        shift,
        scale,
        examples,
        before,
        after);
  }
}
