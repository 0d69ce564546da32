package org.gan4j.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.device.Philox;
import org.gan4j.gan.Discriminator;
import org.gan4j.gan.Gan;
import org.gan4j.layers.Checks;
import org.gan4j.layers.RandomStreams;

/**
 * Samples of trained generators that their discriminators have judged: see {@link SamplingMethod}
 * for how. Where a discriminator is right, e^logit is p_data/p_g, and what is sampled is p_data as
 * far as the generator reaches it. Whether it is right is first settled on examples that it has not
 * learnt from: see {@link Calibration}. What is judged comes of the training's z: the recipe's
 * {@code noise.sample_scale} is not for this.
 *
 * <p>Belongs to the thread of the Gan's device.
 */
public final class JudgedSampler {
  /** Held-out examples of a data set that are looked at. */
  static final int MOST_HELD_OUT = 10_000;

  /** Of rejection, as its authors set it for images: see {@link #reject}. */
  public static final double USUAL_PERCENTILE = 80;

  /** The largest there: the best of all samples has no finite F. */
  public static final double MOST_PERCENTILE = 99;

  /** The most steps of a chain. */
  public static final int MOST_STEPS = 100_000;

  /** Rows of a pass. */
  private static final int BLOCK = 500;

  /** Of the streams of random numbers: the draws of a block, and where those of samples begin. */
  private static final long DRAWS = 1L << 24;

  private static final long SAMPLING = 1L << 56;

  private final Gan gan;
  private final List<Calibration> calibrations;

  /**
   * What was drawn.
   *
   * @param samples [R][count · width], as the networks give them; not copied
   * @param acceptance of each replica: the share of samples that rejection kept, or of a chain's
   *     proposals that were accepted
   */
  public record Drawn(float[][] samples, double[] acceptance) {}

  /**
   * Calibrates the discriminators on validation examples, at most 10,000 of them.
   *
   * @param gan trained; not closed by this; its networks are not to change afterwards
   * @param data that it was trained on
   * @throws IllegalArgumentException if the data are not those, or samples are no function of z
   *     alone: with a condition, or noise in a layer of the generator
   * @throws IllegalStateException if there are no validation examples
   */
  public JudgedSampler(Gan gan, DataSet data) {
    this(gan, data, data.validation());
  }

  /**
   * Calibrates the discriminators on some of the validation examples.
   *
   * @param gan trained; not closed by this; its networks are not to change afterwards
   * @param data that it was trained on
   * @param heldOut examples of it that were not learnt from, of which at most 10,000 are taken
   * @throws IllegalArgumentException if the data are not those, or samples are no function of z
   *     alone: with a condition, or noise in a layer of the generator
   * @throws IllegalStateException if there are no such examples
   */
  public JudgedSampler(Gan gan, DataSet data, Images heldOut) {
    this(gan, heldOut(gan, data, heldOut));
  }

  /**
   * Calibrates the discriminators.
   *
   * @param gan trained; not closed by this; its networks are not to change afterwards
   * @param heldOut [any number ≥ 1][width]: examples that were not learnt from; not modified
   * @throws IllegalArgumentException if they are not whole or not finite, or samples are no
   *     function of z alone: with a condition, or noise in a layer of the generator
   */
  public JudgedSampler(Gan gan, float[] heldOut) {
    requireFunction(gan);
    int width = gan.shape().size();
    Distances.requirePoints(heldOut, width);
    this.gan = gan;
    this.calibrations = calibrated(heldOut, heldOut.length / width);
  }

  private static float[] heldOut(Gan gan, DataSet data, Images examples) {
    requireFunction(gan);
    gan.data().require(data);
    return data.scaling().values(MeasureContext.some(examples, MOST_HELD_OUT));
  }

  private static void requireFunction(Gan gan) {
    if (gan.recipe().labels() != null) {
      throw new IllegalArgumentException(
          "sampling by the discriminator needs one with a single logit, not with one of each class");
    }
    AnnealedImportance.refusal("sampling by the discriminator", gan.recipe())
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
  }

