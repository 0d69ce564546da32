package org.gan4j.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class FiguresTest {
  /** Each by its largest absolute value, 0 in the middle. */
  @Test
  void imagesWithoutRangeAreScaledByTheirOwn() {
    float[] values = {2, -4, 0, 0, 0, 0, -0.5f, 0.25f, 0};
    assertArrayEquals(
        new float[] {0.75f, 0, 0.5f, 0.5f, 0.5f, 0.5f, 0, 0.75f, 0.5f},
        Figures.ownRange(values, 3));
  }
}
