package org.gan4j.device.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.gan4j.device.Philox;
import org.gan4j.device.StateLayout;
import org.junit.jupiter.api.Test;

/** The native words against the host's. */
final class RandomWordsTest {
  private static final int WORDS = 64;

  private static void check(long seed, long step, int site) {
    long block = NativeKernels.allocate(4L * WORDS);
    try {
      NativeKernels.randomWords(block, WORDS, seed, step, site);
      ByteBuffer copy = ByteBuffer.allocateDirect(4 * WORDS).order(ByteOrder.nativeOrder());
      NativeKernels.copyOut(copy, block, 4L * WORDS);
      Philox words = new Philox(seed, site, step);
      for (int i = 0; i < WORDS; i++) {
        assertEquals(words.nextWord(), copy.getInt(4 * i), seed + ", " + step + ", " + site);
      }
    } finally {
      NativeKernels.release(block);
    }
  }

  @Test
  void nativeAndHostAgree() {
    long[] extremes = {0, 1, -1, 1L << 32, (1L << 32) - 1, Long.MIN_VALUE, 0x123456789ABCDEFL};
    int[] sites = {0, 1, 17, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};
    for (long seed : extremes) {
      for (long step : extremes) {
        for (int site : sites) {
          check(seed, step, site);
        }
      }
    }
  }

  @Test
  void theStateHasItsWords() {
    assertEquals(StateLayout.WORDS, NativeKernels.stateWords());
  }
}
