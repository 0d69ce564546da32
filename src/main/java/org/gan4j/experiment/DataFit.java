package org.gan4j.experiment;

import java.util.Optional;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.eval.Parzen;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.SplitSizes;

/** Whether data are those of a recipe, and what can't be done with them. */
final class DataFit {
  private DataFit() {}

  /**
   * Refuses data that a run can't have.
   *
   * @throws IllegalArgumentException if they are other data than the recipe's, are no pictures,
   *     have no validation images although the recipe's end is decided on them, or are scored by
   *     the very images that they are trained on
   */
  static void require(Recipe recipe, DataSet data) {
    // Whoever scores the run later opens the data set by the recipe's name of it.
    if (!data.name().equals(recipe.data())) {
      throw new IllegalArgumentException(
          "the recipe is for the data set "
              + recipe.data()
              + ", not "
              + data.name()
              + ": open that one, or change the recipe's data");
    }
    if (!data.shape().isPicture()) {
      throw new IllegalArgumentException(
          "an experiment draws its samples, but examples of "
              + data.shape()
              + " are no pictures, which have 1 or 3 channels: train with org.gan4j.gan.Training"
              + " alone");
    }
    if (!data.hasValidation()) {
      requireOff("stop.patience", recipe.stop().patience(), data);
      requireOff(
          "evaluation.monitor.every_epochs", recipe.evaluation().monitor().everyEpochs(), data);
    }
    requireSplit(recipe.split(), data);
    if (isScored(data)) {
      Parzen.requireAnchor(data, recipe.evaluation());
    }
  }

  /** Whether a run on these data is scored at its end. */
  static boolean isScored(DataSet data) {
    return data.hasValidation() && data.hasTest();
  }

  private static void requireOff(String field, int value, DataSet data) {
    if (value != 0) {
      throw new IllegalArgumentException(
          field
              + "="
              + value
              + " is decided on validation images, of which the data set "
              + data.name()
              + " has none: give it some, or set "
              + field
              + "=0");
    }
  }

  private static void requireSplit(SplitSizes split, DataSet data) {
    requireCount("train", split.train(), Optional.of(data.train()));
    requireCount(
        "validation",
        split.validation(),
        data.hasValidation() ? Optional.of(data.validation()) : Optional.empty());
    requireCount(
        "test", split.test(), data.hasTest() ? Optional.of(data.test()) : Optional.empty());
  }

  private static void requireCount(String part, int wanted, Optional<Images> images) {
    int count = images.map(Images::count).orElse(0);
    if (wanted != 0 && wanted != count) {
      throw new IllegalArgumentException(
          String.format(
              "the recipe's split.%s is %d, but these data have %d: open them with the recipe's"
                  + " split",
              part, wanted, count));
    }
  }

  /**
   * What a run on these data goes without.
   *
   * @return one line; empty if nothing
   */
  static Optional<String> remark(DataSet data) {
    if (!data.hasValidation()) {
      return Optional.of(
          "the data set "
              + data.name()
              + " has no validation images: no score is taken, neither while training nor at the"
              + " end, and no checkpoint is kept as the best");
    }
    if (!data.hasTest()) {
      return Optional.of(
          "the data set " + data.name() + " has no test images: the run is not scored at its end");
    }
    return Optional.empty();
  }
}
