package org.gan4j.device;

import static org.gan4j.device.Numbers.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The host's reading of the random-number contract. */
final class PhiloxTest {
  private static int[] block(long seed, int group, int site, long step) {
    int[] words = new int[4];
    Philox.block(seed, group, site, step, words);
    return words;
  }

  /** The vectors that Random123 publishes for philox4x32-10. */
  @Test
  void knownAnswers() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, block(0, 0, 0, 0));
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, block(-1, -1, -1, -1));
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        block(0x299f31d0a4093822L, 0x243f6a88, 0x85a308d3, 0x0370734413198a2eL));
  }

  @Test
  void wordsFollowOneAnotherAcrossBlocks() {
    Philox words = new Philox(5, 6, 7);
    for (int group = 0; group < 3; group++) {
      for (int word : block(5, group, 6, 7)) {
        assertEquals(word, words.nextWord());
      }
    }
  }

  @Test
  void normalsLookNormal() {
    Philox words = new Philox(1, 2, 3);
    int n = 20_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double x = words.nextNormal();
      sum += x;
      squares += x * x;
    }
    assertClose(0, sum / n, 4 / Math.sqrt(n), "mean");
    assertClose(1, squares / n, 4 * Math.sqrt(2.0 / n), "variance");
  }

  @Test
  void integersFillTheirRange() {
    for (int bound : new int[] {1, 2, 7, 1 << 30, Integer.MAX_VALUE}) {
      Philox words = new Philox(1, 2, 3);
      for (int i = 0; i < 1000; i++) {
        int value = words.nextInt(bound);
        assertTrue(value >= 0 && value < bound, value + " of " + bound);
      }
    }
    int[] counts = new int[7];
    Philox words = new Philox(4, 5, 6);
    for (int i = 0; i < 7000; i++) {
      counts[words.nextInt(7)]++;
    }
    // 99.9 % of the time below it, with 6 degrees of freedom.
    assertTrue(Numbers.chiSquare(counts) < 22.46);
  }
}
