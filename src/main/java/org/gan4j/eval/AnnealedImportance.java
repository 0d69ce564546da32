package org.gan4j.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.device.Philox;
import org.gan4j.gan.Gan;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.Network;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Recipe;

/**
 * The log-likelihood of examples under R generators by annealed importance sampling (Neal, 2001),
 * as Wu et al. (2017) take it of decoders: z from the recipe's noise, x ~ N(G(z), σ²·I), ln p(x) =
 * ln ∫ p(z)·p(x|z) dz in nats.
 *
 * <p>A chain begins at a draw from the prior and moves, by Hamiltonian Monte Carlo, through the
 * distributions p(z)·e^(−τ·½‖x − G(z)‖²) while τ grows in T steps from 0 to 1/σ²; the mean of the
 * chains' weights is unbiased, so its logarithm is, in expectation, a lower bound. Chains in the
 * other direction, from an exact draw of the posterior, give an upper bound; there is such a draw
 * for examples that the model itself makes (bidirectional Monte Carlo, Grosse et al., 2015).
 *
 * <p>As τ = 1/σ² passes all larger σ on its way, one run on validation examples gives the whole
 * curve that σ is chosen from. That run also adapts the step sizes, to be accepted in 65 of 100
 * cases; the runs that are reported have fixed ones, without which no bound would hold.
 */
public final class AnnealedImportance {
  /** What this is, for messages. */
  static final String SUBJECT = "annealed importance sampling";

  /** Rows of a pass: more would need memory and gain no speed. */
  private static final int MOST_ROWS = 512;

  private static final int WARM_UP = 50;

  /** Streams of random numbers: of a purpose, then of a block of examples. */
  private static final long PURPOSE = 1L << 56;

  private static final long BLOCK = 1L << 24;
  private static final long TUNING = 0;
  private static final long TEST = PURPOSE;
  private static final long SIMULATION = 2 * PURPOSE;
  private static final long SIMULATION_TEST = 3 * PURPOSE;

  private final Device device;
  private final Network generator;
  private final LatentSpace space;
  private final AisSettings settings;
  private final int replicas;
  private final int width;
  private final DoubleConsumer progress;
  // Moves of an example's chains: of all, and so far.
  private long moves;
  private long moved;

  /**
   * Fixed schedules of every replica, found on validation examples.
   *
   * @param knee [R] τ where steps turn from equal to proportional ones
   * @param precisions [R][..] τ at which the step size is known, ascending
   * @param stepSizes [R][..] ε there
   * @param curve [R][sigmas] the validation examples' mean log-likelihood
   * @param sigmas [R] the best of them
   * @param rates [R][sigmas] what the validation examples' z cost
   */
  record Tuning(
      double[] knee,
      double[][] precisions,
      double[][] stepSizes,
      double[][] curve,
      double[] sigmas,
      RateDistortion[][] rates) {
    /** ε of a replica at τ: that of the nearest τ below. */
    double stepSize(int replica, double precision) {
      int at = Arrays.binarySearch(precisions[replica], precision);
      return stepSizes[replica][at >= 0 ? at : Math.max(0, -at - 2)];
    }
  }

  /**
   * Log-likelihoods of examples.
   *
   * @param values [R][examples], nats
   * @param acceptance [R] mean probability of acceptance
   */
  record Likelihoods(double[][] values, double[] acceptance) {}

  AnnealedImportance(Device device, Network generator, Noise noise, AisSettings settings) {
    this(device, generator, noise, settings, done -> {});
  }

  private AnnealedImportance(
      Device device,
      Network generator,
      Noise noise,
      AisSettings settings,
      DoubleConsumer progress) {
    this.progress = progress;
    this.device = device;
    this.generator = generator;
    this.space = new LatentSpace(noise);
    this.settings = settings;
    this.replicas = generator.replicas();
    this.width = generator.outputs();
  }

  /**
   * Chooses σ on validation examples, scores test examples, both chosen as {@link MeasureContext}
   * does, and measures the gap of the bounds on simulated ones.
   *
   * @param gan whose generators, on its device; not modified
   * @param data with the examples
   * @param settings how many, and how
   * @return each replica's estimate, with its own σ
   * @throws IllegalArgumentException if the generator draws noise of its own in a layer above z, so
   *     that x is not G(z) but for the observation's noise, or the data is of another width
   * @throws NonFiniteSamplesException if a generator gives NaN or infinite values
   */
  public static List<AisEstimate> estimate(Gan gan, DataSet data, AisSettings settings) {
    return estimate(gan, data, settings, done -> {});
  }

