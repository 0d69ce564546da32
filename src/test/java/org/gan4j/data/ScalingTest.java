package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScalingTest {
  private static final ImageShape SHAPE = new ImageShape(1, 2, 2);
  private static final Images IMAGES =
      Images.of(SHAPE, new byte[] {0, 51, 102, -1, 1, 1, 3, 3, 77, 77, 77, 77});

  @Test
  void unitIsByteOver255() {
    assertArrayEquals(new float[] {0, .2f, .4f, 1}, Scaling.UNIT.values(IMAGES, 0), 1e-7f);
  }

  @Test
  void contrastWorkedByHand() {
    // Mean 2, differences -1 -1 1 1 of norm 2: each ±55/2.
    float[] values = new Scaling.Contrast(55).values(IMAGES, 1);
    assertArrayEquals(new float[] {-27.5f, -27.5f, 27.5f, 27.5f}, values);
  }

  @Test
  void contrastOfOneShadeIsZero() {
    assertArrayEquals(new float[4], new Scaling.Contrast(55).values(IMAGES, 2));
  }

  @Test
  void contrastHasMeanZeroAndTheNorm() {
    float[] values = new Scaling.Contrast(55).values(IMAGES, 0);
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    assertEquals(0, sum, 1e-4);
    assertEquals(55, Math.sqrt(squares), 1e-4);
  }

  @Test
  void everyDataSetHasItsRule() {
    assertEquals(new Scaling.Contrast(55), DataSets.rule("cifar10-10k"));
    assertEquals(Scaling.UNIT, DataSets.rule("mnist"));
    assertEquals(Scaling.UNIT, DataSets.rule("images:64"));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void normsThatMakeNoSenseAreRejected(double norm) {
    assertThrows(IllegalArgumentException.class, () -> new Scaling.Contrast(norm));
  }
}
