package org.gan4j.data;

/**
 * How many examples of a data set are for training, for validation and for testing. Those for
 * training are the first of the training files and those for validation the last of them; those for
 * testing are the first of the test files or, where there are none, come last.
 *
 * @param train examples, or 0 for all that the other two leave
 * @param validation examples, or 0 for as many as the data set usually has
 * @param test examples, or 0 for as many as the data set usually has
 */
public record Split(int train, int validation, int test) {
  /** As the data set usually is. */
  public static final Split USUAL = new Split(0, 0, 0);

  public Split {
    requireNotNegative("train", train);
    requireNotNegative("validation", validation);
    requireNotNegative("test", test);
  }

  private static void requireNotNegative(String part, int count) {
    if (count < 0) {
      throw new IllegalArgumentException(
          part + " is a number of examples, or 0 for the usual number, not " + count);
    }
  }

  /** The three parts of a data set. */
  record Parts(Images train, Images validation, Images test) {}

  /** This, with numbers for the parts of which it says nothing. */
  Split or(int usualValidation, int usualTest) {
    return new Split(
        train, validation == 0 ? usualValidation : validation, test == 0 ? usualTest : test);
  }

  /**
   * Splits images that are all there is.
   *
   * @throws IllegalArgumentException if there are too few
   */
  Parts of(Images all) {
    int tenth = Math.max(1, all.count() / 10);
    Split sizes = or(tenth, tenth);
    int end = all.count() - sizes.test;
    int first = end - sizes.validation;
    int last = sizes.train == 0 ? first : sizes.train;
    if (first < 1 || last > first) {
      throw tooFew(all.count(), sizes, (long) sizes.validation + sizes.test);
    }
    return new Parts(all.range(0, last), all.range(first, end), all.range(end, all.count()));
  }

  /**
   * Splits images of which those for testing are apart; validation must have a number.
   *
   * @throws IllegalArgumentException if there are too few
   */
  Parts of(Images all, Images tests) {
    int first = all.count() - validation;
    int last = train == 0 ? first : train;
    if (first < 1 || last > first) {
      throw tooFew(all.count(), this, validation);
    }
    if (test > tests.count()) {
      throw new IllegalArgumentException(
          "the data set has " + tests.count() + " examples to test with, not " + test);
    }
    return new Parts(
        all.range(0, last),
        all.range(first, all.count()),
        test == 0 ? tests : tests.range(0, test));
  }

  private static IllegalArgumentException tooFew(int count, Split sizes, long beside) {
    return new IllegalArgumentException(
        "the data set has "
            + count
            + " examples, too few for "
            + (sizes.train == 0 ? "any" : sizes.train)
            + " to train with beside "
            + beside
            + "; set smaller parts");
  }
}
