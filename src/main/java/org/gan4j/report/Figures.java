package org.gan4j.report;

import java.awt.image.BufferedImage;
import java.util.List;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.eval.NearestNeighbours;
import org.gan4j.eval.NearestNeighbours.Neighbour;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;

/** The paper's pictures of a generator. Samples are drawn at random and never chosen. */
public final class Figures {
  private static final int COLUMNS = 10;
  private static final int ROWS = 10;
  private static final int UPSCALE = 2;

  private Figures() {}

  /**
   * A page of samples, from the same noise whenever it is made for the same seed. Several replicas
   * share the page, some rows for each, in their order.
   *
   * @param gan whose generators
   * @return ten columns of samples
   */
  public static BufferedImage samples(Gan gan) {
    int replicas = gan.recipe().replicas();
    int rowsEach = Math.max(1, ROWS / replicas);
    int shown = Math.min(replicas, ROWS);
    int count = rowsEach * COLUMNS;
    try (Sampler sampler = new Sampler(gan, count)) {
      float[][] drawn = sampler.drawToHost(gan.recipe().seed(), Sampler.Stream.PICTURES);
      float[] page = new float[shown * count * gan.shape().size()];
      for (int r = 0; r < shown; r++) {
        System.arraycopy(drawn[r], 0, page, r * drawn[r].length, drawn[r].length);
      }
      return grid(gan.shape(), shown * rowsEach, COLUMNS).compose(page);
    }
  }

  /**
   * Samples of the first replica, from noise that the seed decides.
   *
   * @param gan whose generator
   * @param count how many, ≥ 1
   * @param seed another one gives other samples
   * @return about as many rows as columns
   */
  public static BufferedImage samples(Gan gan, int count, long seed) {
    int columns = (int) Math.ceil(Math.sqrt(count));
    int rows = (count + columns - 1) / columns;
    try (Sampler sampler = new Sampler(gan, count)) {
      float[] values = sampler.drawToHost(seed, Sampler.Stream.PICTURES)[0];
      return grid(gan.shape(), rows, columns).compose(values);
    }
  }

  /**
   * Figure 2 of the paper: samples of the first replica, and in the last column, set apart, the
   * training example nearest to the sample beside it, which shows whether the model has memorised.
   *
   * @param gan whose first generator
   * @param data whose training set is searched
   * @param rows of the picture, ≥ 1
   * @param columns of samples, ≥ 1
   * @return the picture
   */
  public static BufferedImage figure2(Gan gan, DataSet data, int rows, int columns) {
    int width = gan.shape().size();
    float[] page = new float[rows * (columns + 1) * width];
    try (Sampler sampler = new Sampler(gan, rows * columns)) {
      float[] samples = sampler.drawToHost(gan.recipe().seed(), Sampler.Stream.PICTURES)[0];
      List<Neighbour> neighbours = NearestNeighbours.inTrainingSet(gan, data, samples);
      for (int row = 0; row < rows; row++) {
        int first = row * columns * width;
        int start = row * (columns + 1) * width;
        System.arraycopy(samples, first, page, start, columns * width);
        int nearest = neighbours.get((row + 1) * columns - 1).index();
        float[] example = data.scaling().values(data.train(), nearest);
        System.arraycopy(example, 0, page, start + columns * width, width);
      }
    }
    return grid(gan.shape(), rows, columns + 1).withSeparator().compose(page);
  }

  /**
   * Figure 3 of the paper: each row walks along a straight line between two points of z.
   *
   * @param gan whose first generator
   * @param rows lines, ≥ 1
   * @param columns steps of a line, both ends included, ≥ 2
   * @param seed decides the ends
   * @return the picture
   */
  public static BufferedImage interpolation(Gan gan, int rows, int columns, long seed) {
    int size = gan.recipe().noise().size();
    float[] ends = gan.recipe().noise().draw(2 * rows, seed);
    float[] z = new float[rows * columns * size];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        float t = (float) column / (columns - 1);
        for (int i = 0; i < size; i++) {
          float from = ends[2 * row * size + i];
          float to = ends[(2 * row + 1) * size + i];
          z[(row * columns + column) * size + i] = (1 - t) * from + t * to;
        }
      }
    }
    try (Sampler sampler = new Sampler(gan, rows * columns)) {
      return grid(gan.shape(), rows, columns).compose(sampler.generateToHost(z)[0]);
    }
  }

  private static ImageGrid grid(ImageShape shape, int rows, int columns) {
    return new ImageGrid(shape, rows, columns).withUpscale(UPSCALE);
  }
}
