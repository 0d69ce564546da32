package org.gan4j.recipe;

import org.gan4j.layers.Checks;
import org.gan4j.layers.Default;

/**
 * How many examples of the data set are for training, for validation and for testing.
 *
 * @param train the first of the training files, or 0 for all that the other two leave
 * @param validation the last of the training files, or 0 for as many as the data set usually has
 * @param test the first of the test files or, where there are none, the last of all; 0 for as many
 *     as the data set usually has
 */
public record SplitSizes(
    @Default("0") int train, @Default("0") int validation, @Default("0") int test) {
  public SplitSizes {
    Checks.range("train", train, 0, Integer.MAX_VALUE);
    Checks.range("validation", validation, 0, Integer.MAX_VALUE);
    Checks.range("test", test, 0, Integer.MAX_VALUE);
  }
}
