package org.gan4j.eval;

import java.util.function.Function;

/**
 * One measure of generated images, as {@link Measures#ALL} lists them.
 *
 * @param name short, of lower-case letters, digits and _
 * @param title for people
 * @param unit of its values; empty for a plain number
 * @param better which values are better
 * @param note one sentence: what it says, and its source
 * @param least samples, and tests, that it needs
 * @param compute measures a candidate that has them
 */
public record Measure(
    String name,
    String title,
    String unit,
    Better better,
    String note,
    int least,
    Function<SampleSet, MeasureResult> compute) {
  /**
   * Measures a candidate.
   *
   * @param candidate a generator's samples or an anchor
   * @return without a value if there are too few samples or tests
   */
  public MeasureResult read(SampleSet candidate) {
    int samples = candidate.count();
    int tests = candidate.comparison().tests();
    return samples < least || tests < least
        ? MeasureResult.none(
            String.format(
                "needs at least %d samples and tests, not %d and %d", least, samples, tests))
        : compute.apply(candidate);
  }
}
