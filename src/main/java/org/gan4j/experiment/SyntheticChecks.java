package org.gan4j.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.DoubleFunction;
import org.gan4j.experiment.SyntheticCheck.Aspect;
import org.gan4j.experiment.SyntheticCheck.Generated;
import org.gan4j.experiment.SyntheticCheck.Step;

/**
 * The checks that measures are put to. Many are after Räisä, van Breugel and van der Schaar
 * ("Position: all current generative fidelity and diversity metrics are flawed", ICML 2025), in
 * forms of gan4j's own.
 */
final class SyntheticChecks {
  private static final int WIDTH = 16;
  private static final int MANY = 64;
  private static final int MODES = 10;

  /** Of a mode, where there are several. */
  private static final double NARROW = 0.6;

  private static final PointSource NORMAL = PointSource.gaussian(0, 1);
  private static final PointSource TEN = PointSource.modes(NARROW, weights(MODES));

  private static final Set<Aspect> BOTH = Set.of(Aspect.FIDELITY, Aspect.DIVERSITY);
  private static final Set<Aspect> FIDELITY = Set.of(Aspect.FIDELITY);
  private static final Set<Aspect> DIVERSITY = Set.of(Aspect.DIVERSITY);
  private static final Set<Aspect> NOVELTY = Set.of(Aspect.NOVELTY);

  private SyntheticChecks() {}

  /** All, in the order of the table. */
  static List<SyntheticCheck> all() {
    List<SyntheticCheck> checks = new ArrayList<>(shapes());
    checks.addAll(modes());
    checks.addAll(copies());
    return checks;
  }

  private static List<SyntheticCheck> shapes() {
    PointSource far = PointSource.gaussian(7, 0.3);
    return List.of(
        of(
            "mean",
            "a Gaussian's mean shifted in every of 16 dimensions, deviations",
            NORMAL,
            BOTH,
            steps(shift -> PointSource.gaussian(shift, 1), 0, 0.1, 0.3, 0.6, 1)),
        of(
            "mean_outlier",
            "the same where 1 % of data and samples are outliers",
            NORMAL.with(0.01, far),
            BOTH,
            steps(shift -> PointSource.gaussian(shift, 1).with(0.01, far), 0, 0.1, 0.3, 0.6, 1)),
        of(
            "wider",
            "a Gaussian too wide, deviation as a multiple",
            NORMAL,
            FIDELITY,
            steps(factor -> PointSource.gaussian(0, factor), 1, 1.1, 1.25, 1.5, 2)),
        of(
            "narrower",
            "a Gaussian too narrow, deviation as a multiple",
            NORMAL,
            DIVERSITY,
            steps(factor -> PointSource.gaussian(0, factor), 1, 0.9, 0.75, 0.5, 0.25)),
        of(
            "outliers",
            "a share of samples far from the data",
            NORMAL,
            FIDELITY,
            steps(share -> NORMAL.with(share, PointSource.cube(10)), 0, 0.02, 0.1, 0.3, 0.6)),
        new SyntheticCheck(
            "one_of_64",
            "one of 64 dimensions shifted until disjoint, deviations",
            MANY,
            1,
            NORMAL,
            BOTH,
            steps(MANY, NORMAL::shifted, 0, 2, 4, 6, 8)),
        of(
            "sphere",
            "the surface of a sphere of radius 8 in 16 dimensions, shrunk",
            PointSource.sphere(8),
            BOTH,
            steps(factor -> PointSource.sphere(8 * factor), 1, 0.9, 0.75, 0.5, 0.25)),
        of(
            "larger_cube",
            "a cube too large, edge as a multiple",
            PointSource.cube(5),
            FIDELITY,
            steps(factor -> PointSource.cube(5 * factor), 1, 1.1, 1.25, 1.5, 2)),
        of(
            "smaller_cube",
            "a cube too small, edge as a multiple",
            PointSource.cube(5),
            DIVERSITY,
            steps(factor -> PointSource.cube(5 * factor), 1, 0.9, 0.75, 0.5, 0.25)),
        of(
            "fewer",
            "nothing wrong but fewer samples, share of the tests' number",
            NORMAL,
            Set.of(),
            List.of(fewer(1), fewer(0.5), fewer(0.25), fewer(0.1))));
  }

