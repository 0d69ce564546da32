package org.gan4j.layers;

import java.util.Arrays;
import org.gan4j.device.Philox;

/**
 * The random numbers of one step of one replica, drawn from the documented contract: element e of a
 * site is word e of the stream (seed, site, step).
 *
 * @param seed the replica's
 * @param step the iteration
 */
public record Draws(long seed, long step) {
  private static final int SHUFFLE_SITE = -1;

  /** U(−scale, scale). */
  public double[] uniform(int site, int n, double scale) {
    Philox words = new Philox(seed, site, step);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = words.nextSymmetric() * scale;
    }
    return values;
  }

  /** N(0, scale²): two words make two numbers. */
  public double[] normal(int site, int n, double scale) {
    Philox words = new Philox(seed, site, step);
    double[] values = new double[n + 1];
    for (int i = 0; i < n; i += 2) {
      double radius = scale * Math.sqrt(-2 * Math.log(unit(words)));
      double angle = 2 * Math.PI * unit(words);
      values[i] = radius * Math.cos(angle);
      values[i + 1] = radius * Math.sin(angle);
    }
    return Arrays.copyOf(values, n);
  }

  private static double unit(Philox words) {
    return ((words.nextWord() >>> 8) + 1) * 0x1p-24;
  }

  /** 1/keep with probability keep, else 0. */
  public double[] mask(int site, int n, double keep) {
    Philox words = new Philox(seed, site, step);
    long threshold = Math.round(keep * 0x1p32);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = Integer.toUnsignedLong(words.nextWord()) < threshold ? 1 / keep : 0;
    }
    return values;
  }

  /**
   * Where the example at a position of an epoch's order stands in the data; the step counts epochs
   * here. A Feistel network of four rounds on the smallest power of two ≥ 4 that holds count; what
   * falls outside goes through again.
   */
  public int shuffled(int position, int count) {
    int bits = Math.max(2, 32 - Integer.numberOfLeadingZeros(count - 1));
    int lowBits = bits / 2;
    int value = position;
    do {
      int low = value & ((1 << lowBits) - 1);
      int high = value >>> lowBits;
      for (int round = 0; round < 8; round += 2) {
        high ^= firstWord(low * 8 + round) & ((1 << (bits - lowBits)) - 1);
        low ^= firstWord(high * 8 + round + 1) & ((1 << lowBits) - 1);
      }
      value = high << lowBits | low;
    } while (value >= count);
    return value;
  }

  private int firstWord(int group) {
    Philox words = new Philox(seed, SHUFFLE_SITE, step);
    for (int i = 0; i < 4 * group; i++) {
      words.nextWord();
    }
    return words.nextWord();
  }
}
