package org.gan4j.theory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.gan4j.device.Device;
import org.gan4j.recipe.Objective;

/** Many z go to one x: what a generator leaves out of a ring of Gaussians. */
public final class Collapse {
  /** A sample is good that lies within this many standard deviations of a centre. */
  public static final double GOOD = 3;

  /** A mode is covered that gets at least this part of its share of the samples, all good. */
  public static final double COVERED = 0.2;

  private static final int SAMPLES = 2000;

  private Collapse() {}

  /**
   * Plays the ring with D kept near its optimum, and with D lagging behind.
   *
   * @param device where
   * @param generatorSteps of every game
   * @param seed of all random numbers
   * @return modes covered and share of good samples of each
   */
  public static ExperimentResult run(Device device, int generatorSteps, long seed) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    Objective usual = Objective.NON_SATURATING;
    List<ExperimentResult.Plot> plots =
        List.of(
            play(device, "in_step", Toys.ring(usual, 5, 1, seed), generatorSteps, numbers),
            play(device, "lagging", Toys.ring(usual, 1, 10, seed), generatorSteps / 10, numbers));
    return new ExperimentResult(numbers, plots);
  }

  private static ExperimentResult.Plot play(
      Device device, String name, Rules rules, int iterations, Map<String, Double> numbers) {
    try (Game game = new Game(device, rules)) {
      game.play(iterations);
      float[] samples = game.sample(SAMPLES);
      Coverage coverage = Coverage.of(samples, rules.target());
      numbers.put("collapse." + name + ".modes", (double) coverage.modes());
      numbers.put("collapse." + name + ".good", coverage.good());
      return plot("collapse-" + name.replace('_', '-'), samples, rules.target());
    }
  }

  /**
   * Samples among the centres of what they should be.
   *
   * @param file the plot's name, without a suffix
   * @param samples [count][2]; not modified
   * @param target in the plane
   * @return the plot
   */
  public static ExperimentResult.Plot plot(String file, float[] samples, Mixture target) {
    double[] centres = new double[2 * target.modes()];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = target.centre(i / 2)[i % 2];
    }
    return new ExperimentResult.Plot(
        file,
        "",
        "",
        true,
        List.of(
            series("G(z)", i -> samples[i], samples.length),
            series("modes", i -> centres[i], centres.length)));
  }

  private static ExperimentResult.Series series(
      String name, IntToDoubleFunction values, int length) {
    double[] x = new double[length / 2];
    double[] y = new double[length / 2];
    for (int i = 0; i < x.length; i++) {
      x[i] = values.applyAsDouble(2 * i);
      y[i] = values.applyAsDouble(2 * i + 1);
    }
    return new ExperimentResult.Series(name, x, y);
  }

  /**
   * What samples make of a mixture.
   *
   * @param modes how many modes are covered
   * @param good share of good samples
   */
  public record Coverage(int modes, double good) {
    /**
     * Counts as Collapse does.
     *
     * @param samples [count][dimension]
     * @param target what they should be
     * @return the counts
     */
    public static Coverage of(float[] samples, Mixture target) {
      int count = samples.length / target.dimension();
      return of(samples, target, GOOD, COVERED * count / target.modes());
    }

    /**
     * Counts.
     *
     * @param samples [count][dimension]
     * @param target what they should be
     * @param within a sample is good within so many standard deviations of a centre
     * @param least a mode is covered that gets at least so many good samples
     * @return the counts
     */
    public static Coverage of(float[] samples, Mixture target, double within, double least) {
      int width = target.dimension();
      int count = samples.length / width;
      int[] hits = new int[target.modes()];
      int good = 0;
      double[] point = new double[width];
      for (int i = 0; i < count; i++) {
        for (int d = 0; d < width; d++) {
          point[d] = samples[i * width + d];
        }
        int mode = target.nearest(point);
        if (target.deviations(mode, point) <= within) {
          hits[mode]++;
          good++;
        }
      }
      int covered = 0;
      for (int hit : hits) {
        covered += hit >= least ? 1 : 0;
      }
      return new Coverage(covered, (double) good / count);
    }
  }
}