  private static List<SyntheticCheck> modes() {
    PointSource two = NORMAL.shifted(-3.5).with(0.5, NORMAL.shifted(3.5));
    return List.of(
        labelled(
            "modes_dropped",
            "modes dropped one after the other, of ten",
            TEN,
            DIVERSITY,
            steps(
                dropped -> PointSource.modes(NARROW, weights(MODES - (int) dropped)),
                0,
                2,
                4,
                7,
                9)),
        labelled(
            "modes_rarer",
            "nine of ten modes ever rarer, share given to the first",
            TEN,
            DIVERSITY,
            steps(share -> TEN.with(share, PointSource.modes(NARROW, 1)), 0, 0.2, 0.5, 0.8, 1)),
        new SyntheticCheck(
            "modes_invented",
            "modes that the data, of five, does not have",
            WIDTH,
            MODES / 2,
            PointSource.modes(NARROW, weights(MODES / 2)),
            FIDELITY,
            steps(
                more -> PointSource.modes(NARROW, weights(MODES / 2 + (int) more)), 0, 1, 2, 3, 5)),
        new SyntheticCheck(
            "one_of_two",
            "two modes, one of them ever rarer, share of the other",
            WIDTH,
            2,
            two,
            DIVERSITY,
            steps(
                share -> NORMAL.shifted(-3.5).with(1 - share, NORMAL.shifted(3.5)),
                0.5,
                0.6,
                0.75,
                0.9,
                1)),
        new SyntheticCheck(
            "bridged",
            "two modes and ever more of one Gaussian with their mean and covariance, share",
            WIDTH,
            2,
            two,
            FIDELITY,
            steps(share -> two.with(share, matching()), 0, 0.25, 0.5, 0.75, 1)),
        labelled(
            "modes_shrunk",
            "each of ten modes shrunk to its centre, deviation as a multiple",
            TEN,
            DIVERSITY,
            steps(
                factor -> PointSource.modes(NARROW * factor, weights(MODES)),
                1,
                0.75,
                0.5,
                0.25,
                0)),
        labelled(
            "repeated",
            "few samples again and again, share of different ones",
            TEN,
            DIVERSITY,
            List.of(repeated(1), repeated(0.5), repeated(0.1), repeated(0.02), repeated(0.002))));
  }

  private static List<SyntheticCheck> copies() {
    return List.of(
        of(
            "copies",
            "a share of samples are training examples",
            NORMAL,
            NOVELTY,
            List.of(copied(0, 0), copied(0.01, 0), copied(0.05, 0), copied(0.2, 0), copied(1, 0))),
        of(
            "noisy_copies",
            "the same with noise of 0.2 deviations",
            NORMAL,
            NOVELTY,
            List.of(
                copied(0, 0.2),
                copied(0.01, 0.2),
                copied(0.05, 0.2),
                copied(0.2, 0.2),
                copied(1, 0.2))));
  }

  /** N with the mean and the covariance of the two modes. */
  private static PointSource matching() {
    double deviation = Math.sqrt(1 + 3.5 * 3.5);
    return (random, point) -> {
      NORMAL.draw(random, point);
      point[0] *= deviation;
      return 0;
    };
  }

  private static SyntheticCheck of(
      String name, String title, PointSource real, Set<Aspect> worse, List<Step> steps) {
    return new SyntheticCheck(name, title, WIDTH, 1, real, worse, steps);
  }

  private static SyntheticCheck labelled(
      String name, String title, PointSource real, Set<Aspect> worse, List<Step> steps) {
    return new SyntheticCheck(name, title, WIDTH, MODES, real, worse, steps);
  }

  private static double[] weights(int modes) {
    double[] weights = new double[modes];
    Arrays.fill(weights, 1);
    return weights;
  }

  private static List<Step> steps(DoubleFunction<PointSource> source, double... severities) {
    return steps(WIDTH, source, severities);
  }

  private static List<Step> steps(
      int width, DoubleFunction<PointSource> source, double... severities) {
    return Arrays.stream(severities)
        .mapToObj(
            severity ->
                new Step(
                    label(severity),
                    (random, count, training) -> source.apply(severity).draw(random, count, width)))
        .toList();
  }

  private static String label(double severity) {
    return String.format(Locale.ROOT, "%.3f", severity).replaceAll("\\.?0+$", "");
  }

  /** Samples of the data's own distribution, at least the fewest that any measure takes. */
  private static Step fewer(double share) {
    return new Step(
        label(share),
        (random, count, training) ->
            NORMAL.draw(random, Math.max(10, (int) (share * count)), WIDTH));
  }

  private static Step repeated(double share) {
    Generated generated =
        (random, count, training) -> {
          int different = Math.max(1, (int) (share * count));
          SyntheticPoints few = TEN.draw(random, different, WIDTH);
          SyntheticPoints all = new SyntheticPoints(count, WIDTH);
          for (int i = 0; i < count; i++) {
            all.copy(i, few, i % different);
          }
          return all;
        };
    return new Step(label(share), generated);
  }

  /** The first samples are copies of the first training examples, which are in no order. */
  private static Step copied(double share, double noise) {
    Generated generated =
        (random, count, training) -> {
          SyntheticPoints samples = NORMAL.draw(random, count, WIDTH);
          double[] point = new double[WIDTH];
          for (int i = 0; i < Math.round(share * count); i++) {
            for (int p = 0; p < WIDTH; p++) {
              point[p] = training.value(i, p) + noise * random.nextNormal();
            }
            samples.set(i, point, 0);
          }
          return samples;
        };
    return new Step(label(share), generated);
  }
}