  /**
   * The same, told about.
   *
   * @param gan whose generators, on its device; not modified
   * @param data with the examples
   * @param settings how many, and how
   * @param progress told how much is done, above 0 and up to 1, in shares of about the same time
   * @return each replica's estimate, with its own σ
   * @throws IllegalArgumentException if the generator draws noise of its own in a layer above z, or
   *     the data is of another width
   * @throws NonFiniteSamplesException if a generator gives NaN or infinite values
   */
  public static List<AisEstimate> estimate(
      Gan gan, DataSet data, AisSettings settings, DoubleConsumer progress) {
    refusal(SUBJECT, gan.recipe())
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
    if (data.shape().size() != gan.shape().size()) {
      throw new IllegalArgumentException(
          "the generator gives "
              + gan.shape().size()
              + " values, but an example of "
              + data.name()
              + " has "
              + data.shape().size());
    }
    AnnealedImportance ais =
        new AnnealedImportance(
            gan.device(),
            gan.generatorForUse(),
            gan.recipe().noise().ofSamples(),
            settings,
            progress);
    float[] validation =
        data.scaling()
            .values(MeasureContext.some(data.validation(), settings.validationExamples()));
    float[] test = data.scaling().values(MeasureContext.some(data.test(), settings.examples()));
    return ais.estimate(validation, test);
  }

  /**
   * Why a sample is no function of z alone.
   *
   * @param what needs that it is
   * @param recipe of the generator
   * @return one phrase; empty if it is
   */
  static Optional<String> refusal(String what, Recipe recipe) {
    if (recipe.condition().width() > 0) {
      return Optional.of(what + " needs a generator of z alone, not one with a condition");
    }
    int noisy = LayerStack.firstNoisy(recipe.generator());
    return noisy < 0
        ? Optional.empty()
        : Optional.of(
            "layer "
                + noisy
                + " of the generator adds noise of its own: "
                + what
                + " needs a generator that is a function of z alone");
  }

  /** With [examples][width] of validation and test examples. */
  List<AisEstimate> estimate(float[] validation, float[] test) {
    long steps = settings.temperatures();
    moves =
        validation.length / width * (WARM_UP + steps + settings.sigmas().size() - 1)
            + test.length / width * (steps - 1)
            + settings.simulated() * (2 * steps - 1);
    moved = 0;
    Tuning tuning = tune(validation);
    Likelihoods scores = score(tuning, test);
    Likelihoods[] bounds = bounds(tuning);
    List<AisEstimate> estimates = new ArrayList<>();
    for (int r = 0; r < replicas; r++) {
      double[] values = scores.values[r];
      List<ParzenScore.Point> curve = new ArrayList<>();
      for (int k = 0; k < settings.sigmas().size(); k++) {
        curve.add(new ParzenScore.Point(settings.sigmas().get(k), tuning.curve[r][k]));
      }
      estimates.add(
          new AisEstimate(
              ParzenScore.mean(values),
              ParzenScore.standardError(values),
              tuning.sigmas[r],
              values.length,
              settings.chains(),
              settings.temperatures(),
              settings.leapfrogSteps(),
              scores.acceptance[r],
              settings.simulated(),
              ParzenScore.mean(bounds[0].values[r]),
              ParzenScore.mean(bounds[1].values[r]),
              curve,
              List.of(tuning.rates[r])));
    }
    return estimates;
  }

  // ---- tuning ----

  /** With [examples][width]. */
  Tuning tune(float[] validation) {
    int examples = validation.length / width;
    double[] targets = settings.sigmas().stream().mapToDouble(s -> 1 / (s * s)).toArray();
    try (GeneratorDistance distance = distance(examples)) {
      for (int r = 0; r < replicas; r++) {
        distance.examples(r, validation);
      }
      HamiltonianChains chains = chains(distance, TUNING);
      chains.drawPrior();
      chains.evaluate();
      double[] knee = new double[replicas];
      double[][] precisions = new double[replicas][];
      for (int r = 0; r < replicas; r++) {
        knee[r] = knee(chains.energies(r), targets[0]);
        precisions[r] =
            Precisions.withTargets(
                Precisions.schedule(knee[r], targets[0], settings.temperatures()), targets);
      }
      double[] stepSize = HamiltonianChains.firstStepSizes(replicas);
      for (int i = 0; i < WARM_UP; i++) {
        HamiltonianChains.adapt(stepSize, chains.move(Precisions.at(precisions, 1), stepSize));
        advance(examples);
      }
      return anneal(chains, examples, knee, precisions, targets, stepSize);
    }
  }

