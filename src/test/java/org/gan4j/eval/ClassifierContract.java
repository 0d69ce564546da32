package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.junit.jupiter.api.Test;

/** The classifier on classes that are easy to tell apart. */
abstract class ClassifierContract extends EvalContract {
  private static final int SIDE = 4;
  private static final int WIDTH = SIDE * SIDE;
  private static final int CLASSES = 4;

  /** Class c is brighter in row c, on noise; the later classes are rarer. */
  static Images stripes(int count, long seed, int brighter) {
    Random random = new Random(seed);
    byte[] pixels = new byte[count * WIDTH];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) Math.min(random.nextInt(CLASSES), random.nextInt(CLASSES));
      for (int p = 0; p < WIDTH; p++) {
        int bright = p / SIDE == labels[i] ? brighter : 0;
        pixels[i * WIDTH + p] = (byte) (bright + random.nextInt(100));
      }
    }
    return Images.of(new ImageShape(1, SIDE, SIDE), pixels, labels, CLASSES);
  }

  private static DataSet data(Images train) {
    return new DataSet("stripes", "", "", train, train, train, Scaling.UNIT);
  }

  /** A shorter training than usual is enough for these. */
  private Classifier train(Images train) {
    return Classifier.train(device, data(train), 100);
  }

  private static final Images TRAIN = stripes(330, 1, 150);
  private static final Images TEST = stripes(707, 2, 150);

  @Test
  void knowsTheDataItselfAndACollapsedGenerator() {
    try (Classifier classifier = train(TRAIN)) {
      assertEquals(1, classifier.accuracy(TEST));
      // More than one block of them.
      ClassHistogram histogram = classifier.histogram(values(TEST));
      assertEquals(707, histogram.samples());
      int[] counts = TEST.classCounts();
      int[] learnt = TRAIN.classCounts();
      for (int c = 0; c < CLASSES; c++) {
        assertEquals(counts[c] / 707.0, histogram.shares().get(c), 1e-12);
        assertEquals(learnt[c] / 330.0, histogram.dataShares().get(c), 1e-12);
      }
      assertTrue(histogram.confidence() > 0.99, () -> histogram.toString());
      assertEquals(0, histogram.missing().size());
      collapsed(classifier);
    }
  }

  private void collapsed(Classifier classifier) {
    int first = 0;
    while (TEST.label(first) != 2) {
      first++;
    }
    int[] copies = new int[40];
    Arrays.fill(copies, first);
    ClassHistogram histogram = classifier.histogram(values(TEST.select(copies)));
    assertEquals(1, histogram.shares().get(2));
    assertEquals(0.0, histogram.entropy());
    assertEquals(3, histogram.missing().size());
    assertEquals(-Math.log(histogram.dataShares().get(2)), histogram.divergence(), 1e-12);
  }

  @Test
  void isTheSameEveryTime() {
    try (Classifier one = train(TRAIN);
        Classifier other = train(TRAIN)) {
      // Noise, of which no class is sure.
      float[] noise = uniform(new Random(3), 50 * WIDTH);
      ClassHistogram histogram = one.histogram(noise);
      assertEquals(histogram, other.histogram(noise));
      assertTrue(histogram.confidence() < 0.999, () -> histogram.toString());
    }
  }

  @Test
  void whatCannotBeClassifiedIsRefused() {
    Images bare = images(new Random(4), 40, WIDTH);
    refused("has no labels", bare);
    refused("one class", Images.of(new ImageShape(1, 1, 1), new byte[20], new byte[20], 1));
    int[] fewer = new int[100];
    Arrays.setAll(fewer, i -> i);
    refused("class 3 of stripes has ", TRAIN.select(fewer));
    try (Classifier classifier = train(TRAIN)) {
      assertThrows(IllegalArgumentException.class, () -> classifier.accuracy(bare));
      assertThrows(IllegalArgumentException.class, () -> classifier.histogram(new float[17]));
      float[] infinite = new float[WIDTH];
      infinite[5] = Float.POSITIVE_INFINITY;
      assertThrows(IllegalArgumentException.class, () -> classifier.histogram(infinite));
    }
  }

  private void refused(String why, Images train) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> train(train));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }
}
