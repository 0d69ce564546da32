package org.gan4j.eval;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gan4j.data.ImageMask;
import org.gan4j.data.ImageShape;
import org.gan4j.gan.Conditions;
import org.gan4j.gan.Generator;
import org.gan4j.recipe.Condition;

/** The measures that there are. A new one is one more element of {@link #ALL}. */
public final class Measures {
  private static final int PERMUTATIONS = 499;

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
          candidate -> MeasureResult.of(accuracy(candidate).overall()));

  private static final Measure ACCURACY_REAL =
      new Measure(
          "nn_accuracy_real",
          "1-NN accuracy, real",
          "",
          Better.HALF,
          "The same share of the tests alone (Xu et al. 2018): low if samples lie among them, high"
              + " if samples miss them.",
          2,
          candidate -> MeasureResult.of(accuracy(candidate).real()));

  private static final Measure ACCURACY_GENERATED =
      new Measure(
          "nn_accuracy_generated",
          "1-NN accuracy, generated",
          "",
          Better.HALF,
          "The same share of the samples alone (Xu et al. 2018): high if samples lie closer"
              + " together than real images, as those of a collapsed generator.",
          2,
          candidate -> MeasureResult.of(accuracy(candidate).generated()));

  private static final Measure PRECISION =
      new Measure(
          "precision",
          "precision",
          "",
          Better.HIGHER,
          "Share of the samples that lie among the tests, by balls to the 3rd nearest neighbour"
              + " (Kynkäänniemi et al. 2019): realism.",
          PrecisionRecall.K + 1,
          candidate -> MeasureResult.of(precisionRecall(candidate).precision()));

  private static final Measure RECALL =
      new Measure(
          "recall",
          "recall",
          "",
          Better.HIGHER,
          "Share of the tests that lie among the samples, by balls to the 3rd nearest neighbour"
              + " (Kynkäänniemi et al. 2019): variety.",
          PrecisionRecall.K + 1,
          candidate -> MeasureResult.of(precisionRecall(candidate).recall()));

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
          candidate -> MeasureResult.of(densityCoverage(candidate).density()));

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

  private static final Measure CLASS_ENTROPY =
      new Measure(
          "class_entropy",
          "class entropy",
          "nats",
          Better.HIGHER,
          "Entropy of the classes that a classifier, which has learnt the data's labels, sees among"
              + " the images: ln C if all are equally frequent, 0 if there is one.",
          1,
          candidate -> ofClasses(candidate, Measures::classEntropy));

  private static final Measure CLASSES_MISSING =
      new Measure(
          "classes_missing",
          "classes missing",
          "",
          Better.LOWER,
          "Classes that have less than a tenth of their share in the data, by the same classifier"
              + " (which counts as Srivastava et al. 2017 do; the tenth is gan4j's).",
          1,
          candidate -> ofClasses(candidate, Measures::classesMissing));

  private static final Measure CLASS_DIVERGENCE =
      new Measure(
          "class_kl",
          "KL to the data's classes",
          "nats",
          Better.LOWER,
          "Kullback-Leibler divergence of the classes' shares from those of the training labels, by"
              + " the same classifier; 0 if they are the same.",
          1,
          candidate -> ofClasses(candidate, Measures::classDivergence));

  private static final Measure AGREEMENT =
      new Measure(
          "class_agreement",
          "agreement with the class",
          "",
          Better.HIGHER,
          "Share of a conditional generator's samples in which the same classifier sees the class"
              + " that was asked for.",
          1,
          candidate -> ofClasses(candidate, Measures::agreement));

  private static final String HIDDEN =
      "Mean squared error of the hidden %s, in squared grey levels, of the mean of 100 completions"
          + " of a generator that completes images (the paper's section 7, 3), over four of them;"
          + " the spread after ± is a value's standard deviation over completions.";

  private static final Measure HALVES =
      new Measure(
          "completion_halves",
          "error of completed halves",
          "grey levels²",
          Better.LOWER,
          String.format(HIDDEN, "half"),
          1,
          candidate ->
              completion(
                  candidate, (all, with) -> all.error(with, ImageMask.halves(shape(candidate)))));

  private static final Measure QUADRANTS =
      new Measure(
          "completion_quadrants",
          "error of completed quadrants",
          "grey levels²",
          Better.LOWER,
          String.format(HIDDEN, "quadrant"),
          1,
          candidate ->
              completion(
                  candidate,
                  (all, with) -> all.error(with, ImageMask.quadrants(shape(candidate)))));

  private static final Measure COMPLETED_CLASS =
      new Measure(
          "completion_agreement",
          "class of completed halves",
          "",
          Better.HIGHER,
          "Share of images in which, after one completion of a hidden half, the same classifier"
              + " sees the class that they have, over the four halves.",
          1,
          candidate ->
              ofClasses(
                  candidate,
                  each ->
                      completion(
                          each,
                          (all, with) -> all.agreement(with, ImageMask.halves(shape(each))))));

  private static final Measure AIS =
      new Measure(
          "ais",
          "AIS log-likelihood",
          "nats",
          Better.HIGHER,
          "Mean log-likelihood of some tests under N(G(z), σ²·I), by annealed importance sampling"
              + " (Wu et al. 2017): a lower bound, but for chance.",
          1,
          Measures::ais);

  /** The measures in a space of features, for a {@link MeasureContext} that has one. */
  public static final List<Measure> IN_FEATURES = FeatureMeasures.ALL;

  /** The measures of the table, in its order: all that are quick. */
  public static final List<Measure> ALL =
      Stream.of(
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
                  CopyMeasures.COPYING,
                  CopyMeasures.COPIES),
              IN_FEATURES,
              List.of(CLASS_ENTROPY, CLASSES_MISSING, CLASS_DIVERGENCE, AGREEMENT))
          .flatMap(List::stream)
          .toList();

  /** The measures that are taken only by name, for they take about a minute. */
  public static final List<Measure> ON_REQUEST = List.of(AIS, HALVES, QUADRANTS, COMPLETED_CLASS);

  private Measures() {}

  /**
   * Some of the measures.
   *
   * @param names of those wanted
   * @return they, in the order of the table
   * @throws IllegalArgumentException if there is none of a name, or no name
   */
  public static List<Measure> named(List<String> names) {
    List<Measure> all = Stream.concat(ALL.stream(), ON_REQUEST.stream()).toList();
    List<String> known = all.stream().map(Measure::name).toList();
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
    return all.stream().filter(measure -> names.contains(measure.name())).toList();
  }

  private static MeasureResult parzen(SampleSet candidate) {
    ParzenScore score = candidate.parzen();
    String note =
        String.format(Locale.ROOT, "± %.1f, σ %.3g", score.standardError(), score.sigma());
    return MeasureResult.of(score.mean(), note)
        .alarmIf(score.atGridEdge(), score.warning().orElse(""));
  }

  /** An anchor's p-value is in no column of the table. */
  private static MeasureResult mmd2(SampleSet candidate) {
    MeasureContext comparison = candidate.comparison();
    double[] bandwidths;
    try {
      bandwidths = comparison.bandwidths();
    } catch (IllegalArgumentException e) {
      return MeasureResult.none(e.getMessage());
    }
    Mmd mmd = new Mmd(candidate.distances(), bandwidths);
    return candidate.source().isEmpty()
        ? MeasureResult.of(mmd.squared())
        : MeasureResult.of(
            mmd.squared(),
            String.format(Locale.ROOT, "p = %.3f", mmd.pValue(PERMUTATIONS, comparison.seed())));
  }

  private static NearestNeighbourAccuracy accuracy(SampleSet candidate) {
    return NearestNeighbourAccuracy.of(candidate.distances().balanced());
  }

  private static PrecisionRecall precisionRecall(SampleSet candidate) {
    return PrecisionRecall.of(candidate.distances(), PrecisionRecall.K);
  }

  private static DensityCoverage densityCoverage(SampleSet candidate) {
    return DensityCoverage.of(candidate.distances(), DensityCoverage.K);
  }

  private static MeasureResult coverage(SampleSet candidate) {
    double coverage = densityCoverage(candidate).coverage();
    return MeasureResult.of(coverage)
        .alarmIf(
            coverage < COLLAPSE,
            String.format(
                Locale.ROOT,
                "the samples cover %.3f of the tests (0.97 for equal distributions): few kinds of"
                    + " images, or none of the data's",
                coverage));
  }

  private static MeasureResult ofClasses(
      SampleSet candidate, Function<SampleSet, MeasureResult> read) {
    return Classifier.refusal(candidate.comparison().data())
        .map(MeasureResult::none)
        .orElseGet(() -> read.apply(candidate));
  }

  private static MeasureResult classEntropy(SampleSet candidate) {
    ClassHistogram classes = candidate.classes();
    return MeasureResult.of(
        classes.entropy(),
        String.format(
            Locale.ROOT,
            "of %.3f; classifier %s, right on %.3f of the real images, mean confidence %.3f",
            classes.maximumEntropy(),
            candidate.comparison().classifier().name(),
            candidate.comparison().classifierAccuracy(),
            classes.confidence()));
  }

  private static MeasureResult classesMissing(SampleSet candidate) {
    ClassHistogram classes = candidate.classes();
    List<Integer> missing = classes.missing();
    return MeasureResult.of(missing.size(), "of " + classes.shares().size())
        .alarmIf(
            !missing.isEmpty(),
            "the samples hold hardly any of class "
                + missing.stream().map(String::valueOf).collect(Collectors.joining(", "))
                + " (below a tenth of its share in the data)");
  }

  private static MeasureResult classDivergence(SampleSet candidate) {
    ClassHistogram classes = candidate.classes();
    String shares =
        classes.shares().stream()
            .map(share -> String.format(Locale.ROOT, "%.3f", share))
            .collect(Collectors.joining(" "));
    return MeasureResult.of(classes.divergence(), "shares " + shares);
  }

  private static MeasureResult agreement(SampleSet candidate) {
    return candidate
        .source()
        .map(SampleSet.Source::gan)
        .filter(gan -> gan.recipe().condition() instanceof Condition.Classes)
        .map(gan -> agreement(candidate, gan.conditions()))
        .orElseGet(() -> MeasureResult.none("nobody asked for a class"));
  }

  private static MeasureResult agreement(SampleSet candidate, Conditions conditions) {
    int[] seen = candidate.comparison().classifier().classes(candidate.points());
    int[] asked = new int[conditions.count()];
    int[] given = new int[conditions.count()];
    for (int i = 0; i < seen.length; i++) {
      int index = conditions.indexOf(i);
      asked[index]++;
      given[index] += seen[i] == index ? 1 : 0;
    }
    String each =
        IntStream.range(0, asked.length)
            .mapToObj(
                c ->
                    asked[c] == 0
                        ? "–"
                        : String.format(Locale.ROOT, "%.3f", (double) given[c] / asked[c]))
            .collect(Collectors.joining(" "));
    return MeasureResult.of(
        (double) Arrays.stream(given).sum() / seen.length,
        String.format(
            Locale.ROOT,
            "by class %s; the classifier is right on %.3f of the real images",
            each,
            candidate.comparison().classifierAccuracy()));
  }

  private static ImageShape shape(SampleSet candidate) {
    return candidate.comparison().data().shape();
  }

  private static MeasureResult completion(
      SampleSet candidate, BiFunction<Completions, Generator, MeasureResult> measure) {
    return candidate
        .source()
        .filter(source -> source.gan().recipe().condition() instanceof Condition.Mask)
        .map(
            source -> {
              try (Generator generator = Generator.of(source.gan(), source.replica())) {
                return measure.apply(new Completions(candidate.comparison()), generator);
              }
            })
        .orElseGet(() -> MeasureResult.none("no generator that completes images made these"));
  }

  private static MeasureResult ais(SampleSet candidate) {
    return candidate
        .source()
        .map(source -> ais(candidate.comparison(), source))
        .orElseGet(() -> MeasureResult.none("no generator made these"));
  }

  private static MeasureResult ais(MeasureContext comparison, SampleSet.Source source) {
    return AnnealedImportance.refusal(AnnealedImportance.SUBJECT, source.gan().recipe())
        .map(MeasureResult::none)
        .orElseGet(() -> ais(comparison.annealed(source.gan()).get(source.replica())));
  }

  private static MeasureResult ais(AisEstimate estimate) {
    String note =
        String.format(
            Locale.ROOT,
            "± %.1f, σ %.3g, %d tests, %d chains, %d temperatures, %s; on %d simulated examples the"
                + " upper bound is %.1f nats higher; rate at mean squared error of a value, on"
                + " validation examples: %s",
            estimate.standardError(),
            estimate.sigma(),
            estimate.examples(),
            estimate.chains(),
            estimate.temperatures(),
            estimate.leapfrogs(),
            estimate.simulated(),
            estimate.gap(),
            estimate.rates().stream()
                .map(
                    point ->
                        String.format(
                            Locale.ROOT, "%.1f nats at %.3g", point.rate(), point.distortion()))
                .collect(Collectors.joining(", ")));
    return MeasureResult.of(estimate.mean(), note)
        .alarmIf(
            estimate.atGridEdge(),
            String.format(
                Locale.ROOT,
                "the σ with the best AIS log-likelihood, %.3g, is at the edge of its grid: widen"
                    + " evaluation.sigma_from or sigma_to",
                estimate.sigma()));
  }
}
