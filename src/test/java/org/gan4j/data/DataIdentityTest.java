package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class DataIdentityTest {
  private static final ImageShape SHAPE = new ImageShape(1, 2, 3);
  private static final byte[] PIXELS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  private static final Images IMAGES = Images.of(SHAPE, PIXELS, new byte[] {0, 1}, 2);

  private static DataSet data(Images train, Images validation, Images test, Scaling scaling) {
    return new DataSet("x", "x", "x", train, validation, test, scaling);
  }

  private static final DataSet DATA = data(IMAGES, IMAGES, IMAGES, Scaling.UNIT);
  private static final DataIdentity IDENTITY = DataIdentity.of(DATA);

  /** By sha256sum over twelve bytes of pixels and two of labels. */
  @Test
  void isTheSizeShapeClassesScalingAndADigest() {
    assertEquals(
        "2 examples of 1x2x3, 2 classes, byte / 255, sha256 2a44b1ef7d579c91", IDENTITY.training());
    assertEquals(IDENTITY.training(), IDENTITY.test());
    IDENTITY.require(
        data(Images.of(SHAPE, PIXELS, new byte[] {0, 1}, 2), IMAGES, IMAGES, Scaling.UNIT));
  }

  private static void assertRefused(DataSet other, String... parts) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> IDENTITY.require(other));
    for (String part : new String[] {"training", "validation", "test"}) {
      boolean named = e.getMessage().contains("the " + part + " set differs");
      assertEquals(List.of(parts).contains(part), named, e.getMessage());
    }
    assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
  }

  private static void assertEachPartNamed(UnaryOperator<Images> change) {
    Images other = change.apply(IMAGES);
    assertRefused(data(other, IMAGES, IMAGES, Scaling.UNIT), "training");
    assertRefused(data(IMAGES, other, IMAGES, Scaling.UNIT), "validation");
    assertRefused(data(IMAGES, IMAGES, other, Scaling.UNIT), "test");
    assertRefused(data(other, IMAGES, other, Scaling.UNIT), "training", "test");
  }

  @Test
  void contentOrderLabelsAndNumberTell() {
    byte[] pixels = PIXELS.clone();
    pixels[11]++;
    assertEachPartNamed(images -> Images.of(SHAPE, pixels, new byte[] {0, 1}, 2));
    assertEachPartNamed(images -> images.select(1, 0));
    assertEachPartNamed(images -> Images.of(SHAPE, PIXELS, new byte[] {0, 0}, 2));
    assertEachPartNamed(images -> images.range(0, 1));
  }

  @Test
  void conditionsTell() {
    Images one = IMAGES.withConditions(new float[] {1, 2});
    Images other = IMAGES.withConditions(new float[] {1, 3});
    DataIdentity identity = DataIdentity.of(data(one, one, one, Scaling.UNIT));
    Images equal = IMAGES.withConditions(new float[] {1, 2});
    identity.require(data(equal, equal, equal, Scaling.UNIT));
    DataSet data = data(one, one, other, Scaling.UNIT);
    Exception e = assertThrows(IllegalArgumentException.class, () -> identity.require(data));
    assertTrue(e.getMessage().contains("the test set differs"), e.getMessage());
  }

  @Test
  void preprocessingTells() {
    assertRefused(
        data(IMAGES, IMAGES, IMAGES, new Scaling.Contrast(55)), "training", "validation", "test");
    DataSet fifty = data(IMAGES, IMAGES, IMAGES, new Scaling.Contrast(50));
    DataIdentity identity = DataIdentity.of(data(IMAGES, IMAGES, IMAGES, new Scaling.Contrast(55)));
    assertThrows(IllegalArgumentException.class, () -> identity.require(fifty));
  }

  /** Another fold has other examples to validate and test with. */
  @Test
  void onlyTheTrainingSetIsComparedWhereNothingElseIsKnown() {
    Images other = IMAGES.select(1, 0);
    IDENTITY.ofTraining().require(data(IMAGES, other, other, Scaling.UNIT));
    DataSet data = data(other, IMAGES, IMAGES, Scaling.UNIT);
    assertThrows(IllegalArgumentException.class, () -> IDENTITY.ofTraining().require(data));
  }

  /** As 0.1.0 wrote it: Python's zlib.crc32 of the twelve bytes. */
  @Test
  void identityOfAnEarlierVersionIsCompared() {
    DataIdentity earlier = new DataIdentity("2 examples of 1x2x3, crc32 925fc655", "", "");
    earlier.require(data(IMAGES, IMAGES.select(1, 0), IMAGES, Scaling.UNIT));
    DataSet other = data(IMAGES.select(1, 0), IMAGES, IMAGES, Scaling.UNIT);
    Exception e = assertThrows(IllegalArgumentException.class, () -> earlier.require(other));
    assertTrue(e.getMessage().contains("the training set differs"), e.getMessage());
  }
}
