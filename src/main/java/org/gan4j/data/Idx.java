package org.gan4j.data;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads IDX files, MNIST's format, plain or gzipped: two zero bytes, a type (8 for unsigned bytes,
 * the one that is read), the number of dimensions, each dimension as a big-endian int, the values.
 */
public final class Idx {
  /** The largest number of values that is accepted. */
  public static final int MAX_VALUES = 1 << 30;

  /** Dimensions of a file of labels: [count]. */
  static final int LABELS = 1;

  /** Dimensions of a file of images: [count, height, width]. */
  static final int IMAGES = 3;

  private static final int UNSIGNED_BYTE = 8;

  private Idx() {}

  /**
   * The content of one file.
   *
   * @param dimensions each at least 1
   * @param values as many as the product of the dimensions
   */
  record Content(int[] dimensions, byte[] values) {}

  /**
   * Grey images without labels.
   *
   * @param images the file of the images
   * @return the images
   * @throws DataException if the file is missing, damaged or no IDX file of images
   */
  public static Images read(Path images) {
    Content content = read(images, IMAGES);
    return Images.wrap(shape(content, images.toString()), content.values());
  }

  /** Grey images with labels, if there are any; their classes are as many as the labels need. */
  static Images read(Path images, Optional<Path> labels) {
    if (labels.isEmpty()) {
      return read(images);
    }
    Content values = read(labels.get(), LABELS);
    int classes = 1;
    for (byte label : values.values()) {
      classes = Math.max(classes, 1 + Byte.toUnsignedInt(label));
    }
    return combine(
        read(images, IMAGES), images.toString(), values, labels.get().toString(), classes);
  }

  /**
   * Grey images with labels.
   *
   * @param images the file of the images
   * @param labels the file of the labels, as many as images
   * @param classes the number of classes; each label is below it
   * @return the images
   * @throws DataException if a file is missing, damaged or no IDX file of its kind, or the two
   *     don't belong together
   */
  public static Images read(Path images, Path labels, int classes) {
    return combine(
        read(images, IMAGES), images.toString(), read(labels, LABELS), labels.toString(), classes);
  }

  /**
   * Joins a file of images and a file of labels.
   *
   * @throws DataException if they don't belong together
   */
  static Images combine(
      Content images, String imageFile, Content labels, String labelFile, int classes) {
    ImageShape shape = shape(images, imageFile);
    try {
      return Images.wrap(shape, images.values(), labels.values(), classes);
    } catch (IllegalArgumentException e) {
      throw new DataException(
          imageFile
              + " and "
              + labelFile
              + " don't belong together: "
              + e.getMessage()
              + "; give two files of one data set",
          e);
    }
  }

  private static Content read(Path path, int rank) {
    return Gzip.read(path, (in, file) -> parse(in, file, rank));
  }

  /**
   * Reads one IDX file to its end. Takes no more memory than a small multiple of the bytes that are
   * there, whatever the header says.
   *
   * @param in the file after gunzip; not closed
   * @param file its name, for messages
   * @param rank how many dimensions it must have
   * @return the content
   * @throws DataException if it is not such a file, or not whole, or goes on after its end
   * @throws IOException if it can't be read
   */
  static Content parse(InputStream in, String file, int rank) throws IOException {
    int headerBytes = Integer.BYTES * (1 + rank);
    byte[] headerContent = in.readNBytes(headerBytes);
    if (headerContent.length < headerBytes) {
      throw truncated(file, headerContent.length, "in its header");
    }
    DataInputStream header = new DataInputStream(new ByteArrayInputStream(headerContent));
    checkMagic(header.readInt(), file, rank);
    int[] dimensions = new int[rank];
    for (int d = 0; d < rank; d++) {
      dimensions[d] = header.readInt();
    }
    int length = length(dimensions, file);
    byte[] values = in.readNBytes(length);
    if (values.length < length) {
      throw truncated(
          file, values.length, "of values, of the " + length + " that its header states");
    }
    if (in.read() >= 0) {
      throw new DataException(
          file
              + " goes on after the "
              + length
              + " values that its header states: it is damaged; replace it");
    }
    return new Content(dimensions, values);
  }

  private static void checkMagic(int magic, String file, int rank) {
    int expected = UNSIGNED_BYTE << 8 | rank;
    if (magic != expected) {
      throw new DataException(
          String.format(
              "%s is no IDX file of %s: it begins with 0x%08x, not 0x%08x; check the file",
              file, rank == LABELS ? "labels" : "images", magic, expected));
    }
  }

  private static int length(int[] dimensions, String file) {
    long length = 1;
    for (int dimension : dimensions) {
      if (dimension < 1 || dimension > MAX_VALUES / length) {
        throw new DataException(
            file
                + " states dimensions of less than 1 or of more than "
                + MAX_VALUES
                + " values together: it is damaged; replace it");
      }
      length *= dimension;
    }
    return (int) length;
  }

  private static DataException truncated(String file, int bytes, String where) {
    return new DataException(
        file + " ends after " + bytes + " bytes " + where + ": it is damaged; replace it");
  }

  private static ImageShape shape(Content images, String file) {
    try {
      return new ImageShape(1, images.dimensions()[1], images.dimensions()[2]);
    } catch (IllegalArgumentException e) {
      throw new DataException(file + " holds no images: " + e.getMessage() + "; check it", e);
    }
  }
}