  private List<Calibration> calibrated(float[] heldOut, int count) {
    double[][] generated = judge(count);
    List<Calibration> all = new ArrayList<>();
    for (int r = 0; r < generated.length; r++) {
      try (Discriminator discriminator = Discriminator.of(gan, r)) {
        float[] logits = discriminator.logits(heldOut);
        double[] real = new double[count];
        Arrays.setAll(real, i -> logits[i]);
        all.add(Calibration.of(real, generated[r]));
      }
    }
    return List.copyOf(all);
  }

  /** Logits of samples, [R][count], as they are. */
  private double[][] judge(int count) {
    double[][] all = new double[gan.recipe().replicas()][count];
    int rows = Math.min(BLOCK, count);
    try (JudgedGenerator judged = JudgedGenerator.uncalibrated(gan, rows)) {
      double[][] u = judged.room();
      double[][] logits = new double[all.length][rows];
      for (int first = 0; first < count; first += rows) {
        judged.drawPrior(u, gan.recipe().seed(), first / rows);
        judged.judge(u, logits);
        for (int r = 0; r < all.length; r++) {
          System.arraycopy(logits[r], 0, all[r], first, Math.min(rows, count - first));
        }
      }
    }
    return all;
  }

  /**
   * What the discriminators' logits are worth.
   *
   * @return one for each replica
   */
  public List<Calibration> calibrations() {
    return calibrations;
  }

  /**
   * Draws samples, with as many steps of a chain as are enough as a rule.
   *
   * @param by how
   * @param count samples of each replica, ≥ 1
   * @param seed decides them; replica r uses seed + r
   * @return the samples: the same for the same networks, method, count and seed
   * @throws NonFiniteSamplesException if a generator or a discriminator gives no finite numbers
   * @throws org.gan4j.Gan4jException if rejection finds hardly any sample to keep
   */
  public Drawn draw(SamplingMethod by, int count, long seed) {
    return draw(by, by.usualSteps(), count, seed);
  }

  /**
   * Draws samples.
   *
   * @param by how
   * @param steps of each sample's chain: proposals, or moves of which the first half only sets the
   *     step size; 1 to 100,000, 0 exactly if there are no chains
   * @param count samples of each replica, ≥ 1
   * @param seed decides them; replica r uses seed + r
   * @return the samples: the same for the same networks, method, steps, count and seed
   * @throws IllegalArgumentException if there are other steps, or no samples
   * @throws NonFiniteSamplesException if a generator or a discriminator gives no finite numbers
   * @throws org.gan4j.Gan4jException if rejection finds hardly any sample to keep
   */
  public Drawn draw(SamplingMethod by, int steps, int count, long seed) {
    Checks.range("count", count, 1, Integer.MAX_VALUE / gan.shape().size());
    boolean chains = by != SamplingMethod.REJECTION;
    Checks.range("steps", steps, chains ? 1 : 0, chains ? MOST_STEPS : 0);
    if (!chains) {
      return reject(USUAL_PERCENTILE, count, seed);
    }
    boolean gradients = by == SamplingMethod.HAMILTONIAN;
    int rows = Math.min(BLOCK, count);
    try (JudgedGenerator judged = new JudgedGenerator(gan, calibrations, rows, gradients)) {
      return gradients
          ? blocks(count, judged, first -> hamiltonian(judged, steps, seed, first))
          : blocks(count, judged, first -> metropolis(judged, steps, seed, first));
    }
  }

