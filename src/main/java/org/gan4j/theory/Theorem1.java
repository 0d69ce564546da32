package org.gan4j.theory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.gan4j.device.Device;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Objective;

/** C(G) = −log 4 + 2·JSD(p_data ‖ p_g), smallest where p_g = p_data. */
public final class Theorem1 {
  /** Between two normal distributions of variance 1. */
  private static final double LARGEST_SHIFT = 5;

  private static final int SHIFTS = 51;
  private static final int MOMENTS = 60;

  private Theorem1() {}

  /**
   * Integrates both sides of the equation, and plays a game to see where its value goes.
   *
   * @param device where
   * @param iterations of the game
   * @param seed of all random numbers
   * @return the largest difference of the two sides; C(G) before and after training
   */
  public static ExperimentResult run(Device device, int iterations, long seed) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    return new ExperimentResult(
        numbers, List.of(integrate(numbers), train(device, iterations, seed, numbers)));
  }

  private static ExperimentResult.Plot integrate(Map<String, Double> numbers) {
    Line line = new Line(-12, 12, 4800);
    double[] shifts = new double[SHIFTS];
    double[] left = new double[SHIFTS];
    double[] right = new double[SHIFTS];
    double difference = 0;
    for (int i = 0; i < SHIFTS; i++) {
      shifts[i] = LARGEST_SHIFT * i / (SHIFTS - 1);
      double[] data = line.density(Mixture.line(1, -shifts[i] / 2));
      double[] generated = line.density(Mixture.line(1, shifts[i] / 2));
      left[i] = Value.criterion(data, generated, line.width());
      right[i] = Value.MINIMUM + 2 * Value.divergence(data, generated, line.width());
      difference = Math.max(difference, Math.abs(left[i] - right[i]));
    }
    numbers.put("theorem1.largest_difference", difference);
    numbers.put("theorem1.criterion_at_equality", left[0]);
    numbers.put("theorem1.criterion_far_apart", left[SHIFTS - 1]);
    return new ExperimentResult.Plot(
        "theorem1-integral",
        "distance of the means of p_data and p_g",
        "",
        false,
        List.of(
            new ExperimentResult.Series("V at D*", shifts, left),
            new ExperimentResult.Series("-log 4 + 2 JSD", shifts, right)));
  }

  private static ExperimentResult.Plot train(
      Device device, int iterations, long seed, Map<String, Double> numbers) {
    Noise noise = Toys.noise(Noise.Distribution.NORMAL, 1);
    Rules rules = Toys.line(Toys.GAUSSIAN, noise, Objective.NON_SATURATING, 5, iterations, seed);
    Line line = Toys.LINE;
    double[] data = line.density(Toys.GAUSSIAN);
    double[] when = IntStream.rangeClosed(0, MOMENTS).mapToDouble(i -> i).toArray();
    double[] criterion = new double[when.length];
    double[] minimum = new double[when.length];
    try (Game game = new Game(device, rules)) {
      int done = 0;
      for (int i = 0; i <= MOMENTS; i++) {
        // Much happens early on: the moments lie closer there.
        int until = (int) Math.round(iterations * Math.pow((double) i / MOMENTS, 2));
        game.play(until - done);
        done = until;
        when[i] = done;
        criterion[i] = Value.criterion(data, line.generated(game), line.width());
        minimum[i] = Value.MINIMUM;
      }
    }
    numbers.put("theorem1.minimum", Value.MINIMUM);
    numbers.put("theorem1.criterion_before_training", criterion[0]);
    numbers.put("theorem1.criterion_after_training", criterion[MOMENTS]);
    return new ExperimentResult.Plot(
        "theorem1-training",
        "iterations",
        "",
        false,
        List.of(
            new ExperimentResult.Series("C(G)", when, criterion),
            new ExperimentResult.Series("-log 4", when, minimum)));
  }
}
