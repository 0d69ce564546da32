package org.gan4j.eval;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.gan4j.data.Images;

/** Choices of some from many. */
final class Subsets {
  private Subsets() {}

  /** {@code count} of the numbers below {@code of}, evenly spread; all if there are fewer. */
  static int[] spread(int of, int count) {
    int most = Math.min(of, count);
    return IntStream.range(0, most).map(i -> (int) ((long) i * of / most)).toArray();
  }

  /** The numbers of the images that are in none of the other sets. */
  static int[] notIn(Images images, List<Images> others) {
    return numbersNotIn(images, others).toArray();
  }

  /** Whether an image is in none of the other sets. */
  static boolean anyNotIn(Images images, List<Images> others) {
    return numbersNotIn(images, others).findFirst().isPresent();
  }

  private static IntStream numbersNotIn(Images images, List<Images> others) {
    Set<ByteBuffer> known = new HashSet<>();
    for (Images other : others) {
      for (int i = 0; i < other.count(); i++) {
        known.add(ByteBuffer.wrap(other.pixels(i)));
      }
    }
    return IntStream.range(0, images.count())
        .filter(i -> !known.contains(ByteBuffer.wrap(images.pixels(i))));
  }
}
