package org.gan4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * CIFAR-10 in its binary version: 32x32 colour images in 10 classes, 50,000 in five batches to
 * train and validate with and 10,000 to test with. A batch is a sequence of records: a label, then
 * the red, the green and the blue plane.
 */
final class Cifar10 {
  static final String NAME = "cifar10";
  static final String SMALL_NAME = "cifar10-10k";

  /** Records of a batch. */
  static final int BATCH = 10_000;

  private static final int CLASSES = 10;
  private static final ImageShape SHAPE = new ImageShape(3, 32, 32);
  private static final int RECORD_BYTES = 1 + SHAPE.size();

  /** The norm of the paper's contrast normalisation. */
  static final int NORM = 55;

  static final Scaling SCALING = new Scaling.Contrast(NORM);

  private static final String TERMS =
      "CIFAR-10, Krizhevsky, \"Learning Multiple Layers of Features from Tiny Images\", 2009; no"
          + " formal licence";

  private static final DataFiles.Source SOURCE =
      new DataFiles.Source(
          NAME,
          List.of("cifar-10", "cifar-10-batches-bin", NAME),
          List.of(
              batch(
                  "data_batch_1.bin",
                  28313767,
                  "6fcee3c4b6ea120cf82b263e2e9fe932e7edf7daf530e8b8ed62c178f70910c6",
                  "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
              batch(
                  "data_batch_2.bin",
                  28346891,
                  "fdda9af5bfc1ff90c0018a3c997cc37619077ae8e4e7f1238323a8259607add2",
                  "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
              batch(
                  "data_batch_3.bin",
                  28358756,
                  "6cfabbc0ca93a74e247cf16f68544c0b2162576f7e2aa8d8e5d73778cbdfe628",
                  "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
              batch(
                  "data_batch_4.bin",
                  28352478,
                  "361042113c9a826b76ab9f91d499ae3102fd43ece9af030844a33b4d801c2743",
                  "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
              batch(
                  "data_batch_5.bin",
                  28328565,
                  "4c618c86d699c20baa688bcbc1ca629a1c2e9bbe7647d66c2e6869b025174b12",
                  "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
              batch(
                  "test_batch.bin",
                  28330804,
                  "769dbbdb7f3fb0f1a165fdea73dde4ffa43f7218019984b6fd41eb85430846ac",
                  "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b")),
          Optional.of(
              new DataFile(
                  "cifar-10-binary.tar",
                  170052171,
                  "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                  // Six batches, headers, and a page about them.
                  200_000_000,
                  "")),
          List.of(URI.create("https://www.cs.toronto.edu/~kriz/")),
          "replace it");

  /** What CIFAR-10's version for Python is called, whole and in parts. */
  private static final List<String> PYTHON =
      List.of(
          "cifar-10-python.tar.gz", "cifar-10-batches-py", "data_batch_1", "cifar-10/data_batch_1");

  private Cifar10() {}

  private static DataFile batch(String name, int gzipBytes, String gzipSha256, String sha256) {
    return new DataFile(name, gzipBytes, gzipSha256, (long) BATCH * RECORD_BYTES, sha256);
  }

  /** The folder on this machine that has all of CIFAR-10. */
  static Optional<Path> locate(DataLocation where) {
    return DataFiles.locate(SOURCE, where);
  }

  /** All of CIFAR-10; usually the last batch of the training set is for validation. */
  static DataSet open(Split split, DataLocation where, Progress progress) {
    return open(SOURCE, BATCH, split, where, progress);
  }

  /**
   * A data set that is laid out as CIFAR-10 is.
   *
   * @param source its files: batches to train with, one for validation, one to test with
   * @param records of each batch
   */
  static DataSet open(
      DataFiles.Source source, int records, Split split, DataLocation where, Progress progress) {
    int last = source.files().size() - 1;
    Images all = read(source, source.files().subList(0, last), records, where, progress);
    Images test = read(source, source.files().subList(last, last + 1), records, where, progress);
    return DataSet.of(
        source.name(),
        "CIFAR-10 colour images",
        TERMS,
        split.or(records, 0).of(all, test),
        SCALING);
  }

  /** The first batch alone: 8,000 to train with, 2,000 for validation; the whole test set. */
  static DataSet openSmall(Split split, DataLocation where, Progress progress) {
    return openSmall(SOURCE, BATCH, split, where, progress);
  }

  static DataSet openSmall(
      DataFiles.Source source, int records, Split split, DataLocation where, Progress progress) {
    List<DataFile> both = List.of(source.files().get(0), source.files().get(5));
    DataFiles.Source part =
        new DataFiles.Source(
            SMALL_NAME,
            source.folders(),
            both,
            source.archive(),
            source.mirrors(),
            source.otherwise());
    Images all = read(part, both.subList(0, 1), records, where, progress);
    Images test = read(part, both.subList(1, 2), records, where, progress);
    return DataSet.of(
        SMALL_NAME,
        "CIFAR-10 colour images, the first of the five training batches",
        TERMS,
        split.or(records - records / 5 * 4, 0).of(all, test),
        SCALING);
  }

  private static DataFiles files(DataFiles.Source source, DataLocation where, Progress progress) {
    Optional<Path> folder = where.folder();
    if (folder.isPresent()
        && DataFiles.locate(source, where.offline()).isEmpty()
        && PYTHON.stream().anyMatch(name -> Files.exists(folder.get().resolve(name)))) {
      throw new DataException(
          folder.get()
              + " has CIFAR-10's version for Python; get the binary one, "
              + source.archive().map(DataFile::gzipName).orElseThrow());
    }
    return new DataFiles(source, where, progress);
  }

  private static Images read(
      DataFiles.Source source,
      List<DataFile> batches,
      int records,
      DataLocation where,
      Progress progress) {
    DataFiles files = files(source, where, progress);
    byte[] pixels = new byte[batches.size() * records * SHAPE.size()];
    byte[] labels = new byte[batches.size() * records];
    for (int b = 0; b < batches.size(); b++) {
      int first = b * records;
      files.read(batches.get(b), (in, file) -> parse(in, file, records, pixels, labels, first));
    }
    return Images.wrap(SHAPE, pixels, labels, CLASSES);
  }

  /**
   * Reads one batch to its end.
   *
   * @param records how many it must have
   * @param pixels [images, size]; records {@code first} on are modified
   * @param labels [images]; records {@code first} on are modified
   * @return how many records there were
   */
  static int parse(
      InputStream in, String file, int records, byte[] pixels, byte[] labels, int first)
      throws IOException {
    byte[] record = new byte[RECORD_BYTES];
    for (int i = 0; i < records; i++) {
      int bytes = in.readNBytes(record, 0, RECORD_BYTES);
      if (bytes < RECORD_BYTES) {
        throw wrongLength(file, "ends after " + ((long) i * RECORD_BYTES + bytes), records);
      }
      if (record[0] < 0 || record[0] >= CLASSES) {
        throw new DataException(
            file
                + " has the label "
                + Byte.toUnsignedInt(record[0])
                + " in record "
                + i
                + ", not 0 to 9: it is no batch of CIFAR-10, or damaged; replace it");
      }
      labels[first + i] = record[0];
      System.arraycopy(record, 1, pixels, (first + i) * SHAPE.size(), SHAPE.size());
    }
    if (in.read() >= 0) {
      throw wrongLength(file, "goes on after " + (long) records * RECORD_BYTES, records);
    }
    return records;
  }

  private static DataException wrongLength(String file, String what, int records) {
    return new DataException(
        file
            + " "
            + what
            + " bytes, but a batch has "
            + (long) records * RECORD_BYTES
            + " ("
            + records
            + " records of "
            + RECORD_BYTES
            + "): it is damaged; replace it");
  }
}
