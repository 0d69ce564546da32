package org.gan4j.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gan4j.data.DataSet;
import org.gan4j.data.Scaling;
import org.gan4j.device.Device;
import org.gan4j.device.Philox;
import org.gan4j.eval.FeatureMap;
import org.gan4j.eval.Measure;
import org.gan4j.eval.MeasureContext;
import org.gan4j.eval.Measures;
import org.gan4j.eval.SampleSet;
import org.gan4j.experiment.SyntheticCheck.Aspect;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.Evaluation;
import org.gan4j.run.CheckSheet;
import org.gan4j.run.CheckSheet.Verdict;

/**
 * Puts every measure to checks on data that is known: whether it gets worse where what it judges
 * gets worse, and stays where it does not.
 *
 * <p>Each check is drawn several times; the steps of a draw are measured against the same examples,
 * each with samples of its own. A measure has moved at a step if its mean change since the first
 * step is beyond twice the deviation of that change over draws: a user with one run would see it.
 */
public final class CheckStudy {
  /** Changes beyond so many deviations over draws count. */
  private static final double BEYOND = 2;

  /** A step back counts if it is beyond so many standard errors. */
  private static final double STEP_BACK = 3;

  /** Their numbers have 16 bits. */
  private static final int MOST_DRAWS = 1 << 16;

  private static final Set<Aspect> BOTH = Set.of(Aspect.FIDELITY, Aspect.DIVERSITY);

  /** What each measure judges. */
  private static final Map<String, Set<Aspect>> JUDGES =
      Map.ofEntries(
          Map.entry("parzen", BOTH),
          Map.entry("mmd2", BOTH),
          Map.entry("nn_accuracy", BOTH),
          Map.entry("nn_accuracy_real", BOTH),
          Map.entry("nn_accuracy_generated", BOTH),
          Map.entry("frechet", BOTH),
          Map.entry("kid", BOTH),
          Map.entry("sliced_wasserstein", BOTH),
          Map.entry("precision", Set.of(Aspect.FIDELITY)),
          Map.entry("density", Set.of(Aspect.FIDELITY)),
          Map.entry("recall", Set.of(Aspect.DIVERSITY)),
          Map.entry("coverage", Set.of(Aspect.DIVERSITY)),
          Map.entry("class_entropy", Set.of(Aspect.DIVERSITY)),
          Map.entry("classes_missing", Set.of(Aspect.DIVERSITY)),
          Map.entry("class_kl", Set.of(Aspect.DIVERSITY)),
          Map.entry("copying", Set.of(Aspect.NOVELTY)),
          Map.entry("copies", Set.of(Aspect.NOVELTY)),
          Map.entry("likelihood_gap", Set.of(Aspect.NOVELTY)));

  /** Takes a generator that is told what to make, which no check has. */
  private static final String OF_CONDITIONS = "class_agreement";

  private final Device device;
  private final int points;
  private final int draws;
  private final long seed;
  private final Consumer<String> progress;

  /**
   * Prepares the study.
   *
   * @param device that computes
   * @param points examples of each part, and samples, ≥ 20
   * @param draws of each check, 2 to 65,536
   * @param seed of all that is drawn
   * @param progress told of each check before it begins
   * @throws IllegalArgumentException if there are too few points, or too few or many draws
   */
  public CheckStudy(Device device, int points, int draws, long seed, Consumer<String> progress) {
    if (points < 20 || draws < 2 || draws > MOST_DRAWS) {
      throw new IllegalArgumentException(
          "checks need at least 20 points and 2 to "
              + MOST_DRAWS
              + " draws, not "
              + points
              + " and "
              + draws);
    }
    this.device = device;
    this.points = points;
    this.draws = draws;
    this.seed = seed;
    this.progress = progress;
  }

  /**
   * The measures that are checked. Precision, recall, density and coverage in features are the same
   * statistics as those of the values, which the checks give as features.
   *
   * @return in the order of the table
   */
  static List<Measure> measures() {
    return Stream.concat(Measures.ALL.stream(), Measures.IN_FEATURES.stream())
        .filter(each -> !each.name().startsWith("feature_") && !each.name().equals(OF_CONDITIONS))
        .distinct()
        .toList();
  }

  /**
   * Runs all checks.
   *
   * @param copies what became of tests of copying elsewhere, for the sheet
   * @return what came of it
   */
  public CheckSheet run(List<CheckSheet.Copied> copies) {
    return run(SyntheticChecks.all(), copies);
  }

  CheckSheet run(List<SyntheticCheck> checks, List<CheckSheet.Copied> copies) {
    List<CheckSheet.Row> rows = new ArrayList<>();
    for (SyntheticCheck check : checks) {
      progress.accept(check.name() + ": " + check.title());
      rows.addAll(rows(check));
    }
    return new CheckSheet(
        seed, points, draws, checks.stream().map(CheckStudy::described).toList(), rows, copies);
  }

