package org.gan4j.device;

/**
 * The 64-bit words of a training state, one state per replica in a LONG buffer: what a recorded
 * step reads and advances on the device. The struct State in state.h has the same layout.
 */
public final class StateLayout {
  /** The key of the random numbers. */
  public static final int SEED = 0;

  /** No word: set in a site of rows that are two halves, GAN4J_HALVES in state.h. */
  public static final int HALVES = 0x0800_0000;

  /** Iterations done. */
  public static final int STEP = 1;

  /** The learning rate of the coming iteration, a double. */
  public static final int LEARNING_RATE = 2;

  /**
   * Two floats of the coming iteration, by which an accumulator takes in a gradient: accumulator ←
   * second · accumulator + first · gradient. With momentum SGD minus the learning rate and the
   * momentum, with Adam 1 and 0.
   */
  public static final int FACTORS = 3;

  /** A double; the schedule's first rate. */
  public static final int LEARNING_RATE_INITIAL = 4;

  /** A double; the divisor per minibatch. */
  public static final int LEARNING_RATE_DECAY = 5;

  /** A double; the smallest rate. */
  public static final int LEARNING_RATE_MINIMUM = 6;

  /** A double; the momentum of the first epoch. */
  public static final int MOMENTUM_INITIAL = 7;

  /** A double; the momentum from epoch {@link #MOMENTUM_EPOCHS} on. */
  public static final int MOMENTUM_LAST = 8;

  /** A double; the epoch, from 1, in which the last momentum is reached. */
  public static final int MOMENTUM_EPOCHS = 9;

  /** Iterations of one epoch. */
  public static final int ITERATIONS_PER_EPOCH = 10;

  /** Minibatches of data that one iteration takes. */
  public static final int MINIBATCHES_PER_ITERATION = 11;

  /** A double; sum of the discriminator's losses over all iterations. */
  public static final int D_LOSS = 12;

  /** A double; sum of the generator's losses. */
  public static final int G_LOSS = 13;

  /** A double; sum of the mean D(x). */
  public static final int D_REAL = 14;

  /** A double; sum of the mean D(G(z)). */
  public static final int D_FAKE = 15;

  /** A double; sum of the Euclidean norms of the iterations' updates. */
  public static final int UPDATE_NORM = 16;

  /** A double; squared norm of the update of the iteration under way. */
  public static final int UPDATE_SQUARE = 17;

  /** A double; β₁ of Adam, 0 with momentum SGD. */
  public static final int ADAM_BETA1 = 18;

  /** A double; β₂ of Adam, 0 with momentum SGD. */
  public static final int ADAM_BETA2 = 19;

  /** A double; ε of Adam. */
  public static final int ADAM_EPSILON = 20;

  /** A double, in the generator's state; the running mean of D(x) − D(G(z)). */
  public static final int LEAD = 21;

  /** A double, in the generator's state; the sum of D(x) − D(G(z)) that the mean has taken in. */
  public static final int LEAD_SUM = 22;

  /** A double, in the generator's state; how much of that mean is the last iteration's. */
  public static final int LEAD_RATE = 23;

  /**
   * A double; the lead beyond which the state's network stands still: above it the discriminator,
   * below it the generator.
   */
  public static final int LEAD_LIMIT = 24;

  /** Whether the network stands still in the coming iteration, 0 or 1. */
  public static final int STANDING = 25;

  /** Iterations in which the network stood still. */
  public static final int PAUSED = 26;

  /** How often the replica has gone back to an earlier checkpoint; no kernel uses it. */
  public static final int ROLLBACKS = 27;

  /**
   * The step from which Adam's own are counted: 0, or later where a replica has gone back to
   * moments that had taken in fewer gradients.
   */
  public static final int ADAM_BEGIN = 28;

  /** The words that a checkpoint may have: those that follow are the machine's. */
  public static final int SAVED = 29;

  /** Which part of each minibatch this has, from 0. */
  public static final int RANK = 29;

  /** How many parts minibatches have; 0 and 1: they are whole. */
  public static final int RANKS = 30;

  /** The words of one state. */
  public static final int WORDS = 31;

  private StateLayout() {}

  /**
   * A state at step 0 whose iterations take one minibatch each; {@link Kernels#schedule} sets its
   * first rate and momentum.
   *
   * @param seed the key of the random numbers
   * @param rate the learning rate at step 0
   * @param decay its divisor per step
   * @param momentum the same at every step
   * @param iterationsPerEpoch ≥ 1
   * @return the words of one replica
   */
  public static long[] words(
      long seed, double rate, double decay, double momentum, long iterationsPerEpoch) {
    long[] words = new long[WORDS];
    words[SEED] = seed;
    words[ITERATIONS_PER_EPOCH] = iterationsPerEpoch;
    words[MINIBATCHES_PER_ITERATION] = 1;
    words[LEARNING_RATE_INITIAL] = Double.doubleToRawLongBits(rate);
    words[LEARNING_RATE_DECAY] = Double.doubleToRawLongBits(decay);
    words[MOMENTUM_INITIAL] = Double.doubleToRawLongBits(momentum);
    words[MOMENTUM_LAST] = Double.doubleToRawLongBits(momentum);
    words[MOMENTUM_EPOCHS] = Double.doubleToRawLongBits(2);
    return words;
  }
}
