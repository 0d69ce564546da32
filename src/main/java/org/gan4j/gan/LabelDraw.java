package org.gan4j.gan;

import java.util.stream.IntStream;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.device.Philox;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.Labels;

/** Which training examples have a label, where only some have one: drawn at random. */
public final class LabelDraw {
  private LabelDraw() {}

  /**
   * Draws.
   *
   * @param train with labels
   * @param labels how many, a multiple of the number of classes
   * @param seed decides which
   * @param draw another number draws others
   * @return the numbers of as many examples of each class, those of a class together
   * @throws IllegalArgumentException if they have no labels, a class has fewer, or {@code labels}
   *     is no multiple
   */
  public static int[] draw(Images train, int labels, long seed, int draw) {
    if (!train.labelled()) {
      throw new IllegalArgumentException("the images have no labels, so there are no classes");
    }
    requireMultiple(labels, train.classes());
    Philox random = new Philox(seed, RandomStreams.LABELS.first(), draw);
    int each = labels / train.classes();
    return IntStream.range(0, train.classes())
        .flatMap(
            c -> {
              int[] members =
                  IntStream.range(0, train.count()).filter(i -> train.label(i) == c).toArray();
              return IntStream.of(random.choose(members.length, each)).map(i -> members[i]);
            })
        .toArray();
  }

  /**
   * Refuses data from which labels can't be drawn.
   *
   * @param data with or without labels
   * @param labels how many: 0 for all
   * @throws IllegalArgumentException if it has no labels or one class only, or there can't be as
   *     many of each class
   */
  public static void require(DataSet data, int labels) {
    Images train = data.train();
    if (!train.labelled()) {
      throw new IllegalArgumentException(data.name() + " has no labels, so there are no classes");
    }
    if (train.classes() < 2) {
      throw new IllegalArgumentException(data.name() + " has one class only");
    }
    requireMultiple(labels, train.classes());
    int[] counts = train.classCounts();
    int each = labels / train.classes();
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] < each) {
        throw new IllegalArgumentException(
            String.format(
                "%d labels are %d of each class, but class %d of %s has %d training examples",
                labels, each, c, data.name(), counts[c]));
      }
    }
  }

  private static void requireMultiple(int labels, int classes) {
    if (labels % classes != 0) {
      throw new IllegalArgumentException(
          String.format(
              "%d labels can't be as many of each of %d classes: ask for a multiple of %d",
              labels, classes, classes));
    }
  }

  /** Refuses data that a recipe's labels are not about. */
  static void require(DataSet data, Labels labels) {
    require(data, labels.count());
    if (data.train().classes() != labels.classes()) {
      throw new IllegalArgumentException(
          "labels.classes is "
              + labels.classes()
              + ", but "
              + data.name()
              + " has "
              + data.train().classes()
              + " classes");
    }
  }

  /** The training examples with a label that a recipe asks for. */
  static Images of(DataSet data, Labels labels) {
    Images train = data.train();
    return labels.count() == 0
        ? train
        : train.select(draw(train, labels.count(), labels.draw(), 0));
  }
}
