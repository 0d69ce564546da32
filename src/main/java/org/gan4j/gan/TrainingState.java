package org.gan4j.gan;

import java.util.List;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.StateLayout;
import org.gan4j.recipe.Coordination;
import org.gan4j.recipe.LearningRate;
import org.gan4j.recipe.Momentum;
import org.gan4j.recipe.Optimiser;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Rollback;

/**
 * The small device buffers that decide a step: seeds, step counter, schedules and sums. There is
 * one of each replica, whose schedules are the generator's, and another one where the
 * discriminator's are different or either may stand still, of whose sums only the squared norm of
 * its updates is used.
 */
final class TrainingState implements AutoCloseable {
  /** The limit of a recipe's iterations. */
  private static final long MOST_STEPS = 1L << 53;

  private static final Momentum NO_MOMENTUM = new Momentum(0, 0, 2);

  private final Device device;
  private final DeviceArena arena;
  private final DeviceBuffer buffer;
  private final DeviceBuffer discriminator;
  private final boolean coordinated;
  private DataParallel parallel = DataParallel.ALONE;

  /** One of two networks in a game. */
  enum Player {
    GENERATOR,
    DISCRIMINATOR;

    private Optimiser optimiser(Recipe recipe) {
      return this == GENERATOR ? recipe.ofGenerator() : recipe.ofDiscriminator();
    }
  }

  /** Of random numbers and sums alone. */
  TrainingState(Device device, int replicas) {
    this(device, replicas, false, false);
  }

  /** Of a training. */
  TrainingState(Device device, Recipe recipe) {
    this(device, recipe.replicas(), needsTwo(recipe), isCoordinated(recipe));
  }

  /** Whether the discriminators have a state of their own. */
  static boolean needsTwo(Recipe recipe) {
    return isCoordinated(recipe) || !recipe.ofGenerator().equals(recipe.ofDiscriminator());
  }

  static boolean isCoordinated(Recipe recipe) {
    return recipe.coordination() instanceof Coordination.Pause;
  }

  private TrainingState(Device device, int replicas, boolean two, boolean coordinated) {
    this.device = device;
    this.coordinated = coordinated;
    this.arena = device.arena(replicas);
    this.buffer = arena.reserve(DataType.LONG, StateLayout.WORDS);
    this.discriminator = two ? arena.reserve(DataType.LONG, StateLayout.WORDS) : buffer;
    arena.freeze();
  }

  DeviceBuffer buffer() {
    return buffer;
  }

  /** With the discriminator's schedules; the same buffer where these are the generator's. */
  DeviceBuffer discriminator() {
    return discriminator;
  }

  boolean hasTwo() {
    return discriminator != buffer;
  }

  int replicas() {
    return buffer.replicas();
  }

  /** Begins at step 0 with the recipe's seeds and schedules. */
  void begin(Recipe recipe, long iterationsPerEpoch) {
    for (int r = 0; r < replicas(); r++) {
      write(discriminator, r, beginning(recipe, Player.DISCRIMINATOR, r, iterationsPerEpoch, 0));
      write(r, beginning(recipe, Player.GENERATOR, r, iterationsPerEpoch, 0));
    }
    schedule();
  }

  /** Begins one replica's training of a single network at step 0, with a minibatch in each. */
  void begin(long seed, Optimiser optimiser, long iterationsPerEpoch) {
    write(0, beginning(seed, optimiser, 0, iterationsPerEpoch));
    schedule();
  }

  private void schedule() {
    device.kernels().schedule(buffer);
    if (hasTwo()) {
      device.kernels().schedule(discriminator);
    }
    if (coordinated) {
      device.kernels().coordinate(buffer, discriminator, false);
    }
  }

  /** Ends an iteration. */
  void advance() {
    device.kernels().endIteration(buffer, hasTwo() ? discriminator : null);
    if (coordinated) {
      device.kernels().coordinate(buffer, discriminator, true);
    }
  }

  private static long[] beginning(
      Recipe recipe, Player player, int replica, long iterationsPerEpoch, long rollbacks) {
    Optimiser optimiser = player.optimiser(recipe);
    long seed = Rollback.seed(recipe.seed() + replica, rollbacks);
    long[] words = beginning(seed, optimiser, replica, iterationsPerEpoch);
    words[StateLayout.MINIBATCHES_PER_ITERATION] = recipe.k();
    words[StateLayout.ROLLBACKS] = rollbacks;
    if (rollbacks > 0) {
      double rate = recipe.rollback().rate(rollbacks);
      for (int word :
          List.of(StateLayout.LEARNING_RATE_INITIAL, StateLayout.LEARNING_RATE_MINIMUM)) {
        put(words, word, rate * real(words, word));
      }
    }
    if (recipe.coordination() instanceof Coordination.Pause pause) {
      put(words, StateLayout.LEAD_RATE, 1.0 / pause.memory());
      boolean generator = player == Player.GENERATOR;
      put(words, StateLayout.LEAD_LIMIT, generator ? pause.below() : pause.above());
    }
    return words;
  }

