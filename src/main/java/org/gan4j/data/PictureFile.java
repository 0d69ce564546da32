package org.gan4j.data;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import org.gan4j.io.FileErrors;

/**
 * Reads one picture as an image of a given shape: upright, in sRGB or grey, the largest part around
 * the middle that has the shape's proportions, scaled.
 *
 * <p>It holds no more than {@link #BUDGET} pixels at a time: of a larger part every second row and
 * column is read, or every third, and so on, but never fewer than the shape has.
 */
final class PictureFile {
  /** Pixels of the part that is decoded, 64 MiB at four bytes each. */
  static final int BUDGET = 1 << 24;

  /** A larger one is taken for an attack or a mistake. */
  static final long MOST_PIXELS = 100_000_000;

  private static final int LUMA = -1;

  /** Begin the warnings of ImageIO's JPEG reader that leave the pixels as they are. */
  private static final List<String> HARMLESS =
      List.of("Unknown Adobe color transform", "Warning: unknown JFIF revision");

  private static final String PROFILE_IGNORED = "Embedded color profile";

  /** Their readers warn of entries of which they make nothing. */
  private static final Set<String> TALKATIVE = Set.of("tif");

  private final FileImageInput in;
  private final ImageShape shape;
  private final PictureHeader header;
  private final List<String> warnings = new ArrayList<>();
  private boolean brokenProfile;
  private boolean exactly;

  private PictureFile(FileImageInput in, ImageShape shape) throws IOException {
    this.in = in;
    this.shape = shape;
    header = PictureHeader.read(in);
    brokenProfile = header.profile().broken();
  }

  /**
   * Reads a file.
   *
   * @param shape of the image
   * @param notes hears what is odd but no reason to leave the picture out
   * @return [channels, height, width] unsigned bytes
   * @throws IOException if it is no picture, or one that is damaged or of a kind that is not read
   */
  static byte[] read(Path file, ImageShape shape, Consumer<String> notes) throws IOException {
    try (FileImageInput in = new FileImageInput(file)) {
      PictureFile picture = new PictureFile(in, shape);
      byte[] image = picture.read();
      if (picture.brokenProfile) {
        notes.accept("its colour profile can't be used: taken as sRGB");
      }
      return image;
    }
  }

  /**
   * Reads a file whose pixels are wanted as they are, not scaled.
   *
   * @return [channels, height, width] unsigned bytes
   * @throws DataException if it is no picture of exactly that size
   */
  static byte[] readExactly(Path file, ImageShape shape) {
    try (FileImageInput in = new FileImageInput(file)) {
      PictureFile picture = new PictureFile(in, shape);
      picture.exactly = true;
      return picture.read();
    } catch (IOException e) {
      throw new DataException(file + ": " + FileErrors.reason(e), e);
    } catch (RuntimeException | OutOfMemoryError e) {
      // ImageIO throws exceptions of many kinds at damaged files.
      throw new DataException(file + " is damaged: " + e, e);
    }
  }

  private byte[] read() throws IOException {
    ImageReader reader = reader();
    try {
      reader.setInput(in, false, true);
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if ((long) width * height > MOST_PIXELS) {
        throw new IOException(
            "it has "
                + width
                + " x "
                + height
                + " pixels, more than "
                + MOST_PIXELS
                + "; make it smaller");
      }
      boolean swapped = header.orientation().swapped();
      if (exactly
          && ((swapped ? height : width) != shape.width()
              || (swapped ? width : height) != shape.height())) {
        throw new IOException(
            String.format(
                "it has %d x %d pixels, but %d x %d are needed",
                width, height, shape.width(), shape.height()));
      }
      ImageReadParam part = reader.getDefaultReadParam();
      select(part, width, height);
      byte[] image = header.inks() ? inks(reader, part) : image(reader, part);
      heed(reader);
      return image;
    } finally {
      reader.dispose();
    }
  }

