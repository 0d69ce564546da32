package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ImagesTest {
  private static final ImageShape SHAPE = new ImageShape(1, 1, 2);
  private static final byte[] PIXELS = {0, 1, 2, 3, (byte) 254, (byte) 255};

  private static Images three() {
    return Images.of(SHAPE, PIXELS, new byte[] {2, 0, 1}, 3);
  }

  @Test
  void pixelsAndLabelsAreUnsigned() {
    Images images = Images.of(SHAPE, PIXELS, new byte[] {0, (byte) 200, 7}, 256);
    assertEquals(3, images.count());
    assertEquals(SHAPE, images.shape());
    assertEquals(255, images.pixel(2, 1));
    assertEquals(200, images.label(1));
    assertArrayEquals(new byte[] {2, 3}, images.pixels(1));
  }

  @Test
  void nothingFromOutsideChangesIt() {
    byte[] pixels = PIXELS.clone();
    byte[] labels = {2, 0, 1};
    Images images = Images.of(SHAPE, pixels, labels, 3);
    pixels[0] = 9;
    labels[0] = 1;
    images.pixels(0)[0] = 9;
    assertEquals(0, images.pixel(0, 0));
    assertEquals(2, images.label(0));
    assertTrue(images.pixels().isReadOnly());
    assertTrue(images.labels().isReadOnly());
  }

  @Test
  void rangeIsAView() {
    Images range = three().range(1, 3).range(1, 2);
    assertEquals(1, range.count());
    assertEquals(254, range.pixel(0, 0));
    assertEquals(1, range.label(0));
    assertEquals(ByteBuffer.wrap(new byte[] {(byte) 254, (byte) 255}), range.pixels());
    assertEquals(ByteBuffer.wrap(new byte[] {1}), range.labels());
    assertArrayEquals(new int[] {0, 1, 0}, range.classCounts());
    assertThrows(IndexOutOfBoundsException.class, () -> range.pixel(1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> range.pixel(0, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> range.label(1));
  }

  @Test
  void rangesThatAreNotThereAreRejected() {
    Images images = three();
    assertThrows(IllegalArgumentException.class, () -> images.range(-1, 2));
    assertThrows(IllegalArgumentException.class, () -> images.range(2, 2));
    assertThrows(IllegalArgumentException.class, () -> images.range(2, 4));
  }

  @Test
  void selectTakesAnyOrderFromARange() {
    Images chosen = three().range(1, 3).select(1, 0, 1);
    assertEquals(ByteBuffer.wrap(new byte[] {-2, -1, 2, 3, -2, -1}), chosen.pixels());
    assertEquals(ByteBuffer.wrap(new byte[] {1, 0, 1}), chosen.labels());
    assertThrows(IndexOutOfBoundsException.class, () -> three().select(3));
    assertThrows(IllegalArgumentException.class, () -> three().select());
  }

  @Test
  void unlabelledImagesSaySo() {
    Images images = Images.of(SHAPE, PIXELS);
    assertFalse(images.labelled());
    assertEquals(0, images.classes());
    assertFalse(images.select(2).labelled());
    assertThrows(IllegalStateException.class, () -> images.label(0));
    assertThrows(IllegalStateException.class, images::labels);
    assertThrows(IllegalStateException.class, images::classCounts);
  }

  @Test
  void conditionsAreVectorsOrElseTheLabels() {
    Images labelled = three();
    assertEquals(labelled.classes(), labelled.conditionWidth());
    assertArrayEquals(
        new float[] {1, 0, 0, 0, 0, 1}, labelled.select(1, 0).conditions(), "labels 0 and 2");
    float[] values = {1, 2, 3, 4, 5, 6};
    Images given = labelled.withConditions(values);
    values[0] = 9;
    given.conditions()[1] = 9;
    assertEquals(2, given.conditionWidth());
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, given.conditions());
    assertArrayEquals(labelled.oneHotLabels(), given.oneHotLabels());
    assertArrayEquals(new float[] {5, 6}, given.range(1, 3).range(1, 2).conditions());
    assertArrayEquals(new float[] {5, 6, 3, 4}, given.range(1, 3).select(1, 0).conditions());
    assertArrayEquals(
        new float[] {7, 8}, labelled.range(1, 3).withConditions(new float[] {7, 8}).conditions());
    Images bare = Images.of(SHAPE, PIXELS);
    assertEquals(0, bare.conditionWidth());
    assertThrows(IllegalStateException.class, bare::conditions);
    for (float[] wrong :
        new float[][] {
          {}, {1, 2}, {1, 2, 3, 4}, {1, 2, Float.NaN}, {1, Float.NEGATIVE_INFINITY, 2}
        }) {
      assertThrows(IllegalArgumentException.class, () -> bare.withConditions(wrong));
    }
  }

  @Test
  void partsWithOtherConditionsAreNoDataSet() {
    Images two = three().withConditions(new float[6]);
    Images one = three().withConditions(new float[3]);
    new DataSet("same", "", "", two, two, two, Scaling.UNIT);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new DataSet("mixed", "", "", two, two, one, Scaling.UNIT));
    assertTrue(e.getMessage().contains("conditions of 1 values"), e.getMessage());
  }

  @Test
  void meanImageIsPerPixelAndFromZeroToOne() {
    double[] mean = three().range(0, 2).meanImage();
    assertArrayEquals(new double[] {1.0 / 255, 2.0 / 255}, mean, 1e-15);
    Images white = Images.of(SHAPE, new byte[] {-1, -1, -1, -1});
    assertArrayEquals(new double[] {1, 1}, white.meanImage());
  }

  @Test
  void whatDoesNotFitIsRejected() {
    byte[] three = new byte[3];
    assertThrows(IllegalArgumentException.class, () -> Images.of(SHAPE, new byte[0]));
    assertThrows(IllegalArgumentException.class, () -> Images.of(SHAPE, new byte[5]));
    assertThrows(IllegalArgumentException.class, () -> Images.of(SHAPE, PIXELS, new byte[2], 10));
    assertThrows(
        IllegalArgumentException.class, () -> Images.of(SHAPE, PIXELS, new byte[] {0, 1, 2}, 2));
    assertThrows(IllegalArgumentException.class, () -> Images.of(SHAPE, PIXELS, three, 0));
    assertThrows(IllegalArgumentException.class, () -> Images.of(SHAPE, PIXELS, three, 257));
  }

  @Test
  void shapesAreBounded() {
    assertEquals(3072, new ImageShape(3, 32, 32).size());
    assertThrows(IllegalArgumentException.class, () -> new ImageShape(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ImageShape(1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new ImageShape(1, 1, 4097));
  }
}
