package org.gan4j.report;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.gan4j.data.ImageShape;

/**
 * Lays images out in rows and columns on white, filling row after row. Cells that get no image stay
 * white.
 *
 * @param shape the shape of every image
 * @param rows rows of cells, 1 or more
 * @param columns columns of cells, 1 or more
 * @param padding white pixels between cells and around them, 0 or more; not enlarged
 * @param upscale how many pixels wide and high a pixel of an image becomes, 1 or more
 * @param separator whether a black line, with padding on both sides, sets the last column apart
 */
public record ImageGrid(
    ImageShape shape, int rows, int columns, int padding, int upscale, boolean separator) {
  /** The padding unless told otherwise, in pixels. */
  public static final int DEFAULT_PADDING = 2;

  /** The width of the separator, in pixels. */
  public static final int SEPARATOR_WIDTH = 2;

  private static final int WHITE = 255;
  private static final int BLACK = 0;

  /** What one array of the JVM holds. */
  private static final int MAX_VALUES = Integer.MAX_VALUE - 8;

  public ImageGrid {
    if (shape == null) {
      throw new IllegalArgumentException("a grid needs the shape of its images");
    }
    if (!shape.isPicture()) {
      throw new IllegalArgumentException(
          "a picture has 1 or 3 channels, and images of " + shape + " can't be shown");
    }
    requireAtLeast(1, rows, "rows");
    requireAtLeast(1, columns, "columns");
    requireAtLeast(0, padding, "padding");
    requireAtLeast(1, upscale, "upscale");
    if (separator && columns < 2) {
      throw new IllegalArgumentException("a separator needs 2 columns or more, there is 1");
    }
    double width = extent(columns, shape.width(), padding, upscale, separator);
    double height = extent(rows, shape.height(), padding, upscale, false);
    if (width * height * shape.channels() > MAX_VALUES) {
      throw new IllegalArgumentException(
          "a grid of %.0f x %.0f pixels is too large, use fewer cells or a smaller upscale"
              .formatted(width, height));
    }
  }

  /**
   * A grid with the default padding, at the images' own size, without separator.
   *
   * @param shape the shape of every image
   * @param rows rows of cells, 1 or more
   * @param columns columns of cells, 1 or more
   */
  public ImageGrid(ImageShape shape, int rows, int columns) {
    this(shape, rows, columns, DEFAULT_PADDING, 1, false);
  }

  /**
   * The same grid with another padding.
   *
   * @param pixels white pixels between cells and around them, 0 or more
   * @return the new grid
   */
  public ImageGrid withPadding(int pixels) {
    return new ImageGrid(shape, rows, columns, pixels, upscale, separator);
  }

  /**
   * The same grid with larger images.
   *
   * @param factor how many pixels wide and high a pixel of an image becomes, 1 or more
   * @return the new grid
   */
  public ImageGrid withUpscale(int factor) {
    return new ImageGrid(shape, rows, columns, padding, factor, separator);
  }

  /**
   * The same grid with its last column set apart.
   *
   * @return the new grid
   */
  public ImageGrid withSeparator() {
    return new ImageGrid(shape, rows, columns, padding, upscale, true);
  }

  /**
   * The width of the picture.
   *
   * @return pixels
   */
  public int width() {
    return (int) extent(columns, shape.width(), padding, upscale, separator);
  }

  /**
   * The height of the picture.
   *
   * @return pixels
   */
  public int height() {
    return (int) extent(rows, shape.height(), padding, upscale, false);
  }

  /**
   * Composes images whose values are in [0, 1]: 0 is black, 1 is white or full colour; values
   * outside are clamped.
   *
   * @param values image after image, each laid out as {@link ImageShape} says; at most rows ·
   *     columns images; not modified
   * @return an 8-bit grey or RGB picture
   * @throws IllegalArgumentException if that is not a whole number of images that fit, or one of
   *     them holds NaN
   */
  public BufferedImage compose(float[] values) {
    return compose(values, 0, 1);
  }

  /**
   * Composes images whose values are in a given range: {@code low} becomes 0 and {@code high} 255,
   * linearly and rounded to nearest; values outside are clamped.
   *
   * @param values image after image, each laid out as {@link ImageShape} says; at most rows ·
   *     columns images; not modified
   * @param low the value of black
   * @param high the value of white or full colour, above {@code low}
   * @return an 8-bit grey or RGB picture
   * @throws IllegalArgumentException if that is not a whole number of images that fit, one of them
   *     holds NaN, or the range is empty or not finite
   */
  public BufferedImage compose(float[] values, float low, float high) {
    if (!(low < high) || Float.isInfinite(low) || Float.isInfinite(high)) {
      throw new IllegalArgumentException(
          "values can't be mapped from the range " + low + " to " + high);
    }
    requireNumbers(values);
    // In double: high - low of two floats can't overflow.
    double scale = 255 / ((double) high - low);
    return paint(
        values.length,
        i -> (int) Math.round(Math.max(0, Math.min(255, (values[i] - (double) low) * scale))));
  }

  /**
   * Composes images of unsigned bytes: 0 is black, 255 is white or full colour.
   *
   * @param values image after image, each laid out as {@link ImageShape} says; at most rows ·
   *     columns images; not modified
   * @return an 8-bit grey or RGB picture
   * @throws IllegalArgumentException if that is not a whole number of images that fit
   */
  public BufferedImage compose(byte[] values) {
    return paint(values.length, i -> Byte.toUnsignedInt(values[i]));
  }

  private BufferedImage paint(int values, IntUnaryOperator level) {
    if (values % shape.size() != 0 || values / shape.size() > (long) rows * columns) {
      throw new IllegalArgumentException(
          "%d values are not 0 to %d images of %s".formatted(values, (long) rows * columns, shape));
    }
    boolean grey = shape.channels() == 1;
    BufferedImage picture =
        new BufferedImage(
            width(), height(), grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    // Through the raster: BufferedImage.setRGB would convert grey levels between colour spaces.
    WritableRaster raster = picture.getRaster();
    fill(raster, 0, width(), WHITE);
    if (separator) {
      int cellEnd = left(columns - 1) - padding;
      fill(raster, cellEnd - SEPARATOR_WIDTH, SEPARATOR_WIDTH, BLACK);
    }
    for (int image = 0; image < values / shape.size(); image++) {
      paintImage(raster, image, level);
    }
    return picture;
  }

  private void paintImage(WritableRaster raster, int image, IntUnaryOperator level) {
    int left = left(image % columns);
    int top = padding + image / columns * (shape.height() * upscale + padding);
    int[] square = new int[upscale * upscale];
    int value = image * shape.size();
    for (int band = 0; band < shape.channels(); band++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          Arrays.fill(square, level.applyAsInt(value++));
          raster.setSamples(left + x * upscale, top + y * upscale, upscale, upscale, band, square);
        }
      }
    }
  }

  /** The first pixel column of a column of cells. */
  private int left(int column) {
    int shift = separator && column == columns - 1 ? SEPARATOR_WIDTH + padding : 0;
    return padding + column * (shape.width() * upscale + padding) + shift;
  }

  private static void fill(WritableRaster raster, int left, int width, int level) {
    int[] column = new int[raster.getHeight()];
    Arrays.fill(column, level);
    for (int band = 0; band < raster.getNumBands(); band++) {
      for (int x = left; x < left + width; x++) {
        raster.setSamples(x, 0, 1, column.length, band, column);
      }
    }
  }

  private void requireNumbers(float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (Float.isNaN(values[i])) {
        int inImage = i % shape.size();
        throw new IllegalArgumentException(
            "image %d (counted from 0) is NaN at channel %d, row %d, column %d; "
                    .formatted(
                        i / shape.size(),
                        inImage / (shape.height() * shape.width()),
                        inImage / shape.width() % shape.height(),
                        inImage % shape.width())
                + "NaN can't be shown, check what made the image");
      }
    }
  }

  private static void requireAtLeast(int least, int value, String what) {
    if (value < least) {
      throw new IllegalArgumentException(
          "the " + what + " of a grid can't be " + value + ", use " + least + " or more");
    }
  }

  private static double extent(int cells, int pixels, int padding, int upscale, boolean separator) {
    return padding
        + cells * ((double) pixels * upscale + padding)
        + (separator ? SEPARATOR_WIDTH + (double) padding : 0);
  }
}
