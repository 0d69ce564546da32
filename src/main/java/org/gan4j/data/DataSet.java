package org.gan4j.data;

import java.util.List;

/**
 * A data set, split.
 *
 * @param name what it is opened by, as in {@link DataSets#names()}
 * @param title what it is, for people
 * @param provenance one line: where the images come from, and their terms
 * @param train what a network learns from
 * @param validation what settings are chosen on
 * @param test what is scored, once
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
    require("validation", validation);
    require("test", test);
    require("scaling", scaling);
    for (Images part : List.of(validation, test)) {
      if (!part.shape().equals(train.shape())
          || part.classes() != train.classes()
          || part.conditionWidth() != train.conditionWidth()) {
        throw new IllegalArgumentException(
            "the parts of " + name + " differ: " + describe(train) + " and " + describe(part));
      }
    }
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
          part + " is missing: a data set has training, validation and test images and a scaling");
    }
  }

  private static String describe(Images images) {
    String classes = images.shape() + " in " + images.classes() + " classes";
    return images.conditionWidth() == images.classes()
        ? classes
        : classes + ", conditions of " + images.conditionWidth() + " values";
  }
}
