package org.gan4j.eval;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The measures that there are. A new one is one more element of {@link #ALL}. */
public final class Measures {
  private static final int PERMUTATIONS = 499;

  /** Samples this far nearer to the training examples than held-out data, in deviations. */
  private static final double COPIES = -3;

  private static final double COLLAPSE = 0.1;

  private static final Measure PARZEN =
      new Measure(
          "parzen",
          "Parzen log-likelihood",
          "nats",
          Better.HIGHER,
          "Mean log-likelihood of the tests under a Gaussian window on the samples (Goodfellow et"
              + " al. 2014, section 5); it depends on how many samples there are, and averages of"
              + " images can beat real ones.",
          1,
          Measures::parzen);

  private static final Measure MMD2 =
      new Measure(
          "mmd2",
          "MMD² (unbiased)",
          "",
          Better.LOWER,
          "Squared maximum mean discrepancy, with Gaussian kernels of ½, 1 and 2 times the median"
              + " distance of validation examples (Gretton et al. 2012); 0 on average for equal"
              + " distributions, p by permutation.",
          2,
          Measures::mmd2);

  private static final Measure ACCURACY =
      new Measure(
          "nn_accuracy",
          "1-NN accuracy",
          "",
          Better.HALF,
          "Share of samples and tests together, equally many, whose nearest other image is of"
              + " their own kind (Lopez-Paz and Oquab 2017); ½ for equal distributions, 1 if they"
              + " are apart.",
          2,
          candidate -> Reading.of(accuracy(candidate).overall()));

  private static final Measure ACCURACY_REAL =
      new Measure(
          "nn_accuracy_real",
          "1-NN accuracy, real",
          "",
          Better.HALF,
          "The same share of the tests alone (Xu et al. 2018): low if samples lie among them, high"
              + " if samples miss them.",
          2,
          candidate -> Reading.of(accuracy(candidate).real()));

  private static final Measure ACCURACY_GENERATED =
      new Measure(
          "nn_accuracy_generated",
          "1-NN accuracy, generated",
          "",
          Better.HALF,
          "The same share of the samples alone (Xu et al. 2018): high if samples lie closer"
              + " together than real images, as those of a collapsed generator.",
          2,
          candidate -> Reading.of(accuracy(candidate).generated()));

  private static final Measure PRECISION =
      new Measure(
          "precision",
          "precision",
          "",
          Better.HIGHER,
          "Share of the samples that lie among the tests, by balls to the 3rd nearest neighbour"
              + " (Kynkäänniemi et al. 2019): realism.",
          PrecisionRecall.K + 1,
          candidate -> Reading.of(precisionRecall(candidate).precision()));

  private static final Measure RECALL =
      new Measure(
          "recall",
          "recall",
          "",
          Better.HIGHER,
          "Share of the tests that lie among the samples, by balls to the 3rd nearest neighbour"
              + " (Kynkäänniemi et al. 2019): variety.",
          PrecisionRecall.K + 1,
          candidate -> Reading.of(precisionRecall(candidate).recall()));

  private static final Measure DENSITY =
      new Measure(
          "density",
          "density",
          "",
          Better.HIGHER,
          "How many tests' balls, to the 5th nearest neighbour, hold a sample, as a multiple of"
              + " what equal distributions give (Naeem et al. 2020); above 1 if samples crowd where"
              + " real images do.",
          DensityCoverage.K + 1,
          candidate -> Reading.of(densityCoverage(candidate).density()));

  private static final Measure COVERAGE =
      new Measure(
          "coverage",
          "coverage",
          "",
          Better.HIGHER,
          "Share of the tests whose ball, to the 5th nearest neighbour, holds a sample (Naeem et"
              + " al. 2020); about 0.97 for equal distributions.",
          DensityCoverage.K + 1,
          Measures::coverage);

  private static final Measure COPYING =
      new Measure(
          "copying",
          "copying z-score",
          "",
          Better.NONE,
          "Whether samples are nearer to training examples than the tests are, as the z-score of a"
              + " rank test (Meehan et al. 2020): 0 as near as new data, far below 0 copies or"
              + " averages, above 0 off the data.",
          Copying.LEAST,
          Measures::copying);

  /** All measures, in the order of the table. */
  public static final List<Measure> ALL =
      List.of(
          PARZEN,
          MMD2,
          ACCURACY,
          ACCURACY_REAL,
          ACCURACY_GENERATED,
          PRECISION,
          RECALL,
          DENSITY,
          COVERAGE,
          COPYING);

  private Measures() {}

  /**
   * Some of the measures.
   *
   * @param names of those wanted
   * @return they, in the order of the table
   * @throws IllegalArgumentException if there is none of a name, or no name
   */
  public static List<Measure> named(List<String> names) {
    List<String> known = ALL.stream().map(Measure::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "there is no measure '"
                + name
                + "'; there are: "
                + known.stream().collect(Collectors.joining(", ")));
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("name at least one measure");
    }
    return ALL.stream().filter(measure -> names.contains(measure.name())).toList();
  }

  private static Reading parzen(Candidate candidate) {
    ParzenScore score = candidate.parzen();
    String note =
        String.format(Locale.ROOT, "± %.1f, σ %.3g", score.standardError(), score.sigma());
    return Reading.of(score.mean(), note).alarmIf(score.atGridEdge(), score.warning().orElse(""));
  }

  /** An anchor's p-value is in no column of the table. */
  private static Reading mmd2(Candidate candidate) {
    Comparison comparison = candidate.comparison();
    Mmd mmd = new Mmd(candidate.distances(), comparison.bandwidths());
    return candidate.source().isEmpty()
        ? Reading.of(mmd.squared())
        : Reading.of(
            mmd.squared(),
            String.format(Locale.ROOT, "p = %.3f", mmd.pValue(PERMUTATIONS, comparison.seed())));
  }

  private static NearestNeighbourAccuracy accuracy(Candidate candidate) {
    return NearestNeighbourAccuracy.of(candidate.distances().balanced());
  }

  private static PrecisionRecall precisionRecall(Candidate candidate) {
    return PrecisionRecall.of(candidate.distances(), PrecisionRecall.K);
  }

  private static DensityCoverage densityCoverage(Candidate candidate) {
    return DensityCoverage.of(candidate.distances(), DensityCoverage.K);
  }

  private static Reading coverage(Candidate candidate) {
    double coverage = densityCoverage(candidate).coverage();
    return Reading.of(coverage)
        .alarmIf(
            coverage < COLLAPSE,
            String.format(
                Locale.ROOT,
                "the samples cover %.3f of the tests (0.97 for equal distributions): few kinds of"
                    + " images, or none of the data's",
                coverage));
  }

  private static Reading copying(Candidate candidate) {
    Copying copying = Copying.of(candidate.toTraining(), candidate.comparison().testsToTraining());
    return Reading.of(
            copying.z(),
            String.format(
                Locale.ROOT,
                "%.1f %% nearer than the nearest 1 %% of tests",
                100 * copying.nearest()))
        .alarmIf(
            copying.z() < COPIES,
            String.format(
                Locale.ROOT,
                "the samples are nearer to training examples than new data is (z = %.1f): copies,"
                    + " or smooth averages; figure2.png shows which",
                copying.z()));
  }
}
