package org.gan4j.theory;

import java.util.Arrays;
import org.gan4j.recipe.Noise;

/**
 * One panel of the paper's Figure 1.
 *
 * @param caption one line
 * @param x where the densities are given
 * @param data p_data
 * @param generated p_g
 * @param discriminator D(x)
 * @param z evenly spread quantiles of the noise, ascending
 * @param images G(z)
 */
public record Snapshot(
    String caption,
    double[] x,
    double[] data,
    double[] generated,
    double[] discriminator,
    double[] z,
    double[] images) {
  private static final int ARROWS = 21;

  /**
   * What the game looks like now.
   *
   * @param game on the line
   * @param caption one line
   * @return the panel
   */
  public static Snapshot of(Game game, String caption) {
    double[] z = quantiles(game.rules().noise());
    float[] noise = new float[z.length];
    for (int i = 0; i < z.length; i++) {
      noise[i] = (float) z[i];
    }
    float[] images = game.generate(noise);
    double[] x = new double[images.length];
    Arrays.setAll(x, i -> images[i]);
    Line line = Toys.LINE;
    return new Snapshot(
        caption,
        line.points(),
        line.density(game.rules().target()),
        line.generated(game),
        line.discriminator(game),
        z,
        x);
  }

  /** Uniform noise in even steps; normal noise where its distribution function has even steps. */
  private static double[] quantiles(Noise noise) {
    double[] z = new double[ARROWS];
    boolean uniform = noise.distribution() == Noise.Distribution.UNIFORM;
    for (int i = 0; i < ARROWS; i++) {
      double share = (i + 0.5) / ARROWS;
      z[i] = noise.scale() * (uniform ? 2 * share - 1 : normalQuantile(share));
    }
    return z;
  }

  /** By steps along the density: fine enough for a picture. */
  private static double normalQuantile(double share) {
    double step = 1e-3;
    double z = -6;
    for (double sum = 0; sum < share; z += step) {
      sum += step * Math.exp(-(z + step / 2) * (z + step / 2) / 2) / Math.sqrt(2 * Math.PI);
    }
    return z;
  }

  /**
   * How far p_g is from p_data.
   *
   * @return their Jensen-Shannon divergence, 0 to log 2
   */
  public double divergence() {
    return Value.divergence(data, generated, x[1] - x[0]);
  }
}
