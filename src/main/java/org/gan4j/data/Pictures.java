package org.gan4j.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.gan4j.io.FileErrors;

/**
 * The pictures of any folder and the folders in it, PNG and JPEG: cut to the shape asked for around
 * the middle, scaled, and parted at random, always in the same way, into eight tenths to train
 * with, one for validation and one to test with.
 */
final class Pictures {
  static final String NAME = "images";

  /** What may follow the name: {@code :64}, {@code :48x32}, {@code :grey}, {@code :64:grey}. */
  static final Pattern OPTIONS =
      Pattern.compile("(?::(\\d{1,4})(?:x(\\d{1,4}))?)?(:gr[ea]y|:colour|:color)?");

  private static final int SIDE = 32;
  private static final int LEAST = 3;
  private static final long SPLIT_SEED = 2014;

  /** What is larger is taken for an attack or a mistake: it needs 400 MB. */
  private static final long MOST_PIXELS = 100_000_000;

  private Pictures() {}

  /**
   * The shape that options ask for.
   *
   * @param options what follows the name of the data set
   * @throws IllegalArgumentException if they mean nothing
   */
  static ImageShape shape(String options) {
    Matcher matcher = OPTIONS.matcher(options);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "the data set images takes :SIZE or :HEIGHTxWIDTH, then :grey or :colour, such as"
              + " images:64:grey, not '"
              + NAME
              + options
              + "'");
    }
    int height = matcher.group(1) == null ? SIDE : Integer.parseInt(matcher.group(1));
    int width = matcher.group(2) == null ? height : Integer.parseInt(matcher.group(2));
    boolean grey = matcher.group(3) != null && matcher.group(3).startsWith(":gr");
    return new ImageShape(grey ? 1 : 3, height, width);
  }

  /**
   * Reads a folder.
   *
   * @param name of the data set, with its options
   * @param shape of every image
   * @param where its explicit folder holds the pictures, or the shared folder has a folder of them
   *     called images
   * @param progress hears which pictures can't be read
   */
  static DataSet open(String name, ImageShape shape, DataLocation where, Progress progress) {
    Path folder = folder(where);
    List<Path> files = files(folder);
    if (files.isEmpty()) {
      throw new DataException(
          folder + " holds no PNG or JPEG pictures; name a folder that does with --data");
    }
    Images all = read(files, shape, progress);
    if (all.count() < LEAST) {
      throw new DataException(
          folder
              + " holds "
              + all.count()
              + " readable pictures, but training, validation and testing need one each at least;"
              + " add some");
    }
    int tenth = Math.max(1, all.count() / 10);
    int train = all.count() - 2 * tenth;
    return new DataSet(
        name,
        "pictures of " + folder.toAbsolutePath().normalize().getFileName(),
        "the user's own: " + all.count() + " pictures",
        all.range(0, train),
        all.range(train, train + tenth),
        all.range(train + tenth, all.count()),
        Scaling.UNIT);
  }

  private static Path folder(DataLocation where) {
    Path folder =
        where
            .folder()
            .or(() -> where.sharedFolder().map(shared -> shared.resolve(NAME)))
            .orElseThrow(
                () ->
                    new DataException(
                        "the data set images needs a folder of PNG or JPEG pictures: name it with"
                            + " --data"));
    DataFiles.requireFolder(folder);
    return folder;
  }

  /** In an order that only their names and the number of them decide. */
  private static List<Path> files(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> files =
          new ArrayList<>(
              all.filter(Pictures::isPicture)
                  .sorted((a, b) -> relative(folder, a).compareTo(relative(folder, b)))
                  .toList());
      Collections.shuffle(files, new Random(SPLIT_SEED));
      return files;
    } catch (IOException e) {
      throw new DataException(
          folder + " can't be searched (" + FileErrors.reason(e) + "); check it", e);
    }
  }

  private static String relative(Path folder, Path file) {
    return folder.relativize(file).toString();
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.matches(".+\\.(png|jpe?g)") && Files.isRegularFile(file);
  }

  private static Images read(List<Path> files, ImageShape shape, Progress progress) {
    if ((long) files.size() * shape.size() > Idx.MAX_VALUES) {
      throw new DataException(
          files.size() + " pictures of " + shape + " are too many for memory; use a smaller size");
    }
    byte[] pixels = new byte[files.size() * shape.size()];
    int count = 0;
    for (Path file : files) {
      try {
        System.arraycopy(scaled(file, shape), 0, pixels, count * shape.size(), shape.size());
        count++;
      } catch (IOException | RuntimeException e) {
        // ImageIO throws exceptions of many kinds at damaged files.
        String why = e instanceof IOException io ? FileErrors.reason(io) : e.toString();
        progress.note("skipped " + file + ": " + why.lines().findFirst().orElse(""));
      }
    }
    int skipped = files.size() - count;
    if (count == 0) {
      throw new DataException(
          "none of the "
              + files.size()
              + " pictures could be read, such as "
              + files.get(0)
              + "; name a folder of PNG or JPEG pictures with --data");
    }
    if (skipped > 0) {
      progress.note(skipped + " of " + files.size() + " pictures skipped: not readable");
    }
    return Images.wrap(shape, pixels).range(0, count);
  }

  private static byte[] scaled(Path file, ImageShape shape) throws IOException {
    BufferedImage picture = decode(file);
    // The largest part around the middle that has the shape's proportions.
    double scale =
        Math.min(
            (double) picture.getHeight() / shape.height(),
            (double) picture.getWidth() / shape.width());
    int height = Math.max(1, (int) Math.round(scale * shape.height()));
    int width = Math.max(1, (int) Math.round(scale * shape.width()));
    BufferedImage part =
        picture.getSubimage(
            (picture.getWidth() - width) / 2, (picture.getHeight() - height) / 2, width, height);
    byte[] result = new byte[shape.size()];
    int plane = shape.height() * shape.width();
    for (int channel = 0; channel < shape.channels(); channel++) {
      byte[] values = plane(part, shape.channels() == 1 ? -1 : channel);
      byte[] small = Resize.area(values, height, width, shape.height(), shape.width());
      System.arraycopy(small, 0, result, channel * plane, plane);
    }
    return result;
  }

  private static BufferedImage decode(Path file) throws IOException {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers =
          in == null ? Collections.emptyIterator() : ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("not a picture");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MOST_PIXELS) {
          throw new IOException("larger than " + MOST_PIXELS + " pixels");
        }
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    }
  }

  /** One of red, green, blue (0, 1, 2), or grey (−1); what is transparent is on white. */
  private static byte[] plane(BufferedImage part, int channel) {
    int width = part.getWidth();
    int height = part.getHeight();
    byte[] values = new byte[width * height];
    boolean grey =
        part.getRaster().getNumBands() <= 2 && !(part.getColorModel() instanceof IndexColorModel);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      if (grey) {
        greyRow(part.getRaster(), y, row);
      } else {
        part.getRGB(0, y, width, 1, row, 0, width);
      }
      for (int x = 0; x < width; x++) {
        values[y * width + x] = (byte) (grey ? row[x] : value(row[x], channel));
      }
    }
    return values;
  }

  /** The numbers as they are: getRGB would take them for linear light and brighten them. */
  private static void greyRow(Raster raster, int y, int[] row) {
    int bits = raster.getSampleModel().getSampleSize(0);
    double toByte = 255.0 / ((1 << bits) - 1);
    boolean transparent = raster.getNumBands() == 2;
    int left = raster.getMinX();
    int line = raster.getMinY() + y;
    for (int x = 0; x < row.length; x++) {
      double grey = raster.getSample(left + x, line, 0) * toByte;
      double alpha = transparent ? raster.getSample(left + x, line, 1) * toByte : 255;
      row[x] = (int) Math.round(255 + (grey - 255) * alpha / 255);
    }
  }

  private static long value(int argb, int channel) {
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
    return Math.round(255 + (value - 255) * alpha);
  }
}