  private static long[] beginning(
      long seed, Optimiser optimiser, int replica, long iterationsPerEpoch) {
    long[] words = new long[StateLayout.WORDS];
    words[StateLayout.SEED] = seed;
    words[StateLayout.ITERATIONS_PER_EPOCH] = iterationsPerEpoch;
    words[StateLayout.MINIBATCHES_PER_ITERATION] = 1;
    if (optimiser instanceof Optimiser.Adam adam) {
      put(words, adam.learningRate(), replica);
      put(words, NO_MOMENTUM);
      put(words, StateLayout.ADAM_BETA1, adam.beta1());
      put(words, StateLayout.ADAM_BETA2, adam.beta2());
      put(words, StateLayout.ADAM_EPSILON, adam.epsilon());
    } else if (optimiser instanceof Optimiser.Sgd sgd) {
      put(words, sgd.learningRate(), replica);
      put(words, sgd.momentum());
    }
    return words;
  }

  private static void put(long[] words, LearningRate rate, int replica) {
    put(words, StateLayout.LEARNING_RATE_INITIAL, rate.initial(replica));
    put(words, StateLayout.LEARNING_RATE_DECAY, rate.decay());
    put(words, StateLayout.LEARNING_RATE_MINIMUM, rate.minimum());
  }

  private static void put(long[] words, Momentum momentum) {
    put(words, StateLayout.MOMENTUM_INITIAL, momentum.initial());
    put(words, StateLayout.MOMENTUM_LAST, momentum.last());
    put(words, StateLayout.MOMENTUM_EPOCHS, momentum.epochs());
  }

  /**
   * Whether words from a file can be a state of this recipe: all that the recipe decides is as it
   * decides, and the rest is possible. What the step decides is not looked at: {@link #take} sets
   * it.
   */
  static boolean fits(long[] words, Recipe recipe, Player player, int replica) {
    long iterationsPerEpoch = words[StateLayout.ITERATIONS_PER_EPOCH];
    long rollbacks = words[StateLayout.ROLLBACKS];
    if (rollbacks < 0 || rollbacks > (recipe.rollback() == null ? 0 : recipe.rollback().most())) {
      return false;
    }
    long[] expected = beginning(recipe, player, replica, iterationsPerEpoch, rollbacks);
    boolean same = words[StateLayout.SEED] == expected[StateLayout.SEED];
    for (int i = StateLayout.LEARNING_RATE_INITIAL; i < StateLayout.D_LOSS; i++) {
      same &= words[i] == expected[i];
    }
    for (int i = StateLayout.ADAM_BETA1; i < StateLayout.LEAD; i++) {
      same &= words[i] == expected[i];
    }
    same &= fitsPauses(words, expected);
    for (int i = StateLayout.D_LOSS; i < StateLayout.ADAM_BETA1; i++) {
      same &= Double.isFinite(real(words, i));
    }
    long step = words[StateLayout.STEP];
    same &= words[StateLayout.ADAM_BEGIN] >= 0 && words[StateLayout.ADAM_BEGIN] <= step;
    return same && iterationsPerEpoch >= 1 && step >= 0 && step <= MOST_STEPS;
  }

  private static boolean fitsPauses(long[] words, long[] expected) {
    long paused = words[StateLayout.PAUSED];
    return Double.isFinite(real(words, StateLayout.LEAD))
        && Double.isFinite(real(words, StateLayout.LEAD_SUM))
        && words[StateLayout.LEAD_RATE] == expected[StateLayout.LEAD_RATE]
        && words[StateLayout.LEAD_LIMIT] == expected[StateLayout.LEAD_LIMIT]
        && (words[StateLayout.STANDING] == 0 || words[StateLayout.STANDING] == 1)
        && paused >= 0
        && paused <= words[StateLayout.STEP];
  }

  /** Goes on from states that {@link #fits}; null where there is only one of each replica. */
  void take(List<long[]> words, List<long[]> discriminatorsOrNull) {
    for (int r = 0; r < replicas(); r++) {
      write(r, words.get(r));
      if (hasTwo()) {
        write(discriminator, r, discriminatorsOrNull.get(r));
      }
    }
    schedule();
  }