  /** From the prior again, adapting on the way. */
  private Tuning anneal(
      HamiltonianChains chains,
      int examples,
      double[] knee,
      double[][] precisions,
      double[] targets,
      double[] stepSize) {
    chains.drawPrior();
    chains.evaluate();
    double[][] weights = new double[replicas][examples * settings.chains()];
    double[][] stepSizes = new double[replicas][precisions[0].length];
    double[][] curve = new double[replicas][targets.length];
    RateDistortion[][] rates = new RateDistortion[replicas][targets.length];
    for (int t = 1; t < precisions[0].length; t++) {
      for (int r = 0; r < replicas; r++) {
        weigh(weights[r], chains.energies(r), precisions[r][t - 1] - precisions[r][t]);
        for (int k = 0; k < targets.length; k++) {
          if (precisions[r][t] == targets[k]) {
            double sigma = settings.sigmas().get(k);
            curve[r][k] = ParzenScore.mean(means(weights[r], targets[k]));
            rates[r][k] =
                RateDistortion.of(weights[r], chains.energies(r), settings.chains(), sigma, width);
          }
        }
      }
      HamiltonianChains.adapt(stepSize, chains.move(Precisions.at(precisions, t), stepSize));
      advance(examples);
      for (int r = 0; r < replicas; r++) {
        stepSizes[r][t] = stepSize[r];
        stepSizes[r][0] = stepSizes[r][1];
      }
    }
    double[] sigmas =
        Arrays.stream(curve).mapToDouble(c -> settings.sigmas().get(best(c))).toArray();
    return new Tuning(knee, precisions, stepSizes, curve, sigmas, rates);
  }

  private void advance(int examples) {
    moved += examples;
    if (moves > 0) {
      progress.accept(Math.min(1, (double) moved / moves));
    }
  }

  private static int best(double[] curve) {
    int best = 0;
    for (int k = 1; k < curve.length; k++) {
      best = curve[k] > curve[best] ? k : best;
    }
    return best;
  }

  /**
   * Where a step Δτ must begin to be in proportion to τ. A weight's variance is Δτ² times that of
   * ½‖x − G(z)‖², which is about the prior's for small τ, and n/2 / τ² where the data decides all n
   * elements of z: the two meet here.
   */
  private double knee(double[] half, double last) {
    double mean = ParzenScore.mean(half);
    double squares = Arrays.stream(half).map(h -> (h - mean) * (h - mean)).sum();
    double deviation = Math.sqrt(squares / half.length);
    return deviation > 0 ? Math.min(last, Math.sqrt(space.size() / 2.0) / deviation) : last;
  }

  // ---- bounds ----

  /** Lower bounds of [examples][width], the same for every replica. */
  Likelihoods score(Tuning tuning, float[] x) {
    int examples = x.length / width;
    Likelihoods all = none(examples);
    int block = blockSize();
    for (int first = 0; first < examples; first += block) {
      int count = Math.min(block, examples - first);
      try (GeneratorDistance distance = distance(count)) {
        for (int r = 0; r < replicas; r++) {
          distance.examples(r, Arrays.copyOfRange(x, first * width, (first + count) * width));
        }
        HamiltonianChains chains = chains(distance, TEST + first * BLOCK);
        store(all, first, fromPrior(chains, tuning));
      }
    }
    return all;
  }

  /** The lower bounds and the upper ones of simulated examples, in this order. */
  Likelihoods[] bounds(Tuning tuning) {
    int examples = settings.simulated();
    Likelihoods lower = none(examples);
    Likelihoods upper = none(examples);
    int block = blockSize();
    for (int first = 0; first < examples; first += block) {
      int count = Math.min(block, examples - first);
      try (GeneratorDistance distance = distance(count)) {
        HamiltonianChains chains = chains(distance, SIMULATION + first * BLOCK);
        chains.drawPrior();
        chains.gather();
        simulate(distance, chains.samples(), tuning, first);
        store(upper, first, fromPosterior(chains, tuning));
        chains = chains(distance, SIMULATION_TEST + first * BLOCK);
        store(lower, first, fromPrior(chains, tuning));
      }
    }
    return new Likelihoods[] {lower, upper};
  }

  /** Adds the observation's noise to G(z). */
  private void simulate(GeneratorDistance distance, float[][] x, Tuning tuning, int first) {
    for (int r = 0; r < replicas; r++) {
      Philox random = new Philox(settings.seed() + r, RandomStreams.OBSERVATIONS.first(), first);
      for (int i = 0; i < x[r].length; i++) {
        x[r][i] += (float) (tuning.sigmas[r] * random.nextNormal());
      }
      distance.examples(r, x[r]);
    }
  }

  private Likelihoods fromPrior(HamiltonianChains chains, Tuning tuning) {
    chains.drawPrior();
    chains.evaluate();
    double[][] precisions = schedules(tuning);
    Path path = new Path(chains, tuning);
    for (int t = 1; t <= settings.temperatures(); t++) {
      if (t > 1) {
        path.move(Precisions.at(precisions, t - 1));
      }
      path.weigh(Precisions.at(precisions, t - 1), Precisions.at(precisions, t));
    }
    return path.likelihoods(1);
  }

