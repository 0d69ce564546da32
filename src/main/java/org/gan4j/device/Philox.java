package org.gan4j.device;

import java.util.Arrays;

/**
 * The random-number contract: Philox4x32-10 (Salmon et al., SC 2011) with key = seed and counter =
 * (element / 4, site, step low, step high). Every device draws these words; this is the host's own
 * reading of it, for what is drawn once, such as initial weights.
 */
public final class Philox {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final long LOW = 0xFFFFFFFFL;

  /** Layers and sources of noise count up from 0. */
  private static final int SHUFFLE_SITE = -1;

  private static final int SHUFFLE_ROUNDS = 8;

  private final long seed;
  private final int site;
  private final long step;
  private final int[] words = new int[4];
  private int group;
  private int used = 4;

  /**
   * A stream of words, from element 0 on.
   *
   * @param seed the key
   * @param site which source of noise
   * @param step which iteration
   */
  public Philox(long seed, int site, long step) {
    this.seed = seed;
    this.site = site;
    this.step = step;
  }

  /**
   * The next element's word.
   *
   * @return 32 random bits
   */
  public int nextWord() {
    if (used == 4) {
      block(seed, group++, site, step, words);
      used = 0;
    }
    return words[used++];
  }

  /**
   * The next element as U(−1, 1), the same float as on every device.
   *
   * @return a multiple of 2⁻²⁴, never 0 or ±1
   */
  public float nextSymmetric() {
    return ((nextWord() >>> 8) - (1 << 23) + 0.5f) * (1.0f / (1 << 23));
  }

  /**
   * The next two elements as one N(0, 1) number (Box and Muller, in double precision).
   *
   * @return the number
   */
  public double nextNormal() {
    double u = ((nextWord() >>> 8) + 1) * 0x1p-24;
    double v = ((nextWord() >>> 8) + 1) * 0x1p-24;
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  }

  /**
   * The next element as an integer.
   *
   * @param bound ≥ 1
   * @return uniform on [0, bound), to within bound · 2⁻³²
   */
  public int nextInt(int bound) {
    return (int) (((nextWord() & LOW) * bound) >>> 32);
  }

  /**
   * Some numbers out of many, each at most once.
   *
   * @param of how many there are: those below it, ≥ 0
   * @param count of how many, 0 to {@code of}
   * @return the numbers, ascending
   * @throws IllegalArgumentException if there are not so many
   */
  public int[] choose(int of, int count) {
    Require.that(count >= 0 && count <= of, "there are not so many to choose from: ", count);
    int[] numbers = new int[of];
    for (int i = 0; i < of; i++) {
      numbers[i] = i;
    }
    for (int i = 0; i < count; i++) {
      int other = i + nextInt(of - i);
      int chosen = numbers[other];
      numbers[other] = numbers[i];
      numbers[i] = chosen;
    }
    int[] first = Arrays.copyOf(numbers, count);
    Arrays.sort(first);
    return first;
  }

  /**
   * Where the example at a position of an epoch's order stands in the data: a bijection of [0,
   * count), another one for every seed and epoch. A Feistel network of four rounds on the smallest
   * power of two, at least 4, that holds count; what falls outside goes through again.
   *
   * @param position 0 to count − 1
   * @param count of examples, ≥ 1
   * @param seed of the training
   * @param epoch from 0
   * @return 0 to count − 1
   */
  public static int shuffled(int position, int count, long seed, long epoch) {
    int bits = count <= 4 ? 2 : 32 - Integer.numberOfLeadingZeros(count - 1);
    int lowBits = bits / 2;
    int lowMask = (1 << lowBits) - 1;
    int highMask = (1 << bits - lowBits) - 1;
    int[] words = new int[4];
    int value = position;
    do {
      int low = value & lowMask;
      int high = value >>> lowBits;
      for (int round = 0; round < SHUFFLE_ROUNDS; round += 2) {
        block(seed, low << 3 | round, SHUFFLE_SITE, epoch, words);
        high ^= words[0] & highMask;
        block(seed, high << 3 | round + 1, SHUFFLE_SITE, epoch, words);
        low ^= words[0] & lowMask;
      }
      value = high << lowBits | low;
    } while (value >= count);
    return value;
  }

  static void block(long seed, int group, int site, long step, int[] out) {
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    int c0 = group;
    int c1 = site;
    int c2 = (int) step;
    int c3 = (int) (step >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = MULTIPLIER_0 * (c0 & LOW);
      long p1 = MULTIPLIER_1 * (c2 & LOW);
      c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
  }
}
