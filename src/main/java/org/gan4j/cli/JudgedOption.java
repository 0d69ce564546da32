package org.gan4j.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.eval.JudgedSampler;
import org.gan4j.eval.SamplingMethod;
import org.gan4j.gan.Gan;
import picocli.CommandLine.Option;

/** How the discriminator makes samples better. */
final class JudgedOption {
  @Option(
      names = "--by",
      paramLabel = "METHOD",
      description =
          "Samples that the discriminator has judged, once it is calibrated on validation examples:"
              + " by rejection, metropolis or hamiltonian.")
  private String by;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Steps of each sample's chain (default: 200 with --by metropolis, 100 with --by"
              + " hamiltonian).")
  private Integer steps;

  @Option(
      names = "--percentile",
      paramLabel = "P",
      description =
          "With --by rejection: of 100 samples, how many the discriminator should rather refuse than"
              + " keep, 0 to 99 (default: 80). Fewer make samples less alike, and less good.")
  private Double percentile;

  boolean isAsked() {
    return by != null;
  }

  /** Refuses what can't be meant, before anything is opened. */
  void require() {
    if (by == null && steps != null) {
      throw new IllegalArgumentException("--steps is about --by: name a method");
    }
    boolean rejects = SamplingMethod.REJECTION.word().equals(by);
    if (percentile != null
        && !(rejects && percentile >= 0 && percentile <= JudgedSampler.MOST_PERCENTILE)) {
      throw new IllegalArgumentException(
          rejects
              ? "--percentile must be 0 to 99, not " + percentile
              : "--percentile is about --by rejection");
    }
    if (by != null) {
      SamplingMethod method = SamplingMethod.of(by);
      boolean chains = method.usualSteps() > 0;
      if (steps != null && (!chains || steps < 1 || steps > JudgedSampler.MOST_STEPS)) {
        throw new IllegalArgumentException(
            chains
                ? "--steps must be 1 to " + JudgedSampler.MOST_STEPS + ", not " + steps
                : "--by " + by + " has no chains: leave out --steps");
      }
    }
  }

  /**
   * Draws, and says what the discriminators' logits are worth and how much was accepted.
   *
   * @param heldOut examples of the data by which they are calibrated
   */
  float[][] draw(Gan gan, DataSet data, Images heldOut, int count, long seed, PrintWriter out) {
    SamplingMethod method = SamplingMethod.of(by);
    JudgedSampler sampler = new JudgedSampler(gan, data, heldOut);
    int length = steps == null ? method.usualSteps() : steps;
    JudgedSampler.Drawn drawn =
        percentile == null
            ? sampler.draw(method, length, count, seed)
            : sampler.reject(percentile, count, seed);
    for (int r = 0; r < drawn.samples().length; r++) {
      String whose = drawn.samples().length == 1 ? "" : "replica " + r + ": ";
      out.printf("%scalibrated logit: %s%n", whose, sampler.calibrations().get(r));
      out.printf(
          Locale.ROOT,
          "%s%s%s: accepted %.1f %%%n",
          whose,
          by,
          length > 0 ? ", " + length + " steps" : "",
          100 * drawn.acceptance()[r]);
    }
    out.flush();
    return drawn.samples();
  }
}
