package org.gan4j.theory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gan4j.device.Device;

/** For a fixed generator the best discriminator is p_data / (p_data + p_g). */
public final class Proposition1 {
  /** Where p_data + p_g is above this, a discriminator sees enough points to be judged. */
  public static final double MASS = 0.05;

  private Proposition1() {}

  /**
   * Trains D against a generator that stands still, and compares.
   *
   * @param device where
   * @param steps of D
   * @param seed of all random numbers
   * @return the largest and the mean error where there is mass, and how much value is left
   */
  public static ExperimentResult run(Device device, int steps, long seed) {
    Line line = Toys.LINE;
    try (Game game = new Game(device, Toys.fixedGaussian(Toys.MIXTURE, steps, seed))) {
      double[] data = line.density(Toys.MIXTURE);
      double[] generated = line.generated(game);
      double[] best = Value.optimalDiscriminator(data, generated);
      game.trainDiscriminator(steps);
      double[] trained = line.discriminator(game);
      Map<String, Double> numbers = new LinkedHashMap<>();
      numbers.put("proposition1.largest_error", largestError(trained, best, data, generated));
      numbers.put(
          "proposition1.mean_error", meanError(trained, best, data, generated, line.width()));
      numbers.put("proposition1.value", Value.of(trained, data, generated, line.width()));
      numbers.put("proposition1.criterion", Value.criterion(data, generated, line.width()));
      double[] x = line.points();
      return new ExperimentResult(
          numbers,
          List.of(
              new ExperimentResult.Plot(
                  "proposition1",
                  "x",
                  "",
                  false,
                  List.of(
                      new ExperimentResult.Series("p_data", x, data),
                      new ExperimentResult.Series("p_g", x, generated),
                      new ExperimentResult.Series("p_data / (p_data + p_g)", x, best),
                      new ExperimentResult.Series("D after training", x, trained)))));
    }
  }

  private static double largestError(double[] d, double[] best, double[] data, double[] generated) {
    double largest = 0;
    for (int i = 0; i < d.length; i++) {
      if (data[i] + generated[i] > MASS) {
        largest = Math.max(largest, Math.abs(d[i] - best[i]));
      }
    }
    return largest;
  }

  /** The mean of |D − D*| over points of which half are data and half generated. */
  static double meanError(
      double[] d, double[] best, double[] data, double[] generated, double width) {
    double sum = 0;
    for (int i = 0; i < d.length; i++) {
      sum += (data[i] + generated[i]) / 2 * Math.abs(d[i] - best[i]);
    }
    return sum * width;
  }
}
