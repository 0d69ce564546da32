package org.gan4j.device;

/**
 * A training state as the host writes it: mnist's schedule, and whatever a test sets beside it.
 *
 * @param seed key of the random numbers
 * @param step iterations done
 * @param minusRate factor of a gradient
 * @param momentum factor of a velocity
 * @param rate the schedule's first learning rate
 * @param decay divisor per minibatch
 * @param iterations per epoch
 * @param minibatches per iteration
 */
public record States(
    long seed,
    long step,
    float minusRate,
    float momentum,
    double rate,
    double decay,
    long iterations,
    long minibatches) {
  public static final double RATE_MINIMUM = 1e-6;
  public static final double MOMENTUM_INITIAL = 0.5;
  public static final double MOMENTUM_LAST = 0.7;
  public static final double MOMENTUM_EPOCHS = 250;

  public static States of(long seed, long step) {
    return new States(seed, step, -0.125f, 0.625f, 0.1, 1.000004, 500, 1);
  }

  public States seeded(long other) {
    return new States(other, step, minusRate, momentum, rate, decay, iterations, minibatches);
  }

  public States at(long otherStep) {
    return new States(seed, otherStep, minusRate, momentum, rate, decay, iterations, minibatches);
  }

  public States epochs(long iterationsOfOne, long minibatchesOfOne) {
    return new States(
        seed, step, minusRate, momentum, rate, decay, iterationsOfOne, minibatchesOfOne);
  }

  public States factors(double otherMinusRate, double otherMomentum) {
    return new States(
        seed,
        step,
        (float) otherMinusRate,
        (float) otherMomentum,
        rate,
        decay,
        iterations,
        minibatches);
  }

  public States rates(double first, double otherDecay) {
    return new States(seed, step, minusRate, momentum, first, otherDecay, iterations, minibatches);
  }

  public long[] words() {
    long[] words = new long[StateLayout.WORDS];
    words[StateLayout.SEED] = seed;
    words[StateLayout.STEP] = step;
    long low = Float.floatToRawIntBits(minusRate) & 0xFFFFFFFFL;
    long high = (long) Float.floatToRawIntBits(momentum) << 32;
    words[StateLayout.FACTORS] = high | low;
    words[StateLayout.LEARNING_RATE_INITIAL] = Double.doubleToRawLongBits(rate);
    words[StateLayout.LEARNING_RATE_DECAY] = Double.doubleToRawLongBits(decay);
    words[StateLayout.LEARNING_RATE_MINIMUM] = Double.doubleToRawLongBits(RATE_MINIMUM);
    words[StateLayout.MOMENTUM_INITIAL] = Double.doubleToRawLongBits(MOMENTUM_INITIAL);
    words[StateLayout.MOMENTUM_LAST] = Double.doubleToRawLongBits(MOMENTUM_LAST);
    words[StateLayout.MOMENTUM_EPOCHS] = Double.doubleToRawLongBits(MOMENTUM_EPOCHS);
    words[StateLayout.ITERATIONS_PER_EPOCH] = iterations;
    words[StateLayout.MINIBATCHES_PER_ITERATION] = minibatches;
    return words;
  }

  /** With Adam in place of momentum. */
  public long[] adamWords(double beta1, double beta2, double epsilon) {
    long[] words = words();
    words[StateLayout.ADAM_BETA1] = Double.doubleToRawLongBits(beta1);
    words[StateLayout.ADAM_BETA2] = Double.doubleToRawLongBits(beta2);
    words[StateLayout.ADAM_EPSILON] = Double.doubleToRawLongBits(epsilon);
    return words;
  }

  /** A word of a device's state as a double. */
  public static double read(DeviceBuffer state, int replica, int word) {
    return Double.longBitsToDouble(readWord(state, replica, word));
  }

  public static long readWord(DeviceBuffer state, int replica, int word) {
    long[] words = new long[StateLayout.WORDS];
    Buffers.read(state, replica, words);
    return words[word];
  }

  public static float readMinusRate(DeviceBuffer state, int replica) {
    return Float.intBitsToFloat((int) readWord(state, replica, StateLayout.FACTORS));
  }

  public static float readMomentum(DeviceBuffer state, int replica) {
    return Float.intBitsToFloat((int) (readWord(state, replica, StateLayout.FACTORS) >>> 32));
  }
}
