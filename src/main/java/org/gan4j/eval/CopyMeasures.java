package org.gan4j.eval;

import java.util.Locale;

/** The measures that tell whether a generator copies what it has learnt from. */
final class CopyMeasures {
  static final Measure COPYING =
      new Measure(
          "copying",
          "copying z-score",
          "",
          Better.NONE,
          "Whether samples are nearer to training examples than the tests are, as the z-score of a"
              + " rank test (Meehan et al. 2020): 0 as near as new data, far below 0 copies or"
              + " averages, above 0 off the data.",
          Copying.LEAST,
          CopyMeasures::copying);

  static final Measure COPIES =
      new Measure(
          "copies",
          "copies among them",
          "log10 p",
          Better.NONE,
          "Whether a few samples are nearer to training examples than tests ever are, whatever the"
              + " others do: the decimal logarithm of an exact test's p-value; 0 as new data, far"
              + " below 0 copies or averages.",
          Copying.LEAST,
          CopyMeasures::copies);

  private CopyMeasures() {}

  private static MeasureResult copying(SampleSet candidate) {
    Copying copying = Copying.of(candidate.toTraining(), candidate.comparison().testsToTraining());
    return MeasureResult.of(
            copying.z(),
            String.format(
                Locale.ROOT,
                "%.1f %% nearer than the nearest 1 %% of tests",
                100 * copying.nearest()))
        .alarmIf(
            copying.z() < Copying.ALARM,
            String.format(
                Locale.ROOT,
                "the samples are nearer to training examples than new data is (z = %.1f): copies,"
                    + " or smooth averages; figure2.png shows which",
                copying.z()));
  }

  private static MeasureResult copies(SampleSet candidate) {
    Copies copies = Copies.of(candidate.toTraining(), candidate.comparison().testsToTraining());
    int tests = candidate.comparison().tests();
    String text =
        String.format(
            Locale.ROOT,
            "%d samples are nearer to training examples than %s",
            copies.nearer(),
            copies.rank() == 1
                ? "any of " + tests + " tests"
                : "all but " + (copies.rank() - 1) + " of " + tests + " tests");
    return MeasureResult.of(copies.log10p(), text)
        .alarmIf(
            copies.log10p() < Copies.ALARM,
            text + ": copies, or smooth averages; figure2.png shows which");
  }
}
