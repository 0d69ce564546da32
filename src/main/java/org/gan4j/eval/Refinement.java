package org.gan4j.eval;

import java.util.Arrays;
import org.gan4j.gan.Gan;

/**
 * Makes z that an encoder inferred better: gradient steps on ½‖x − G(z)‖² with respect to u, of
 * which z is a function ({@link LatentSpace}), so that z stays where it can be drawn. The steps are
 * Adam's.
 */
final class Refinement {
  /** Images at a time. */
  private static final int BLOCK = 100;

  private static final double RATE = 0.05;
  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final GeneratorDistance distance;
  private final LatentSpace space;

  private Refinement(GeneratorDistance distance) {
    this.distance = distance;
    this.space = distance.space();
  }

  /**
   * Refines codes of the first replica.
   *
   * @param examples [count][width]; not modified
   * @param codes [count][size], where to begin; not modified
   * @param steps ≥ 1
   * @return [count][size]
   */
  static float[] refine(Gan gan, float[] examples, float[] codes, int steps) {
    LatentSpace space = new LatentSpace(gan.recipe().noise());
    int width = gan.shape().size();
    int size = space.size();
    int count = codes.length / size;
    int rows = Math.min(BLOCK, count);
    float[] refined = new float[codes.length];
    try (GeneratorDistance distance =
        new GeneratorDistance(gan.device(), gan.generatorForUse(), space, rows, 1)) {
      Refinement refinement = new Refinement(distance);
      for (int first = 0; first < count; first += rows) {
        // The last block goes back to where it is whole.
        int from = Math.min(first, count - rows);
        float[] x = Arrays.copyOfRange(examples, from * width, (from + rows) * width);
        float[] z = Arrays.copyOfRange(codes, from * size, (from + rows) * size);
        System.arraycopy(refinement.block(x, z, steps), 0, refined, from * size, rows * size);
      }
    }
    return refined;
  }

  private float[] block(float[] x, float[] z, int steps) {
    int replicas = distance.replicas();
    double[] u = new double[z.length];
    for (int i = 0; i < u.length; i++) {
      u[i] = space.position(z[i]);
    }
    // The other replicas' generators work too, and nobody reads what they say.
    double[][] all = new double[replicas][];
    Arrays.fill(all, u);
    double[][] half = new double[replicas][distance.rows()];
    double[][] slope = new double[replicas][u.length];
    for (int r = 0; r < replicas; r++) {
      distance.examples(r, x);
    }
    double[] mean = new double[u.length];
    double[] square = new double[u.length];
    for (int step = 1; step <= steps; step++) {
      distance.evaluate(all, half, slope);
      double ofMean = 1 - Math.pow(BETA_1, step);
      double ofSquare = 1 - Math.pow(BETA_2, step);
      for (int i = 0; i < u.length; i++) {
        double g = slope[0][i];
        mean[i] = BETA_1 * mean[i] + (1 - BETA_1) * g;
        square[i] = BETA_2 * square[i] + (1 - BETA_2) * g * g;
        u[i] -= RATE * (mean[i] / ofMean) / (Math.sqrt(square[i] / ofSquare) + EPSILON);
      }
    }
    float[] refined = new float[z.length];
    for (int i = 0; i < z.length; i++) {
      refined[i] = (float) space.noise(u[i]);
    }
    return refined;
  }
}
