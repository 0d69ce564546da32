package org.gan4j.theory;

import java.util.Arrays;
import org.gan4j.recipe.Noise;

/** Cells of equal width on a piece of the line, and densities as one value per cell. */
public final class Line {
  /** Values of z whose images describe p_g. */
  private static final int NOISE_POINTS = 8001;

  /** Normal noise is followed up to this many standard deviations. */
  private static final double NORMAL_REACH = 8;

  private final double low;
  private final double width;
  private final int cells;

  /**
   * Cuts an interval into cells.
   *
   * @param low its lower end
   * @param high its upper end
   * @param cells how many, ≥ 1
   */
  public Line(double low, double high, int cells) {
    this.low = low;
    this.width = (high - low) / cells;
    this.cells = cells;
  }

  /**
   * The width of a cell.
   *
   * @return &gt; 0
   */
  public double width() {
    return width;
  }

  /**
   * The middles of the cells.
   *
   * @return [cells]
   */
  public double[] points() {
    double[] x = new double[cells];
    Arrays.setAll(x, i -> low + (i + 0.5) * width);
    return x;
  }

  /**
   * The density of a known distribution.
   *
   * @param mixture on the line
   * @return p at the middle of every cell
   */
  public double[] density(Mixture mixture) {
    return Arrays.stream(points()).map(mixture::density).toArray();
  }

  /**
   * D as it stands.
   *
   * @param game on the line
   * @return D at the middle of every cell
   */
  public double[] discriminator(Game game) {
    return game.discriminate(floats(points()));
  }

  /**
   * p_g, without sampling: z goes in fine steps through its range, and the mass of each step is
   * spread over the interval that G maps it to. Mass outside of the cells is left out.
   *
   * @param game on the line, with z of one element
   * @return the mean of p_g over every cell
   */
  public double[] generated(Game game) {
    double[] z = noisePoints(game.rules().noise());
    float[] x = game.generate(floats(z));
    double[] density = new double[cells];
    double total = 0;
    for (int i = 0; i + 1 < x.length; i++) {
      double mass = noiseDensity(game.rules().noise(), (z[i] + z[i + 1]) / 2);
      total += mass;
      spread(density, Math.min(x[i], x[i + 1]), Math.max(x[i], x[i + 1]), mass);
    }
    double scale = 1 / (total * width);
    Arrays.setAll(density, i -> density[i] * scale);
    return density;
  }

  /** Evenly over z's range. */
  private static double[] noisePoints(Noise noise) {
    boolean uniform = noise.distribution() == Noise.Distribution.UNIFORM;
    double reach = noise.scale() * (uniform ? 1 : NORMAL_REACH);
    double[] z = new double[NOISE_POINTS];
    Arrays.setAll(z, i -> reach * (2.0 * i / (NOISE_POINTS - 1) - 1));
    return z;
  }

  /** Up to a factor. */
  private static double noiseDensity(Noise noise, double z) {
    boolean uniform = noise.distribution() == Noise.Distribution.UNIFORM;
    return uniform ? 1 : Math.exp(-z * z / (2 * noise.scale() * noise.scale()));
  }

  private void spread(double[] density, double from, double to, double mass) {
    int first = (int) Math.floor((from - low) / width);
    int last = (int) Math.floor((to - low) / width);
    for (int cell = Math.max(first, 0); cell <= Math.min(last, cells - 1); cell++) {
      double begin = Math.max(from, low + cell * width);
      double end = Math.min(to, low + (cell + 1) * width);
      density[cell] += first == last ? mass : mass * Math.max(0, end - begin) / (to - from);
    }
  }

  private static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }
}