  /** The JDK's own, so that the same file gives the same pixels whatever else is installed. */
  private ImageReader reader() throws IOException {
    List<ImageReader> readers = new ArrayList<>();
    for (Iterator<ImageReader> all = ImageIO.getImageReaders(in); all.hasNext(); ) {
      readers.add(all.next());
    }
    return readers.stream()
        .filter(reader -> reader.getClass().getModule().equals(ImageIO.class.getModule()))
        .findFirst()
        .or(() -> readers.stream().findFirst())
        .orElseThrow(() -> new IOException("not a picture"));
  }

  private void select(ImageReadParam part, int width, int height) {
    Rectangle middle =
        header.orientation().swapped() ? middle(height, width) : middle(width, height);
    double pixels = (double) middle.width * middle.height;
    int step =
        Math.min(
            (int) Math.ceil(Math.sqrt(pixels / BUDGET)),
            Math.min(middle.width / shape.width(), middle.height / shape.height()));
    part.setSourceRegion(header.orientation().stored(middle, width, height));
    part.setSourceSubsampling(Math.max(1, step), Math.max(1, step), 0, 0);
  }

  /** The largest part around the middle that has the shape's proportions. */
  private Rectangle middle(int width, int height) {
    double scale = Math.min((double) height / shape.height(), (double) width / shape.width());
    int high = Math.max(1, (int) Math.round(scale * shape.height()));
    int wide = Math.max(1, (int) Math.round(scale * shape.width()));
    return new Rectangle((width - wide) / 2, (height - high) / 2, wide, high);
  }

  private byte[] inks(ImageReader reader, ImageReadParam part) throws IOException {
    Raster raster = reader.readRaster(0, part);
    boolean ycck = header.adobe() == PictureHeader.YCCK;
    return scaled(
        Colours.inks(raster, header.adobe() >= 0, ycck), raster.getWidth(), raster.getHeight());
  }

  private byte[] image(ImageReader reader, ImageReadParam part) throws IOException {
    BufferedImage image = reader.read(0, part);
    return scaled(colours(image), image.getWidth(), image.getHeight());
  }

  private Colours colours(BufferedImage image) throws IOException {
    try {
      return Colours.of(image, header.profile().icc());
    } catch (IllegalArgumentException profileOfAnotherKind) {
      brokenProfile = true;
      return Colours.of(image, Optional.empty());
    }
  }

  private byte[] scaled(Colours colours, int width, int height) {
    boolean swapped = header.orientation().swapped();
    int wide = swapped ? height : width;
    int high = swapped ? width : height;
    int[] argb = new int[wide];
    Resize.Rows rows =
        (y, values) -> {
          Rectangle row = new Rectangle(0, y, wide, 1);
          colours.read(header.orientation().stored(row, width, height), argb);
          for (int x = 0; x < wide; x++) {
            int pixel = argb[header.orientation().rowsReversed() ? wide - 1 - x : x];
            for (int c = 0; c < values.length; c++) {
              values[c][x] = value(pixel, values.length == 1 ? LUMA : c);
            }
          }
        };
    return Resize.area(rows, high, wide, shape);
  }

  /** One of red, green, blue (0, 1, 2), or grey; what is transparent is on white. */
  private static int value(int argb, int channel) {
    double alpha = (argb >>> 24) / 255.0;
    int red = argb >> 16 & 0xff;
    int green = argb >> 8 & 0xff;
    int blue = argb & 0xff;
    double value =
        switch (channel) {
          case 0 -> red;
          case 1 -> green;
          case 2 -> blue;
          default -> 0.299 * red + 0.587 * green + 0.114 * blue;
        };
    return (int) Math.round(255 + (value - 255) * alpha);
  }

  /** A reader that warns has made up pixels that it did not find. */
  private void heed(ImageReader reader) throws IOException {
    if (TALKATIVE.contains(reader.getFormatName())) {
      return;
    }
    for (String warning : warnings) {
      if (warning.startsWith(PROFILE_IGNORED)) {
        brokenProfile = true;
      } else if (HARMLESS.stream().noneMatch(warning::startsWith)) {
        throw new IOException("damaged or cut: " + warning);
      }
    }
  }
}
