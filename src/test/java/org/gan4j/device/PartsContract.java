package org.gan4j.device;

import static org.gan4j.device.Numbers.assertSameBits;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What parts of a minibatch draw is what the whole draws for their rows. */
public abstract class PartsContract extends KernelsContract {
  private static final long SEED = 0xABCDEF012345L;
  private static final long STEP = (5L << 32) + 11;
  private static final int SITE = 1234;
  private static final int IN_HALVES = SITE | 0x0800_0000;
  private static final double KEEP = 0.6;

  private static final int[] RANKS = {2, 3, 8};
  private static final int[] ROWS = {4, 12, 60};
  private static final int[] WIDTHS = {1, 7, 33};

  /** Fills rows, from a state and a site. */
  @FunctionalInterface
  private interface Drawn {
    float[] rows(int rows, int width, long[] words, int site);
  }

  private static long[] words(int rank, int ranks) {
    long[] words = States.of(SEED, STEP).epochs(3, 2).words();
    words[StateLayout.RANK] = rank;
    words[StateLayout.RANKS] = ranks;
    return words;
  }

  /** The rows of one part of a whole, or of each of its halves. */
  private static float[] part(float[] whole, int rank, int ranks, int halves) {
    float[] part = new float[whole.length / ranks];
    int length = part.length / halves;
    for (int half = 0; half < halves; half++) {
      int from = half * whole.length / halves + rank * length;
      System.arraycopy(whole, from, part, half * length, length);
    }
    return part;
  }

  private void assertParts(int halves, Drawn drawn) {
    int site = halves == 1 ? SITE : IN_HALVES;
    for (int ranks : RANKS) {
      for (int rows : ROWS) {
        for (int width : WIDTHS) {
          float[] whole = drawn.rows(halves * ranks * rows, width, words(0, 1), SITE);
          for (int rank = 0; rank < ranks; rank++) {
            assertSameBits(
                part(whole, rank, ranks, halves),
                drawn.rows(halves * rows, width, words(rank, ranks), site),
                rank + " of " + ranks + ", " + rows + " x " + width);
          }
        }
      }
    }
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  @FunctionalInterface
  private interface Drawing {
    void run(
        Kernels kernels,
        DeviceBuffer out,
        DeviceBuffer in,
        DeviceBuffer winner,
        DeviceBuffer state);
  }

  /** What a kernel makes of ones, {@code pieces} of them for each value. */
  private float[] ofOnes(int values, int pieces, long[] words, Drawing drawing) {
    try (Rig rig = rig(1)) {
      DeviceBuffer out = rig.floats(values);
      DeviceBuffer in = rig.floats((long) values * pieces);
      DeviceBuffer winner = rig.reserve(DataType.BYTE, values);
      DeviceBuffer state = rig.state();
      rig.freeze().write(in, ones(values * pieces));
      Buffers.write(state, 0, words);
      drawing.run(rig.kernels(), out, in, winner, state);
      return rig.floats(out, 0);
    }
  }

  private float[] uniform(int rows, int width, long[] words, int site) {
    return ofOnes(
        rows * width, 1, words, (k, out, in, winner, state) -> k.uniform(out, 0, 1, state, site));
  }

  private float[] normal(int rows, int width, long[] words, int site) {
    return ofOnes(
        rows * width, 1, words, (k, out, in, winner, state) -> k.normal(out, 1, state, site));
  }

  private float[] dropout(int rows, int width, long[] words, int site) {
    return ofOnes(
        rows * width,
        1,
        words,
        (k, out, in, winner, state) -> k.dropout(out, in, KEEP, state, site));
  }

  private float[] maxout(int rows, int width, long[] words, int site) {
    return ofOnes(
        rows * width,
        2,
        words,
        (k, out, in, winner, state) ->
            k.maxoutForward(out, winner, in, rows, width, 2, KEEP, state, site));
  }

  private float[] pool(int rows, int width, long[] words, int site) {
    PoolShape shape = new PoolShape(width, 2, 1, 1, 1, 1);
    return ofOnes(
        rows * width,
        2,
        words,
        (k, out, in, winner, state) ->
            k.maxPoolForward(out, winner, in, shape, rows, KEEP, state, site));
  }

  private float[] masks(int rows, int width, long[] words, int site) {
    MaskWeights weights = new MaskWeights(1, 1, 1, 2, 0);
    return ofOnes(
        2 * 3 * rows * width,
        1,
        words,
        (k, out, in, winner, state) -> k.masks(out, rows, 2, 3, width, weights, state, site));
  }

  /** Values that say whose they are; an epoch ends within. */
  private float[] gathered(int rows, int width, long[] words, int site) {
    int count = 500;
    try (Rig rig = rig(1)) {
      DeviceBuffer out = rig.floats((long) rows * width);
      DeviceBuffer values = rig.single(DataType.FLOAT, (long) count * width);
      DeviceBuffer state = rig.state();
      float[] own = new float[count * width];
      for (int i = 0; i < own.length; i++) {
        own[i] = i;
      }
      rig.freeze().write(values, own);
      Buffers.write(state, 0, words);
      rig.kernels().gatherRows(out, values, rows, width, 1, state);
      return rig.floats(out, 0);
    }
  }

  @Test
  void partsDrawTheNoiseOfTheWhole() {
    assertParts(1, this::uniform);
    assertParts(1, this::normal);
    assertParts(2, this::normal);
  }

  @Test
  void partsDropTheUnitsOfTheWhole() {
    for (int halves : new int[] {1, 2}) {
      assertParts(halves, this::dropout);
      assertParts(halves, this::maxout);
      assertParts(halves, this::pool);
    }
  }

  @Test
  void partsHideThePixelsOfTheWhole() {
    assertParts(1, this::masks);
  }

  @Test
  void partsTakeTheExamplesOfTheWhole() {
    assertParts(1, this::gathered);
  }
}
