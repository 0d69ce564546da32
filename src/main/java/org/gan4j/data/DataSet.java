package org.gan4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A data set, split. Without validation images no settings can be chosen and no score is taken
 * while training; without test images nothing can be scored. {@link #ofTraining} has neither: it
 * can be trained on and sampled.
 *
 * @param name what it is opened by, as in {@link DataSets#names()}
 * @param title what it is, for people
 * @param provenance one line: where the images come from, and their terms
 * @param train what a network learns from
 * @param validation what settings are chosen on; null if there are none
 * @param test what is scored, once; null if there are none
 * @param scaling how bytes become the values that a network sees
 */
public record DataSet(
    String name,
    String title,
    String provenance,
    Images train,
    Images validation,
    Images test,
    Scaling scaling) {
  public DataSet {
    require("train", train);
    require("scaling", scaling);
    for (Images part : parts(train, validation, test)) {
      if (!part.shape().equals(train.shape())
          || part.classes() != train.classes()
          || part.conditionWidth() != train.conditionWidth()) {
        throw new IllegalArgumentException(
            "the parts of " + name + " differ: " + describe(train) + " and " + describe(part));
      }
    }
  }

  private static List<Images> parts(Images... all) {
    return Stream.of(all).filter(Objects::nonNull).toList();
  }

  /**
   * Images of one's own to train on, and no others.
   *
   * @param name of the data set, as the recipe has it
   * @param train what a network learns from
   * @return the data set, whose bytes become values from 0 to 1
   */
  public static DataSet ofTraining(String name, Images train) {
    return new DataSet(name, name, "given by the program", train, null, null, Scaling.UNIT);
  }

  /**
   * The same examples with a vector of numbers for each: what a conditional network is told of it.
   *
   * @param vectors of the training examples, then the validation examples, then the tests
   * @return the data set
   * @throws IllegalArgumentException if they are not as many as the examples
   */
  public DataSet withConditions(Vectors vectors) {
    List<Images> told = new ArrayList<>();
    int all = parts().stream().mapToInt(Images::count).sum();
    if (vectors.count() != all) {
      throw new IllegalArgumentException(
          name
              + " has "
              + all
              + " examples (training, validation, test), but there are vectors for "
              + vectors.count());
    }
    int first = 0;
    for (Images part : parts()) {
      int end = first + part.count() * vectors.width();
      told.add(part.withConditions(Arrays.copyOfRange(vectors.values(), first, end)));
      first = end;
    }
    Iterator<Images> next = told.iterator();
    return new DataSet(
        name,
        title,
        provenance,
        next.next(),
        validation == null ? null : next.next(),
        test == null ? null : next.next(),
        scaling);
  }

  /**
   * What settings are chosen on.
   *
   * @return the images
   * @throws IllegalStateException if there are none: {@link #hasValidation}
   */
  public Images validation() {
    return present("validation", validation);
  }

  /**
   * What is scored.
   *
   * @return the images
   * @throws IllegalStateException if there are none: {@link #hasTest}
   */
  public Images test() {
    return present("test", test);
  }

  private Images present(String part, Images imagesOrNull) {
    if (imagesOrNull == null) {
      throw new IllegalStateException(
          "the data set "
              + name
              + " has no "
              + part
              + " images: it can be trained on and sampled, but not be scored or measured");
    }
    return imagesOrNull;
  }

  /**
   * Whether there are images to choose settings on.
   *
   * @return false: {@link #validation()} throws
   */
  public boolean hasValidation() {
    return validation != null;
  }

  /**
   * Whether there are images to score.
   *
   * @return false: {@link #test()} throws
   */
  public boolean hasTest() {
    return test != null;
  }

  /**
   * All images.
   *
   * @return the parts that there are, the training images first
   */
  public List<Images> parts() {
    return parts(train, validation, test);
  }

  static DataSet of(
      String name, String title, String provenance, Split.Parts parts, Scaling scaling) {
    return new DataSet(
        name, title, provenance, parts.train(), parts.validation(), parts.test(), scaling);
  }

  /**
   * The shape of every image.
   *
   * @return the shape
   */
  public ImageShape shape() {
    return train.shape();
  }

  private static void require(String part, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(
          part + " is missing: a data set has training images and a scaling");
    }
  }

  private static String describe(Images images) {
    String classes = images.shape() + " in " + images.classes() + " classes";
    return images.conditionWidth() == images.classes()
        ? classes
        : classes + ", conditions of " + images.conditionWidth() + " values";
  }
}
