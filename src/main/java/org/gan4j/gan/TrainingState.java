package org.gan4j.gan;

import java.util.List;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.StateLayout;
import org.gan4j.recipe.LearningRate;
import org.gan4j.recipe.Recipe;

/** The small device buffer that decides a step: seeds, step counter, schedules and sums. */
final class TrainingState implements AutoCloseable {
  /** The limit of a recipe's iterations. */
  private static final long MOST_STEPS = 1L << 53;

  private final Device device;
  private final DeviceArena arena;
  private final DeviceBuffer buffer;

  TrainingState(Device device, int replicas) {
    this.device = device;
    this.arena = device.arena(replicas);
    this.buffer = arena.reserve(DataType.LONG, StateLayout.WORDS);
    arena.freeze();
  }

  DeviceBuffer buffer() {
    return buffer;
  }

  int replicas() {
    return buffer.replicas();
  }

  /** Begins at step 0 with the recipe's seeds and schedules. */
  void begin(Recipe recipe, long iterationsPerEpoch) {
    for (int r = 0; r < replicas(); r++) {
      write(r, beginning(recipe, r, iterationsPerEpoch));
    }
    device.kernels().schedule(buffer);
  }

  private static long[] beginning(Recipe recipe, int replica, long iterationsPerEpoch) {
    long[] words = new long[StateLayout.WORDS];
    words[StateLayout.SEED] = recipe.seed() + replica;
    LearningRate rate = recipe.learningRate();
    put(words, StateLayout.LEARNING_RATE_INITIAL, rate.initial(replica));
    put(words, StateLayout.LEARNING_RATE_DECAY, rate.decay());
    put(words, StateLayout.LEARNING_RATE_MINIMUM, rate.minimum());
    put(words, StateLayout.MOMENTUM_INITIAL, recipe.momentum().initial());
    put(words, StateLayout.MOMENTUM_LAST, recipe.momentum().last());
    put(words, StateLayout.MOMENTUM_EPOCHS, recipe.momentum().epochs());
    words[StateLayout.ITERATIONS_PER_EPOCH] = iterationsPerEpoch;
    words[StateLayout.MINIBATCHES_PER_ITERATION] = recipe.k();
    return words;
  }

  /**
   * Whether words from a file can be a state of this recipe: all that the recipe decides is as it
   * decides, and the rest is possible. What the step decides is not looked at: {@link #take} sets
   * it.
   */
  static boolean fits(long[] words, Recipe recipe, int replica) {
    long iterationsPerEpoch = words[StateLayout.ITERATIONS_PER_EPOCH];
    long[] expected = beginning(recipe, replica, iterationsPerEpoch);
    boolean same = words[StateLayout.SEED] == expected[StateLayout.SEED];
    for (int i = StateLayout.LEARNING_RATE_INITIAL; i < StateLayout.D_LOSS; i++) {
      same &= words[i] == expected[i];
    }
    for (int i = StateLayout.D_LOSS; i < StateLayout.WORDS; i++) {
      same &= Double.isFinite(real(words, i));
    }
    long step = words[StateLayout.STEP];
    return same && iterationsPerEpoch >= 1 && step >= 0 && step <= MOST_STEPS;
  }

  /** Goes on from a state that {@link #fits}. */
  void take(List<long[]> words) {
    for (int r = 0; r < replicas(); r++) {
      write(r, words.get(r));
    }
    device.kernels().schedule(buffer);
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
    Buffers.write(buffer, replica, words);
  }

  long[] read(int replica) {
    long[] words = new long[StateLayout.WORDS];
    Buffers.read(buffer, replica, words);
    return words;
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