  /** How often a replica has gone back. */
  long rollbacks(int replica) {
    return read(replica)[StateLayout.ROLLBACKS];
  }

  /**
   * Takes a replica back to what its states were, but for the step, which stays, and its random
   * numbers and rates, which become others.
   *
   * @param then its words of then, the generator's
   * @param discriminatorThen the discriminator's; the same where it had no state of its own
   */
  void goBack(Recipe recipe, int replica, long[] then, long[] discriminatorThen) {
    long step = read(replica)[StateLayout.STEP];
    long times = rollbacks(replica) + 1;
    write(replica, goneBack(recipe, Player.GENERATOR, replica, then, step, times));
    if (hasTwo()) {
      long[] words =
          goneBack(recipe, Player.DISCRIMINATOR, replica, discriminatorThen, step, times);
      write(discriminator, replica, words);
    }
    schedule();
  }

  private static long[] goneBack(
      Recipe recipe, Player player, int replica, long[] then, long step, long times) {
    long[] words =
        beginning(recipe, player, replica, then[StateLayout.ITERATIONS_PER_EPOCH], times);
    words[StateLayout.STEP] = step;
    for (int i = StateLayout.D_LOSS; i < StateLayout.ADAM_BETA1; i++) {
      words[i] = then[i];
    }
    // The moments are as old as they were.
    words[StateLayout.ADAM_BEGIN] = step - (then[StateLayout.STEP] - then[StateLayout.ADAM_BEGIN]);
    words[StateLayout.LEAD] = then[StateLayout.LEAD];
    words[StateLayout.LEAD_SUM] = then[StateLayout.LEAD_SUM];
    words[StateLayout.PAUSED] = then[StateLayout.PAUSED];
    return words;
  }

  /** Begins a stream of random numbers that has no schedule. */
  void begin(int replica, long seed, long step) {
    long[] words = new long[StateLayout.WORDS];
    words[StateLayout.SEED] = seed;
    words[StateLayout.STEP] = step;
    words[StateLayout.ITERATIONS_PER_EPOCH] = 1;
    put(words, StateLayout.LEARNING_RATE_DECAY, 1);
    put(words, StateLayout.MOMENTUM_EPOCHS, 2);
    write(replica, words);
  }

  private static void put(long[] words, int index, double value) {
    words[index] = Double.doubleToRawLongBits(value);
  }

  void write(int replica, long[] words) {
    write(buffer, replica, words);
  }

  private void write(DeviceBuffer to, int replica, long[] words) {
    words[StateLayout.RANK] = parallel.rank();
    words[StateLayout.RANKS] = parallel.ranks();
    Buffers.write(to, replica, words);
  }

  /** From now on minibatches are shared out. */
  void split(DataParallel among) {
    parallel = among;
    long[] words = new long[StateLayout.WORDS];
    for (int r = 0; r < replicas(); r++) {
      write(r, read(r));
      if (hasTwo()) {
        Buffers.read(discriminator, r, words);
        write(discriminator, r, words);
      }
    }
  }

  /**
   * Makes the sums of what ranks have measured, each on its rows, the whole's; waits for the
   * device, and for the others.
   */
  void average() {
    if (!parallel.isSplit()) {
      return;
    }
    for (int r = 0; r < replicas(); r++) {
      long[] words = read(r);
      double[] sums = new double[StateLayout.UPDATE_NORM - StateLayout.D_LOSS];
      for (int i = 0; i < sums.length; i++) {
        sums[i] = real(words, StateLayout.D_LOSS + i);
      }
      double[] means = parallel.mean(sums);
      for (int i = 0; i < sums.length; i++) {
        put(words, StateLayout.D_LOSS + i, means[i]);
      }
      write(r, words);
    }
  }

  long[] read(int replica) {
    long[] words = new long[StateLayout.WORDS];
    Buffers.read(buffer, replica, words);
    return words;
  }

  /** The sums so far; waits for the device. */
  Totals totals(int replica) {
    long[] words = read(replica);
    long[] ofDiscriminator = words;
    if (hasTwo()) {
      ofDiscriminator = new long[StateLayout.WORDS];
      Buffers.read(discriminator, replica, ofDiscriminator);
    }
    return Totals.of(words, ofDiscriminator);
  }

  static double real(long[] words, int index) {
    return Double.longBitsToDouble(words[index]);
  }

  /** The momentum is the second of two floats in one little-endian word. */
  static double momentum(long[] words) {
    return Float.intBitsToFloat((int) (words[StateLayout.FACTORS] >>> 32));
  }

  @Override
  public void close() {
    arena.close();
  }
}
