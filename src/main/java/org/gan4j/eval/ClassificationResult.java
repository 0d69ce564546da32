package org.gan4j.eval;

import java.util.List;
import java.util.Locale;

/**
 * How often classifiers on features of examples are wrong, where few of the labels are known.
 *
 * @param classes that there are, 2 to 256
 * @param validation examples by which each penalty was chosen, ≥ 1
 * @param tests examples, ≥ 1
 * @param rows one for each kind of features and number of labels; at least one
 * @param kept number of the row of which a classifier was kept, from 0
 * @param keptDraw number of its draw, from 0
 */
public record ClassificationResult(
    int classes, int validation, int tests, List<Row> rows, int kept, int keptDraw) {
  private static final int MAX_CLASSES = 256;

  /**
   * Whether no classifier was trained: the discriminator has learnt classes in the game.
   *
   * @return true if no row has a penalty
   */
  public boolean isOfOwnClasses() {
    return rows.stream().flatMap(row -> row.penalties().stream()).allMatch(each -> each == 0);
  }

  /**
   * Classifiers on one kind of features that learnt from as many labels.
   *
   * @param features for people, such as "pixels"
   * @param width values of an example
   * @param labels how many examples had one, ≥ 1
   * @param all whether those are all training examples: then there is one draw
   * @param penalties λ of each draw, as validation chose it; 0: there was none
   * @param validationErrors of each draw, a share from 0 to 1
   * @param testErrors of each draw, a share from 0 to 1
   */
  public record Row(
      String features,
      int width,
      int labels,
      boolean all,
      List<Double> penalties,
      List<Double> validationErrors,
      List<Double> testErrors) {
    /** Checks that there are as many of everything, and that a terminal can show it. */
    public Row {
      penalties = List.copyOf(penalties);
      validationErrors = List.copyOf(validationErrors);
      testErrors = List.copyOf(testErrors);
      require(
          !features.isBlank() && features.codePoints().noneMatch(Character::isISOControl),
          "features must have a name without control characters");
      require(width >= 1 && labels >= 1, "width and labels must be ≥ 1");
      require(!testErrors.isEmpty(), "a row has at least one draw");
      require(
          testErrors.size() == penalties.size() && testErrors.size() == validationErrors.size(),
          "a row has as many penalties, validation errors and test errors");
      require(penalties.stream().allMatch(each -> each >= 0), "a penalty must be ≥ 0");
      require(shares(validationErrors) && shares(testErrors), "an error is a share from 0 to 1");
    }

    private static boolean shares(List<Double> errors) {
      return errors.stream().allMatch(each -> each >= 0 && each <= 1);
    }

    /**
     * The mean over the draws of the share of wrong test examples.
     *
     * @return 0 to 1
     */
    public double mean() {
      return testErrors.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /**
     * How much that depends on the draw.
     *
     * @return standard deviation over the draws, with n − 1; NaN for one draw
     */
    public double deviation() {
      double mean = mean();
      double squares = testErrors.stream().mapToDouble(e -> (e - mean) * (e - mean)).sum();
      return Math.sqrt(squares / (testErrors.size() - 1));
    }

    /**
     * The share of wrong test examples for people.
     *
     * @return in per cent: the mean ± the deviation, or the one value
     */
    public String errorText() {
      return testErrors.size() == 1
          ? String.format(Locale.ROOT, "%.2f %%", 100 * mean())
          : String.format(Locale.ROOT, "%.2f ± %.2f %%", 100 * mean(), 100 * deviation());
    }

    /**
     * How many labels there were, for people.
     *
     * @return such as "100 labels" or "all 50000 labels"
     */
    public String labelsText() {
      return (all ? "all " : "") + labels + " labels";
    }
  }

  /** Checks that the numbers belong together. */
  public ClassificationResult {
    rows = List.copyOf(rows);
    require(classes >= 2 && classes <= MAX_CLASSES, "classes must be 2 to " + MAX_CLASSES);
    require(validation >= 1 && tests >= 1, "validation and tests must be ≥ 1");
    require(kept >= 0 && kept < rows.size(), "there is no row of number " + kept);
    require(
        keptDraw >= 0 && keptDraw < rows.get(kept).testErrors.size(),
        "the row of number " + kept + " has no draw of number " + keptDraw);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