  /** From where the chains are, an exact draw of the posterior, to the prior. */
  private Likelihoods fromPosterior(HamiltonianChains chains, Tuning tuning) {
    chains.evaluate();
    double[][] precisions = schedules(tuning);
    Path path = new Path(chains, tuning);
    for (int t = settings.temperatures(); t >= 1; t--) {
      path.move(Precisions.at(precisions, t));
      path.weigh(Precisions.at(precisions, t), Precisions.at(precisions, t - 1));
    }
    return path.likelihoods(-1);
  }

  private double[][] schedules(Tuning tuning) {
    double[][] precisions = new double[replicas][];
    for (int r = 0; r < replicas; r++) {
      precisions[r] =
          Precisions.schedule(
              tuning.knee[r], 1 / (tuning.sigmas[r] * tuning.sigmas[r]), settings.temperatures());
    }
    return precisions;
  }

  /** Chains on their way, and the logarithms of their weights. */
  private final class Path {
    private final HamiltonianChains chains;
    private final Tuning tuning;
    private final double[][] weights;
    private final double[] accepted = new double[replicas];
    private int moves;

    Path(HamiltonianChains chains, Tuning tuning) {
      this.chains = chains;
      this.tuning = tuning;
      this.weights = new double[replicas][chains.energies(0).length];
    }

    void move(double[] precision) {
      double[] stepSize = new double[replicas];
      for (int r = 0; r < replicas; r++) {
        stepSize[r] = tuning.stepSize(r, precision[r]);
      }
      double[] acceptance = chains.move(precision, stepSize);
      advance(chains.energies(0).length / settings.chains());
      for (int r = 0; r < replicas; r++) {
        accepted[r] += acceptance[r];
      }
      moves++;
    }

    void weigh(double[] before, double[] after) {
      for (int r = 0; r < replicas; r++) {
        AnnealedImportance.weigh(weights[r], chains.energies(r), before[r] - after[r]);
      }
    }

    /**
     * @param sign 1 if the weights estimate p(x), −1 if 1/p(x)
     */
    Likelihoods likelihoods(int sign) {
      double[][] values = new double[replicas][];
      double[] acceptance = new double[replicas];
      for (int r = 0; r < replicas; r++) {
        double sigma = tuning.sigmas[r];
        values[r] = sign > 0 ? means(weights[r], 1 / (sigma * sigma)) : uppers(weights[r], sigma);
        acceptance[r] = moves == 0 ? 1 : accepted[r] / moves;
      }
      return new Likelihoods(values, acceptance);
    }
  }

  private static void weigh(double[] weights, double[] half, double factor) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] += factor * half[i];
    }
  }

  /** ln p(x) of every example by the mean of its chains' weights. */
  private double[] means(double[] weights, double precision) {
    double constant = width / 2.0 * Math.log(precision / (2 * Math.PI));
    return Arrays.stream(logMeans(weights)).map(l -> l + constant).toArray();
  }

  private double[] uppers(double[] weights, double sigma) {
    double constant = -width * Math.log(sigma * Math.sqrt(2 * Math.PI));
    return Arrays.stream(logMeans(weights)).map(l -> constant - l).toArray();
  }

  /** ln of the mean weight of every example's chains. */
  private double[] logMeans(double[] weights) {
    int chains = settings.chains();
    double[] means = new double[weights.length / chains];
    for (int i = 0; i < means.length; i++) {
      double[] own = Arrays.copyOfRange(weights, i * chains, (i + 1) * chains);
      double greatest = Arrays.stream(own).max().orElseThrow();
      double sum = Arrays.stream(own).map(w -> Math.exp(w - greatest)).sum();
      means[i] = greatest + Math.log(sum / chains);
    }
    return means;
  }

  private int blockSize() {
    return Math.max(1, MOST_ROWS / settings.chains());
  }

  private GeneratorDistance distance(int examples) {
    return new GeneratorDistance(device, generator, space, examples, settings.chains());
  }

  private HamiltonianChains chains(GeneratorDistance distance, long firstStep) {
    return new HamiltonianChains(distance, settings.leapfrogSteps(), settings.seed(), firstStep);
  }

  private Likelihoods none(int examples) {
    return new Likelihoods(new double[replicas][examples], new double[replicas]);
  }

  /** A block's results among all; acceptance by the number of examples. */
  private void store(Likelihoods all, int first, Likelihoods part) {
    for (int r = 0; r < replicas; r++) {
      int count = part.values[r].length;
      System.arraycopy(part.values[r], 0, all.values[r], first, count);
      all.acceptance[r] += part.acceptance[r] * count / all.values[r].length;
    }
  }
}