  /**
   * Draws samples by rejection. The lower the percentile, the more samples are kept and the less
   * they gain: what D is not sure of stays rather than goes.
   *
   * @param percentile γ is such that F is below 0 for so many of 100 samples; in [0, 99]
   * @param count samples of each replica, ≥ 1
   * @param seed decides them; replica r uses seed + r
   * @return the samples: the same for the same networks, percentile, count and seed
   * @throws IllegalArgumentException if there is no such percentile, or no samples
   * @throws NonFiniteSamplesException if a generator or a discriminator gives no finite numbers
   * @throws org.gan4j.Gan4jException if there is hardly any sample to keep
   */
  public Drawn reject(double percentile, int count, long seed) {
    Checks.range("percentile", percentile, 0, MOST_PERCENTILE);
    Checks.range("count", count, 1, Integer.MAX_VALUE / gan.shape().size());
    // It looks at thousands before it keeps any.
    try (JudgedGenerator judged = new JudgedGenerator(gan, calibrations, BLOCK, false)) {
      return new Rejection(judged, seed, SAMPLING, percentile).draw(count);
    }
  }

  /** Draws a block, whose random numbers begin there. */
  private interface Block {
    Drawn draw(long firstDraw);
  }

  private Drawn blocks(int count, JudgedGenerator judged, Block block) {
    int rows = judged.rows();
    int width = gan.shape().size();
    float[][] samples = new float[judged.replicas()][count * width];
    double[] acceptance = new double[judged.replicas()];
    int blocks = (count + rows - 1) / rows;
    for (int b = 0; b < blocks; b++) {
      Drawn part = block.draw(SAMPLING + b * DRAWS);
      int first = b * rows;
      for (int r = 0; r < samples.length; r++) {
        int some = Math.min(rows, count - first);
        System.arraycopy(part.samples[r], 0, samples[r], first * width, some * width);
        acceptance[r] += part.acceptance[r] / blocks;
      }
    }
    return new Drawn(samples, acceptance);
  }

  private static Drawn metropolis(JudgedGenerator judged, int steps, long seed, long firstDraw) {
    int rows = judged.rows();
    int size = judged.space().size();
    double[][] at = judged.room();
    double[][] logits = new double[at.length][rows];
    judged.drawPrior(at, seed, firstDraw);
    judged.judge(at, logits);
    double[][] proposal = judged.room();
    double[][] proposed = new double[at.length][rows];
    double[] accepted = new double[at.length];
    for (int step = 1; step <= steps; step++) {
      judged.drawPrior(proposal, seed, firstDraw + step);
      judged.judge(proposal, proposed);
      for (int r = 0; r < at.length; r++) {
        for (int row = 0; row < rows; row++) {
          double ratio = Math.exp(proposed[r][row] - logits[r][row]);
          int site = RandomStreams.ACCEPTANCE.site(row);
          if (Rejection.uniform(new Philox(seed + r, site, firstDraw + step)) < ratio) {
            System.arraycopy(proposal[r], row * size, at[r], row * size, size);
            logits[r][row] = proposed[r][row];
            accepted[r]++;
          }
        }
      }
    }
    double[] acceptance = Arrays.stream(accepted).map(n -> n / rows / steps).toArray();
    return new Drawn(judged.samples(at), acceptance);
  }

  private static Drawn hamiltonian(JudgedGenerator judged, int steps, long seed, long firstDraw) {
    HamiltonianChains chains = new HamiltonianChains(judged, 1, seed, firstDraw);
    chains.drawPrior();
    chains.evaluate();
    double[] whole = new double[judged.replicas()];
    Arrays.fill(whole, 1);
    double[] stepSizes = HamiltonianChains.firstStepSizes(whole.length);
    double[] accepted = new double[whole.length];
    int warmUp = steps / 2;
    for (int step = 0; step < steps; step++) {
      double[] acceptance = chains.move(whole, stepSizes);
      if (step < warmUp) {
        HamiltonianChains.adapt(stepSizes, acceptance);
      } else {
        Arrays.setAll(accepted, r -> accepted[r] + acceptance[r] / (steps - warmUp));
      }
    }
    return new Drawn(chains.samples(), accepted);
  }
}
