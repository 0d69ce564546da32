package org.gan4j.eval;

import java.util.Arrays;
import org.gan4j.Gan4jException;
import org.gan4j.device.Philox;
import org.gan4j.layers.RandomStreams;

/**
 * Discriminator rejection sampling (Azadi et al., 2019, section 3). A sample with the logit l is
 * kept with probability σ(F), F = l − M − ln(1 − e^(l − M − ε)) − γ, M being the largest logit.
 */
final class Rejection {
  /** Samples that M and γ are estimated from before any is kept. */
  static final int LOOKED_AT = 10_000;

  private static final double EPSILON = 1e-14;

  /** A sample costs at most so many proposals, on average, or there are none to be had. */
  private static final long MOST_PROPOSALS = 1000;

  private final JudgedGenerator judged;
  private final long seed;
  private final int replicas;
  private final double percentile;
  private final double[] greatest;
  private final double[] gamma;
  private final double[][] u;
  private final double[][] logits;
  private long draws;

  /** A failure to find samples. */
  static final class FewException extends Gan4jException {
    private static final long serialVersionUID = 1;

    FewException(int replica, int kept, long proposed) {
      super(
          String.format(
              "rejection kept %d of %d samples of replica %d: the discriminator finds hardly any"
                  + " that resemble the data; take a lower --percentile, --by metropolis, or another"
                  + " checkpoint",
              kept, proposed, replica));
    }
  }

  /**
   * Looks at samples to set M and γ.
   *
   * @param judged what gives them; of this alone
   * @param seed of replica 0; replica r draws from seed + r
   * @param firstDraw of its random numbers
   * @param percentile of F without γ among those samples: what γ is
   */
  Rejection(JudgedGenerator judged, long seed, long firstDraw, double percentile) {
    this.judged = judged;
    this.percentile = percentile;
    this.seed = seed;
    this.replicas = judged.replicas();
    this.draws = firstDraw;
    this.u = judged.room();
    this.logits = new double[replicas][judged.rows()];
    this.greatest = new double[replicas];
    this.gamma = new double[replicas];
    look();
  }

  private void look() {
    int rows = judged.rows();
    int rounds = (LOOKED_AT + rows - 1) / rows;
    double[][] seen = new double[replicas][rounds * rows];
    for (int i = 0; i < rounds; i++) {
      propose();
      for (int r = 0; r < replicas; r++) {
        System.arraycopy(logits[r], 0, seen[r], i * rows, rows);
      }
    }
    for (int r = 0; r < replicas; r++) {
      double most = Arrays.stream(seen[r]).max().orElseThrow();
      double[] f = Arrays.stream(seen[r]).map(l -> raw(l, most)).sorted().toArray();
      greatest[r] = most;
      gamma[r] = f[(int) (percentile / 100 * (f.length - 1))];
    }
  }

  private void propose() {
    judged.drawPrior(u, seed, draws++);
    judged.judge(u, logits);
  }

  /** F without γ. */
  private static double raw(double logit, double greatest) {
    double below = logit - greatest;
    return below - Math.log1p(-Math.exp(below - EPSILON));
  }

  /** The largest logit of a replica so far. */
  double greatest(int replica) {
    return greatest[replica];
  }

  double gamma(int replica) {
    return gamma[replica];
  }

  /** The probability that a sample with this logit is kept. */
  double probability(int replica, double logit) {
    return 1 / (1 + Math.exp(gamma[replica] - raw(logit, greatest[replica])));
  }

  /**
   * Draws.
   *
   * @param count samples of each replica
   * @return they, and the share of the samples that was kept until there were enough
   */
  JudgedSampler.Drawn draw(int count) {
    int[] kept = new int[replicas];
    long[] proposed = new long[replicas];
    float[][] samples = new float[replicas][];
    while (Arrays.stream(kept).anyMatch(n -> n < count)) {
      long draw = draws;
      propose();
      float[][] made = judged.samples();
      for (int r = 0; r < replicas; r++) {
        int width = made[r].length / judged.rows();
        samples[r] = samples[r] == null ? new float[count * width] : samples[r];
        for (int row = 0; row < judged.rows() && kept[r] < count; row++) {
          proposed[r]++;
          greatest[r] = Math.max(greatest[r], logits[r][row]);
          Philox random = new Philox(seed + r, RandomStreams.ACCEPTANCE.site(row), draw);
          if (uniform(random) < probability(r, logits[r][row])) {
            System.arraycopy(made[r], row * width, samples[r], kept[r]++ * width, width);
          }
        }
        if (kept[r] < count && proposed[r] > MOST_PROPOSALS * (count + LOOKED_AT)) {
          throw new FewException(r, kept[r], proposed[r]);
        }
      }
    }
    double[] acceptance = new double[replicas];
    Arrays.setAll(acceptance, r -> (double) kept[r] / proposed[r]);
    return new JudgedSampler.Drawn(samples, acceptance);
  }

  /** Between 0 and 1. */
  static double uniform(Philox random) {
    return (random.nextSymmetric() + 1.0) / 2;
  }
}