  private static CheckSheet.Check described(SyntheticCheck check) {
    String worse =
        check.worse().isEmpty()
            ? "nothing"
            : check.worse().stream()
                .sorted()
                .map(aspect -> aspect.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    return new CheckSheet.Check(
        check.name(),
        check.title(),
        worse,
        check.steps().stream().map(SyntheticCheck.Step::label).toList());
  }

  private List<CheckSheet.Row> rows(SyntheticCheck check) {
    List<Measure> measures = measures();
    int steps = check.steps().size();
    // [measure][step][draw]; NaN where a measure does not apply
    double[][][] values = new double[measures.size()][steps][draws];
    for (int draw = 0; draw < draws; draw++) {
      measure(check, draw, measures, values);
    }
    List<CheckSheet.Row> rows = new ArrayList<>();
    for (int m = 0; m < values.length; m++) {
      double[][] of = values[m];
      if (Arrays.stream(of).flatMapToDouble(Arrays::stream).noneMatch(Double::isNaN)) {
        rows.add(
            new CheckSheet.Row(
                check.name(),
                measures.get(m).name(),
                Arrays.stream(of).map(CheckStudy::mean).toList(),
                Arrays.stream(of).map(CheckStudy::deviation).toList(),
                verdict(check, measures.get(m), of)));
      }
    }
    return rows;
  }

  private void measure(
      SyntheticCheck check, int draw, List<Measure> measures, double[][][] values) {
    SyntheticPoints training = real(check, draw, 0);
    DataSet data =
        new DataSet(
            check.name(),
            check.title(),
            "drawn",
            training.images(check.classes()),
            real(check, draw, 1).images(check.classes()),
            real(check, draw, 2).images(check.classes()),
            Scaling.UNIT);
    // From a fiftieth of a unit to ten of them.
    double unit = PointSource.BYTES_PER_UNIT / 255.0;
    Evaluation window = new Evaluation(0, points, points, unit / 50, 10 * unit, 19);
    try (MeasureContext context =
        new MeasureContext(device, data, window, points, seed, FeatureMap.values(check.width()))) {
      for (int step = 0; step < values[0].length; step++) {
        Philox random = random(check, draw, 3, step);
        SampleSet samples =
            context.candidate(
                check.steps().get(step).generated().draw(random, points, training).points());
        for (int m = 0; m < values.length; m++) {
          OptionalDouble value = measures.get(m).read(samples).value();
          values[m][step][draw] = value.orElse(Double.NaN);
        }
      }
    }
  }

  /** One of the parts: training, validation, tests. */
  private SyntheticPoints real(SyntheticCheck check, int draw, int part) {
    return check.real().draw(random(check, draw, part, 0), points, check.width());
  }

  /** Another stream for each check, draw and step. */
  private Philox random(SyntheticCheck check, int draw, int stream, int step) {
    long of = Integer.toUnsignedLong(check.name().hashCode());
    return new Philox(seed, RandomStreams.CHECKS.site(stream), of << 24 | draw << 8 | step);
  }

  private static Verdict verdict(SyntheticCheck check, Measure measure, double[][] values) {
    double[][] goodness =
        Arrays.stream(values)
            .map(step -> Arrays.stream(step).map(value -> goodness(measure, value)).toArray())
            .toArray(double[][]::new);
    return verdict(judges(measure).stream().anyMatch(check.worse()::contains), goodness);
  }

  private static Set<Aspect> judges(Measure measure) {
    Set<Aspect> aspects = JUDGES.get(measure.name());
    if (aspects == null) {
      throw new IllegalStateException("nobody said what the measure " + measure.name() + " judges");
    }
    return aspects;
  }

  private static double goodness(Measure measure, double value) {
    return switch (measure.better()) {
      case HIGHER -> value;
      case LOWER -> -value;
      case HALF -> -Math.abs(value - 0.5);
      // The tests of copying: nearer to training examples is lower, but for the gap.
      case NONE -> measure.name().equals("likelihood_gap") ? -value : value;
    };
  }

  /**
   * What a measure did.
   *
   * @param should whether it should get worse
   * @param goodness [step][draw], the higher the better
   */
  static Verdict verdict(boolean should, double[][] goodness) {
    int last = goodness.length - 1;
    boolean worse = false;
    boolean better = false;
    boolean steadily = true;
    for (int step = 1; step <= last; step++) {
      int moved = moved(goodness[0], goodness[step], BEYOND);
      worse |= moved < 0 && (!should || step == last);
      better |= moved > 0;
      double beyond = STEP_BACK / Math.sqrt(goodness[step].length);
      steadily &= moved(goodness[step - 1], goodness[step], beyond) <= 0;
    }
    if (should) {
      if (worse) {
        return steadily ? Verdict.MOVES : Verdict.NOT_STEADILY;
      }
      return better ? Verdict.WRONG_WAY : Verdict.BLIND;
    }
    return worse ? Verdict.BLAMES : better ? Verdict.PRAISES : Verdict.STAYS;
  }

  /** −1: lower, 1: higher, by the mean change beyond so many of its deviations over draws. */
  private static int moved(double[] from, double[] to, double deviations) {
    double[] changes = new double[from.length];
    Arrays.setAll(changes, draw -> to[draw] - from[draw]);
    double mean = mean(changes);
    return Math.abs(mean) > deviations * deviation(changes) ? (int) Math.signum(mean) : 0;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    double sum = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(sum / (values.length - 1));
  }
}
