package org.gan4j.data;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gan4j.io.FileErrors;

/**
 * The pictures of any folder and the folders in it: cut to the shape asked for around the middle,
 * scaled, and parted at random, always in the same way, into eight tenths to train with, one for
 * validation and one to test with.
 */
final class Pictures {
  static final String NAME = "images";

  /** What may follow the name: {@code :64}, {@code :48x32}, {@code :grey}, {@code :64:grey}. */
  static final Pattern OPTIONS =
      Pattern.compile("(?::(\\d{1,4})(?:x(\\d{1,4}))?)?(:gr[ea]y|:colour|:color)?");

  private static final int SIDE = 32;
  private static final int LEAST = 3;
  private static final long SPLIT_SEED = 2014;

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
  static DataSet open(
      String name, ImageShape shape, Split split, DataLocation where, Progress progress) {
    Path folder = LocalFiles.folder(where, NAME, "pictures");
    PictureFolder found = PictureFolder.search(folder, progress);
    String leftOut = found.leftOut().isEmpty() ? "" : "; left out: " + found.leftOut();
    if (found.pictures().isEmpty()) {
      throw new DataException(
          folder + " holds no pictures" + leftOut + "; name a folder that does with --data");
    }
    Images all = read(shuffled(found.pictures()), shape, progress);
    int skipped = found.pictures().size() - all.count();
    progress.note(
        all.count()
            + " pictures of "
            + folder
            + (skipped == 0 ? "" : "; " + skipped + " can't be read (see above)")
            + leftOut);
    if (all.count() < LEAST) {
      throw new DataException(
          folder
              + " holds "
              + all.count()
              + " readable pictures, but training, validation and testing need one each at least;"
              + " add some");
    }
    return DataSet.of(
        name,
        "pictures of " + folder.toAbsolutePath().normalize().getFileName(),
        "the user's own: " + all.count() + " pictures",
        split.of(all),
        Scaling.UNIT);
  }

  /** In an order that only their names and the number of them decide. */
  private static List<Path> shuffled(List<Path> sorted) {
    List<Path> files = new ArrayList<>(sorted);
    Collections.shuffle(files, new Random(SPLIT_SEED));
    return files;
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
        byte[] image = PictureFile.read(file, shape, note -> progress.note(file + ": " + note));
        System.arraycopy(image, 0, pixels, count * shape.size(), shape.size());
        count++;
      } catch (ClosedByInterruptException e) {
        throw new DataException(file + " is not read: the thread was interrupted", e);
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        // ImageIO throws exceptions of many kinds at damaged files.
        progress.note("skipped " + file + ": " + reason(e));
      }
    }
    if (count == 0) {
      throw new DataException(
          "none of the "
              + files.size()
              + " pictures could be read, such as "
              + files.get(0)
              + "; name a folder of pictures with --data");
    }
    return Images.wrap(shape, pixels).range(0, count);
  }

  private static String reason(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof OutOfMemoryError) {
        return "it needs more memory than Java's heap has, "
            + (Runtime.getRuntime().maxMemory() >> 20)
            + " MB; raise it with -Xmx, or make the picture smaller";
      }
    }
    String why = failure instanceof IOException io ? FileErrors.reason(io) : failure.toString();
    return why.lines().findFirst().orElse("");
  }
}
