package org.gan4j.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The data sets that are known by name. */
public final class DataSets {
  private static final int LARGEST_FOLD = Tfd.FOLDS - 1;

  private DataSets() {}

  /**
   * The names of the data sets.
   *
   * <ul>
   *   <li>{@code mnist-10k}: MNIST's first 10,000 training images, in the jar: no files, no
   *       download. The first 8,000 are for training, the next 1,000 for validation, the last 1,000
   *       for testing.
   *   <li>{@code mnist}: all of MNIST: 50,000 for training, the last 10,000 training images for
   *       validation, 10,000 for testing.
   *   <li>{@code cifar10}: CIFAR-10, each image normalised to norm 55: 40,000 for training, the
   *       last 10,000 training images for validation, 10,000 for testing.
   *   <li>{@code cifar10-10k}: the same from the first training batch alone, 8,000 for training and
   *       2,000 for validation, and the whole test set.
   *   <li>{@code tfd}: the Toronto Face Database at 48x48: the unlabelled faces for training, those
   *       of fold 0 for validation and testing. {@code tfd:1} to {@code tfd:4}: those of another
   *       fold. {@code tfd-96}: 96x96.
   *   <li>{@code faces}: the Olivetti faces at 48x48, a stand-in for the former; no person is in
   *       two parts.
   *   <li>{@code images}: the pictures of a folder of the user's and those below it, in colour at
   *       32x32. {@code images:64}, {@code images:48x32}, {@code images:grey}, {@code
   *       images:64:grey}: other sizes, without colour.
   * </ul>
   *
   * @return names for {@link #open}
   */
  public static List<String> names() {
    return List.of(
        Mnist.SMALL_NAME,
        Mnist.NAME,
        Cifar10.NAME,
        Cifar10.SMALL_NAME,
        Tfd.NAME,
        Tfd.LARGE_NAME,
        Faces.NAME,
        Pictures.NAME);
  }

  /**
   * The data sets that differ from one in the fold of validation and test examples only.
   *
   * @param name of a data set
   * @return the names of all folds, in order; the name alone if it has no folds
   */
  public static List<String> folds(String name) {
    String plain = plain(name);
    return isTfd(plain)
        ? IntStream.range(0, Tfd.FOLDS).mapToObj(fold -> plain + ":" + fold).toList()
        : List.of(name);
  }

  /**
   * Looks for the files of a data set on this machine, without reading them.
   *
   * @param name of a data set that can be downloaded
   * @param where where they are looked for
   * @return the folder that has all of them
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Optional<Path> locate(String name, DataLocation where) {
    return switch (name) {
      case Mnist.NAME -> Mnist.locate(where);
      case Cifar10.NAME -> Cifar10.locate(where);
      default ->
          throw new IllegalArgumentException("no data set with files is called '" + name + "'");
    };
  }

  /**
   * Reads a data set into memory.
   *
   * @param name one of {@link #names()}, with options or not
   * @param where where its files are looked for
   * @param progress hears about downloads, and what of the data is left out
   * @return the data set
   * @throws IllegalArgumentException if the name or its options are unknown
   * @throws DataException if the files can't be had or are not the published ones
   */
  public static DataSet open(String name, DataLocation where, Progress progress) {
    String plain = plain(name);
    String options = name.substring(plain.length());
    if (plain.equals(Pictures.NAME)) {
      return Pictures.open(name, Pictures.shape(options), where, progress);
    }
    if (isTfd(plain)) {
      return Tfd.open(name, plain.equals(Tfd.LARGE_NAME), fold(name, options), where);
    }
    return switch (name) {
      case Mnist.SMALL_NAME -> Mnist.openSmall();
      case Mnist.NAME -> Mnist.open(where, progress);
      case Cifar10.NAME -> Cifar10.open(where, progress);
      case Cifar10.SMALL_NAME -> Cifar10.openSmall(where, progress);
      case Faces.NAME -> Faces.open(where);
      default ->
          throw new IllegalArgumentException(
              "no data set is called '" + name + "'; there are " + String.join(", ", names()));
    };
  }

  private static String plain(String name) {
    return name.contains(":") ? name.substring(0, name.indexOf(':')) : name;
  }

  private static boolean isTfd(String plain) {
    return plain.equals(Tfd.NAME) || plain.equals(Tfd.LARGE_NAME);
  }

  private static int fold(String name, String options) {
    if (options.isEmpty()) {
      return 0;
    }
    if (!options.matches(":[0-" + LARGEST_FOLD + "]")) {
      throw new IllegalArgumentException(
          "a fold of TFD is 0 to " + LARGEST_FOLD + ", as in tfd:1, not '" + name + "'");
    }
    return options.charAt(1) - '0';
  }
}
