package org.gan4j.theory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gan4j.device.Device;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Objective;

/** What k does: a discriminator that lags behind, one that keeps up, one that is ahead. */
public final class Balance {
  private static final int MOMENTS = 50;

  private Balance() {}

  /**
   * D's distance from the best discriminator while both learn, at several k.
   *
   * @param device where
   * @param iterations of every game
   * @param seed of all random numbers
   * @return the mean distance over the game, and where p_g ends
   */
  public static ExperimentResult lag(Device device, int iterations, long seed) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    List<ExperimentResult.Series> series = new ArrayList<>();
    series.add(lag(device, "k_1_5", 1, 5, iterations / 5, seed, numbers));
    series.add(lag(device, "k_1", 1, 1, iterations, seed, numbers));
    series.add(lag(device, "k_5", 5, 1, iterations, seed, numbers));
    series.add(lag(device, "k_20", 20, 1, iterations, seed, numbers));
    return new ExperimentResult(
        numbers,
        List.of(new ExperimentResult.Plot("lag", "steps of G", "mean |D - D*|", false, series)));
  }

  private static ExperimentResult.Series lag(
      Device device,
      String name,
      int ofDiscriminator,
      int ofGenerator,
      int iterations,
      long seed,
      Map<String, Double> numbers) {
    Noise noise = Toys.noise(Noise.Distribution.NORMAL, 1);
    Rules rules =
        Toys.line(Toys.MIXTURE, noise, Objective.NON_SATURATING, 1, 1_000_000, seed)
            .steps(ofDiscriminator, ofGenerator);
    Line line = Toys.LINE;
    double[] data = line.density(Toys.MIXTURE);
    double[] when = new double[MOMENTS];
    double[] error = new double[MOMENTS];
    double mean = 0;
    try (Game game = new Game(device, rules)) {
      for (int i = 0; i < MOMENTS; i++) {
        game.play(iterations / MOMENTS);
        double[] generated = line.generated(game);
        double[] best = Value.optimalDiscriminator(data, generated);
        when[i] = (double) (i + 1) * (iterations / MOMENTS) * ofGenerator;
        error[i] =
            Proposition1.meanError(line.discriminator(game), best, data, generated, line.width());
        mean += error[i] / MOMENTS;
      }
      numbers.put("lag." + name + ".mean_error", mean);
      numbers.put(
          "lag." + name + ".divergence",
          Value.divergence(data, line.generated(game), line.width()));
    }
    return new ExperimentResult.Series(
        name.replaceFirst("k_1_5", "k = 1/5").replace("k_", "k = "), when, error);
  }
}
