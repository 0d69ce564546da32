package org.gan4j.eval;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The measures that are taken in a space of features. */
final class FeatureMeasures {
  /** Samples and tests: those of coverage, which needs the most. */
  private static final int LEAST = DensityCoverage.K + 1;

  static final Measure FRECHET =
      of(
          "frechet",
          "Fréchet distance",
          Better.LOWER,
          "Squared Fréchet distance of Gaussians with the features' means and covariances (Heusel"
              + " et al. 2017); few samples make it larger, so compare it with the training set's.",
          scores -> MeasureResult.of(scores.frechet()));

  static final Measure KID =
      of(
          "kid",
          "KID (unbiased)",
          Better.LOWER,
          "Squared maximum mean discrepancy of the features with a cubic kernel (Bińkowski et al."
              + " 2018); 0 on average for equal distributions, with its deviation by chance.",
          scores -> {
            KernelDistance kernel = scores.neighbours().kernel();
            return MeasureResult.of(
                kernel.squared(), String.format(Locale.ROOT, "± %.2g", kernel.deviation()));
          });

  static final Measure SLICED_WASSERSTEIN =
      of(
          "sliced_wasserstein",
          "sliced Wasserstein distance",
          Better.LOWER,
          "Wasserstein-2 distance of the features' projections, over 128 directions (Bonneel et al."
              + " 2015); few samples make it larger, so compare it with the training set's.",
          scores -> MeasureResult.of(scores.slicedWasserstein()));

  static final Measure PRECISION =
      of(
          "feature_precision",
          "precision, features",
          Better.HIGHER,
          "precision, by the features' distances: realism.",
          scores -> MeasureResult.of(scores.neighbours().shares().precision()));

  static final Measure RECALL =
      of(
          "feature_recall",
          "recall, features",
          Better.HIGHER,
          "recall, by the features' distances: variety.",
          scores -> MeasureResult.of(scores.neighbours().shares().recall()));

  static final Measure DENSITY =
      of(
          "feature_density",
          "density, features",
          Better.HIGHER,
          "density, by the features' distances.",
          scores -> MeasureResult.of(scores.neighbours().balls().density()));

  static final Measure COVERAGE =
      of(
          "feature_coverage",
          "coverage, features",
          Better.HIGHER,
          "coverage, by the features' distances; about 0.97 for equal distributions.",
          scores -> MeasureResult.of(scores.neighbours().balls().coverage()));

  static final Measure LIKELIHOOD_GAP =
      new Measure(
          "likelihood_gap",
          "likelihood gap",
          "nats",
          Better.NONE,
          "How much likelier training examples are than tests, under a Gaussian window on the"
              + " samples' features (after Jiralerspong et al. 2023): 0 on average for new samples,"
              + " above 0 for copies.",
          LEAST,
          candidate -> read(candidate, FeatureMeasures::likelihoodGap));

  /** In the order of the table. */
  static final List<Measure> ALL =
      List.of(
          FRECHET, KID, SLICED_WASSERSTEIN, PRECISION, RECALL, DENSITY, COVERAGE, LIKELIHOOD_GAP);

  private FeatureMeasures() {}

  private static Measure of(
      String name,
      String title,
      Better better,
      String note,
      Function<FeatureScores, MeasureResult> read) {
    return new Measure(name, title, "", better, note, LEAST, candidate -> read(candidate, read));
  }

  /** The value, and in which space of how many samples it was taken. */
  private static MeasureResult read(
      SampleSet candidate, Function<FeatureScores, MeasureResult> read) {
    return candidate
        .features()
        .map(
            scores -> {
              MeasureResult result = read.apply(scores);
              String where =
                  String.format(
                      Locale.ROOT,
                      "%d samples, %d tests, features %s",
                      candidate.count(),
                      candidate.comparison().tests(),
                      scores.space().name());
              String note = result.note().isEmpty() ? where : result.note() + ", " + where;
              return new MeasureResult(result.value(), note, result.alarm());
            })
        .orElseGet(() -> MeasureResult.none(candidate.comparison().noFeatures()));
  }

  private static MeasureResult likelihoodGap(FeatureScores scores) {
    return scores
        .likelihoodGap()
        .map(
            gap ->
                MeasureResult.of(
                        gap.gap(),
                        String.format(
                            Locale.ROOT,
                            "± %.2g, z = %.1f, σ %.3g",
                            gap.error(),
                            gap.z(),
                            gap.sigma()))
                    .alarmIf(
                        gap.z() > LikelihoodGap.ALARM,
                        String.format(
                            Locale.ROOT,
                            "the samples make training examples likelier than tests (z = %.1f):"
                                + " copies among them",
                            gap.z())))
        .orElseGet(() -> MeasureResult.none("every validation example is a sample"));
  }
}
