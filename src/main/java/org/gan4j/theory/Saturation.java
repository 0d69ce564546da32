package org.gan4j.theory;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gan4j.device.Device;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Objective;

/** log(1 − D) saturates: as D gets sure of itself, its gradient leaves G with nothing to follow. */
public final class Saturation {
  private static final int MOMENTS = 60;

  /** Data that nothing generated comes near. */
  private static final Mixture FAR = Mixture.line(0.5, 3);

  private Saturation() {}

  /**
   * Trains D alone and measures on the way how strongly it would move G; then lets G learn from a D
   * that is so far ahead.
   *
   * @param device where
   * @param steps of D alone
   * @param iterations of both together, at most
   * @param seed of all random numbers
   * @return gradient norms of both objectives before and after, and how many iterations either
   *     takes to halve the divergence of p_g from p_data
   */
  public static ExperimentResult run(Device device, int steps, int iterations, long seed) {
    Rules rules = rules(Objective.NON_SATURATING, seed);
    double[] when = new double[MOMENTS + 1];
    double[] minimax = new double[when.length];
    double[] other = new double[when.length];
    double[] certainty = new double[when.length];
    try (Game game = new Game(device, rules)) {
      for (int i = 0; i <= MOMENTS; i++) {
        when[i] = Math.round((double) steps * i / MOMENTS);
        game.trainDiscriminator(i == 0 ? 0 : (int) (when[i] - when[i - 1]));
        minimax[i] = game.gradientNorm(Objective.MINIMAX);
        other[i] = game.gradientNorm(Objective.NON_SATURATING);
        certainty[i] = Arrays.stream(game.discriminate(game.sample(512))).average().orElseThrow();
      }
    }
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (int i : new int[] {0, MOMENTS}) {
      String name = i == 0 ? "_at_first" : "_at_last";
      numbers.put("saturation.d_of_generated" + name, certainty[i]);
      numbers.put("saturation.minimax" + name, minimax[i]);
      numbers.put("saturation.non_saturating" + name, other[i]);
    }
    for (Objective objective : Objective.OF_LOGITS) {
      String name = objective == Objective.MINIMAX ? "minimax" : "non_saturating";
      numbers.put(
          "saturation." + name + "_escape",
          escape(device, rules(objective, seed), steps, iterations));
    }
    return new ExperimentResult(
        numbers,
        List.of(
            new ExperimentResult.Plot(
                "saturation",
                "steps of D",
                "log10",
                false,
                List.of(
                    new ExperimentResult.Series(
                        "gradient of log(1 - D)", when, logarithms(minimax)),
                    new ExperimentResult.Series("gradient of -log D", when, logarithms(other)),
                    new ExperimentResult.Series("mean D(G(z))", when, logarithms(certainty))))));
  }

  private static Rules rules(Objective objective, long seed) {
    Noise noise = Toys.noise(Noise.Distribution.NORMAL, 1);
    return Toys.line(FAR, noise, objective, 1, 1_000_000, seed).steps(5, 1);
  }

  /** Iterations until p_g has come half of the way to p_data, at most the limit. */
  private static double escape(Device device, Rules rules, int steps, int limit) {
    double[] data = Toys.LINE.density(FAR);
    try (Game game = new Game(device, rules)) {
      game.trainDiscriminator(steps);
      int done = 0;
      while (done < limit
          && Value.divergence(data, Toys.LINE.generated(game), Toys.LINE.width())
              > Math.log(2) / 2) {
        game.play(1);
        done++;
      }
      return done;
    }
  }

  private static double[] logarithms(double[] values) {
    return Arrays.stream(values).map(Math::log10).toArray();
  }
}
