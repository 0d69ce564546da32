package org.gan4j.report;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.eval.NearestNeighbours;
import org.gan4j.eval.NearestNeighbours.Neighbour;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Generator;
import org.gan4j.gan.Sampler;

/**
 * The paper's pictures of a generator. Samples are drawn at random and never chosen.
 *
 * <p>What a generator that ends in sigmoids gives is shown as it is: 0 is black and 1 is white. Any
 * other has no fixed range, such as one for contrast-normalised data. Then each image is scaled by
 * its own range, as the viewer of the released code does: divided by its largest absolute value m,
 * so that −m is black, 0 is the middle grey and m is white or full colour, in 8 bits.
 *
 * <p>In pictures of a conditional generator each row has one condition: of classes the first row
 * shows class 0, the second class 1, and so on, and then class 0 again.
 */
public final class Figures {
  private static final int COLUMNS = 10;
  private static final int ROWS = 10;
  private static final int UPSCALE = 2;

  /**
   * Figure 2.
   *
   * @param picture samples, and in the last column the neighbours
   * @param nearest the training example nearest to the last sample of each row
   */
  public record Panel(BufferedImage picture, List<Neighbour> nearest) {
    public Panel {
      nearest = List.copyOf(nearest);
    }
  }

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
    try (Sampler sampler = new Sampler(gan, count, byRows(gan, rowsEach, COLUMNS))) {
      float[][] drawn = sampler.drawToHost(gan.recipe().seed(), Sampler.Stream.PICTURES);
      float[] page = new float[shown * count * gan.shape().size()];
      for (int r = 0; r < shown; r++) {
        System.arraycopy(drawn[r], 0, page, r * drawn[r].length, drawn[r].length);
      }
      return grid(gan.shape(), shown * rowsEach, COLUMNS).compose(shown(gan, page));
    }
  }

  /**
   * Samples of the first replica, from noise that the seed decides; of a conditional generator for
   * the training set's conditions, as often as they occur there.
   *
   * @param gan whose generator
   * @param count how many, ≥ 1
   * @param seed another one gives other samples
   * @return about as many rows as columns
   */
  public static BufferedImage samples(Gan gan, int count, long seed) {
    return square(gan, count, seed, null);
  }

  /**
   * The same for one condition.
   *
   * @param gan whose generator; conditional
   * @param count how many, ≥ 1
   * @param seed another one gives other samples
   * @param condition which of {@link Gan#conditions}, from 0: the class, if they are classes
   * @return about as many rows as columns
   * @throws IllegalArgumentException if there is no such condition
   */
  public static BufferedImage samples(Gan gan, int count, long seed, int condition) {
    return square(gan, count, seed, gan.conditions().only(condition, count));
  }

  private static BufferedImage square(Gan gan, int count, long seed, float[] conditionsOrNull) {
    try (Sampler sampler = new Sampler(gan, count, conditionsOrNull)) {
      return square(gan, sampler.drawToHost(seed, Sampler.Stream.PICTURES)[0]);
    }
  }

  /**
   * Samples that are there.
   *
   * @param gan whose kind of images they are
   * @param values [any number ≥ 1][width], as the networks see them; not modified
   * @return about as many rows as columns
   */
  public static BufferedImage square(Gan gan, float[] values) {
    return square(gan.shape(), values.length / gan.shape().size()).compose(shown(gan, values));
  }

  private static ImageGrid square(ImageShape shape, int count) {
    int columns = (int) Math.ceil(Math.sqrt(count));
    return grid(shape, (count + columns - 1) / columns, columns);
  }

  /**
   * Samples of a generator for use.
   *
   * @param generator of pictures
   * @param count how many, ≥ 1
   * @param seed decides them: they are those of {@link Generator#sample(int, long)}
   * @return about as many rows as columns
   */
  public static BufferedImage samples(Generator generator, int count, long seed) {
    ImageShape shape = generator.shape();
    float[] values = generator.sample(count, seed);
    boolean unit = generator.endsInSigmoids();
    return square(shape, count).compose(unit ? values : ownRange(values, shape.size()));
  }

  /**
   * Samples of the first replica, a row for each condition.
   *
   * @param gan whose generator; conditional
   * @param columns samples of each, ≥ 1
   * @param seed another one gives other samples
   * @return as many rows as there are conditions
   */
  public static BufferedImage conditions(Gan gan, int columns, long seed) {
    int rows = gan.conditions().count();
    try (Sampler sampler = new Sampler(gan, rows * columns, byRows(gan, rows, columns))) {
      float[] values = sampler.drawToHost(seed, Sampler.Stream.PICTURES)[0];
      return grid(gan.shape(), rows, columns).compose(shown(gan, values));
    }
  }

  /**
   * The same for conditions of one's own.
   *
   * @param gan whose generator; conditional
   * @param wanted [rows][width of the condition]; not modified
   * @param columns samples of each, ≥ 1
   * @param seed another one gives other samples
   * @return a row for each
   * @throws IllegalArgumentException if they are not whole, or not finite
   */
  public static BufferedImage conditions(Gan gan, float[] wanted, int columns, long seed) {
    int width = gan.conditions().width();
    int rows = wanted.length / width;
    float[] all = new float[rows * columns * width];
    for (int i = 0; i < rows * columns; i++) {
      System.arraycopy(wanted, i / columns * width, all, i * width, width);
    }
    try (Sampler sampler = new Sampler(gan, rows * columns, all)) {
      float[] values = sampler.drawToHost(seed, Sampler.Stream.PICTURES)[0];
      return grid(gan.shape(), rows, columns).compose(shown(gan, values));
    }
  }

  /** [rows · columns][width]: one condition for each row; null without any. */
  private static float[] byRows(Gan gan, int rows, int columns) {
    if (!gan.isConditional()) {
      return null;
    }
    int width = gan.conditions().width();
    float[] values = new float[rows * columns * width];
    for (int row = 0; row < rows; row++) {
      float[] same = gan.conditions().only(row % gan.conditions().count(), columns);
      System.arraycopy(same, 0, values, row * same.length, same.length);
    }
    return values;
  }

  /**
   * Figure 2 of the paper: samples of the first replica, and in the last column, set apart, the
   * training example nearest to the sample beside it, which shows whether the model has memorised.
   *
   * @param gan whose first generator
   * @param data whose training set is searched
   * @param rows of the picture, ≥ 1
   * @param columns of samples, ≥ 1
   * @return the picture and the neighbours in it
   */
  public static Panel figure2(Gan gan, DataSet data, int rows, int columns) {
    int width = gan.shape().size();
    float[] page = new float[rows * (columns + 1) * width];
    List<Neighbour> shown = new ArrayList<>();
    try (Sampler sampler = new Sampler(gan, rows * columns, byRows(gan, rows, columns))) {
      float[] samples = sampler.drawToHost(gan.recipe().seed(), Sampler.Stream.PICTURES)[0];
      List<Neighbour> neighbours = NearestNeighbours.inTrainingSet(gan, data, samples);
      for (int row = 0; row < rows; row++) {
        int first = row * columns * width;
        int start = row * (columns + 1) * width;
        System.arraycopy(samples, first, page, start, columns * width);
        Neighbour nearest = neighbours.get((row + 1) * columns - 1);
        shown.add(nearest);
        float[] example = data.scaling().values(data.train(), nearest.index());
        System.arraycopy(example, 0, page, start + columns * width, width);
      }
    }
    ImageGrid grid = grid(gan.shape(), rows, columns + 1).withSeparator();
    return new Panel(grid.compose(shown(gan, page)), shown);
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
    float[] z = between(gan, gan.recipe().noise().ofSamples().draw(2 * rows, seed), columns);
    try (Sampler sampler = new Sampler(gan, rows * columns, byRows(gan, rows, columns))) {
      float[] values = sampler.generateToHost(z)[0];
      return grid(gan.shape(), rows, columns).compose(shown(gan, values));
    }
  }

  /** [rows · columns][size]: lines between two ends each, [2 · rows][size]. */
  private static float[] between(Gan gan, float[] ends, int columns) {
    int size = gan.recipe().noise().size();
    int rows = ends.length / size / 2;
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
    return z;
  }

  /**
   * A walk between two images: the first, what the first replica makes of the straight line between
   * their codes, the second.
   *
   * @param gan whose first generator
   * @param images [2][width], as the networks see them; not modified
   * @param codes [2][size of z], what an encoder made of them; not modified
   * @param steps of the line, both ends included, ≥ 2
   * @return one row
   */
  public static BufferedImage walk(Gan gan, float[] images, float[] codes, int steps) {
    int width = gan.shape().size();
    float[] cells = new float[(steps + 2) * width];
    System.arraycopy(images, 0, cells, 0, width);
    System.arraycopy(images, width, cells, (steps + 1) * width, width);
    try (Sampler sampler = new Sampler(gan, steps)) {
      float[] made = sampler.generateToHost(between(gan, codes, steps))[0];
      System.arraycopy(made, 0, cells, width, made.length);
    }
    return grid(gan.shape(), 1, steps + 2).compose(shown(gan, cells));
  }

  /**
   * Images beside each other, a row for each.
   *
   * @param gan whose kind of images they are
   * @param columns each [rows][width], as the networks see them; not modified
   * @return the picture
   */
  public static BufferedImage beside(Gan gan, List<float[]> columns) {
    int width = gan.shape().size();
    int rows = columns.get(0).length / width;
    float[] cells = new float[rows * columns.size() * width];
    for (int column = 0; column < columns.size(); column++) {
      for (int row = 0; row < rows; row++) {
        int at = (row * columns.size() + column) * width;
        System.arraycopy(columns.get(column), row * width, cells, at, width);
      }
    }
    return grid(gan.shape(), rows, columns.size()).compose(shown(gan, cells));
  }

  /** Values between 0 and 1. */
  private static float[] shown(Gan gan, float[] values) {
    return gan.endsInSigmoids() ? values : ownRange(values, gan.shape().size());
  }

  /**
   * Scales each image by its own range.
   *
   * @param values image after image; not modified
   * @param size values of an image
   * @return ½ + ½·value/m, with m the largest absolute value of the image; ½ for an image of zeros
   */
  static float[] ownRange(float[] values, int size) {
    float[] scaled = new float[values.length];
    for (int first = 0; first < values.length; first += size) {
      float largest = 0;
      for (int i = first; i < first + size; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
      for (int i = first; i < first + size; i++) {
        scaled[i] = largest == 0 ? 0.5f : 0.5f + 0.5f * values[i] / largest;
      }
    }
    return scaled;
  }

  private static ImageGrid grid(ImageShape shape, int rows, int columns) {
    return new ImageGrid(shape, rows, columns).withUpscale(UPSCALE);
  }
}
