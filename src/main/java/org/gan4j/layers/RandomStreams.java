package org.gan4j.layers;

import org.gan4j.device.StateLayout;

/**
 * The register of random streams. A random number is a function of a seed, a step and a site; who
 * draws at which sites is said here and nowhere else, so that no two draw the same numbers.
 *
 * <p>Sub-step j of a training iteration, from 0, owns 1024 sites: noise first, what else a step
 * draws after it, then the layers of the two networks.
 */
public enum RandomStreams {
  /** Iterations: noise, masks and what else changes from step to step. */
  TRAINING(0, RandomStreams.SUB_STEPS * RandomStreams.SUB_STEP),
  /**
   * Initial parameters: a network's layers, the generator's before the discriminator's, then the
   * classifier's and the encoder's.
   */
  INITIAL(0x2000_0000, 4 * Network.SITES),
  /** Noise that is drawn on the host. */
  HOST_NOISE(0x3000_0000, 1),
  /** Samples for pictures and scores: noise, then the generator's layers. */
  SAMPLING(0x4000_0000, 1 + Network.SITES),
  /** Biases of the theory's games: a parameter each, the generator's before the discriminator's. */
  GAME_BIASES(0x5000_0000, 3 * Network.SITES),
  /** Permutations of the test of MMD². */
  PERMUTATIONS(0x6000_0000, 1),
  /** First centroids of k-means. */
  CENTROIDS(0x6000_0001, 1),
  /** Training examples that stand for all. */
  SUBSETS(0x6000_0002, 1),
  /** Test examples and training examples that are measured. */
  CHOICES(0x6000_0003, 1),
  /** Points of a mixture of Gaussians. */
  MIXTURE(0x6000_0004, 1),
  /** Labelled examples that classifiers learn from, where labels are few. */
  LABELS(0x6000_0010, 1),
  /** Directions of the sliced Wasserstein distance. */
  DIRECTIONS(0x6000_0005, 1),
  /** Points of the checks of measures: training, validation and test points, samples, choices. */
  CHECKS(0x6000_0020, 5),
  /** Masks of the classifier's training. */
  CLASSIFIER(0x6000_0100, Network.SITES),
  /**
   * An encoder's training: noise, then the generator's layers, then its own, then the generator's
   * once more.
   */
  ENCODER(0x6000_0400, 1 + 3 * Network.SITES),
  /** Momenta of Hamiltonian chains, a site for each chain. */
  MOMENTA(0x6100_0000, 1 << 24),
  /** Acceptance of their proposals, a site for each chain. */
  ACCEPTANCE(0x6200_0000, 1 << 24),
  /** Proposals of z that a discriminator judges, a site for each row. */
  PROPOSALS(0x6400_0000, 1 << 24),
  /** Observations that a model makes of its own samples. */
  OBSERVATIONS(0x7000_0000, 1);

  /** The most discriminator steps of an iteration, and the generator's one. */
  private static final int SUB_STEPS = 1001;

  private static final int SUB_STEP = 4 * Network.SITES;

  private final int first;
  private final int count;

  RandomStreams(int first, int count) {
    this.first = first;
    this.count = count;
  }

  /**
   * Where it begins.
   *
   * @return its first site
   */
  public int first() {
    return first;
  }

  /**
   * How many sites are its own.
   *
   * @return ≥ 1
   */
  public int count() {
    return count;
  }

  /**
   * One of its sites.
   *
   * @param index from 0
   * @return the site
   * @throws IllegalArgumentException if it has not so many
   */
  public int site(int index) {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "the random stream " + name() + " has " + count + " sites, none of number " + index);
    }
    return first + index;
  }

  /**
   * Where a sub-step of an iteration draws z.
   *
   * @param subStep from 0
   * @return the site
   */
  public static int noise(int subStep) {
    return TRAINING.site(subStep * SUB_STEP);
  }

  /**
   * Where a sub-step draws data, if those are no minibatch of a data set.
   *
   * @param subStep from 0
   * @return the site
   */
  public static int data(int subStep) {
    return noise(subStep) + 1;
  }

  /**
   * Where masks of a minibatch are drawn.
   *
   * @param minibatch of the iteration, from 0
   * @return the first of two sites
   */
  public static int masks(int minibatch) {
    return noise(minibatch) + 2;
  }

  /**
   * Where the generator's layers draw.
   *
   * @param subStep from 0
   * @return the first of {@link Network#SITES} sites
   */
  public static int generator(int subStep) {
    return noise(subStep) + Network.SITES;
  }

  /**
   * Where the discriminator's layers draw.
   *
   * @param subStep from 0
   * @return the first of {@link Network#SITES} sites
   */
  public static int discriminator(int subStep) {
    return noise(subStep) + 2 * Network.SITES;
  }

  /**
   * The same site for rows that are generated examples, then as many real ones: where a minibatch
   * is shared out among ranks, each has a part of either half.
   *
   * @param site of layers
   * @return for their passes over such rows
   */
  public static int inHalves(int site) {
    return site | StateLayout.HALVES;
  }

  /**
   * The same site for the first half of such rows alone.
   *
   * @param site of {@link #inHalves}, or any other
   * @return where these draw
   */
  static int ofFirstHalf(int site) {
    return site & ~StateLayout.HALVES;
  }

  /**
   * Where the discriminator's layers draw for real examples that generated ones are compared with.
   *
   * @param subStep from 0
   * @return the first of {@link Network#SITES} sites
   */
  public static int reference(int subStep) {
    return noise(subStep) + 3 * Network.SITES;
  }
}
