package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DataSetTest {
  @Test
  void partsOfDifferentShapeOrClassesAreRejected() {
    Images images = Images.of(new ImageShape(1, 1, 2), new byte[2], new byte[1], 3);
    Images upright = Images.of(new ImageShape(1, 2, 1), new byte[2], new byte[1], 3);
    Images unlabelled = Images.of(new ImageShape(1, 1, 2), new byte[2]);
    for (Images other : new Images[] {upright, unlabelled}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new DataSet("x", "x", "x", images, images, other, Scaling.UNIT));
      assertThrows(
          IllegalArgumentException.class,
          () -> new DataSet("x", "x", "x", images, other, images, Scaling.UNIT));
    }
  }

  @Test
  void aMissingPartIsNamed() {
    Images images = Images.of(new ImageShape(1, 1, 2), new byte[2]);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new DataSet("x", "x", "x", null, images, images, Scaling.UNIT))
            .getMessage();
    assertTrue(message.startsWith("train is missing"), message);
  }
}
