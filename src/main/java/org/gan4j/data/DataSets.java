package org.gan4j.data;

import java.nio.file.Path;
import java.util.Arrays;
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
   *   <li>{@code fashion-mnist}, {@code kmnist}: Fashion-MNIST and Kuzushiji-MNIST, split as MNIST
   *       is.
   *   <li>{@code idx}: any data set in MNIST's layout, with the shapes, classes and counts of its
   *       files; one sixth of the training images is for validation. {@code idx:emnist-letters}:
   *       the one whose files begin so, where a folder has several.
   *   <li>{@code cifar10}: CIFAR-10, each image normalised to norm 55: 40,000 for training, the
   *       last 10,000 training images for validation, 10,000 for testing.
   *   <li>{@code cifar10-10k}: the same from the first training batch alone, 8,000 for training and
   *       2,000 for validation, and the whole test set.
   *   <li>{@code tfd}: the Toronto Face Database at 48x48: the unlabelled faces for training, those
   *       of fold 0 for validation and testing. {@code tfd:1} to {@code tfd:4}: those of another
   *       fold. {@code tfd-96}: 96x96.
   *   <li>{@code faces}: the Olivetti faces at 48x48, a stand-in for the former; no person is in
   *       two parts. {@code faces-64}: at 64x64, as they are, with the last 5 people for testing.
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
        Mnist.DIGITS.dataName(),
        Mnist.FASHION.dataName(),
        Mnist.KUZUSHIJI.dataName(),
        IdxFolder.NAME,
        Cifar10.NAME,
        Cifar10.SMALL_NAME,
        Tfd.NAME,
        Tfd.LARGE_NAME,
        Faces.SCALED.dataName(),
        Faces.WHOLE.dataName(),
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
   * The place of a data set among its {@linkplain #folds folds}.
   *
   * @param name of a data set
   * @return 0 also if it has no folds
   * @throws IllegalArgumentException if there is no such fold
   */
  public static int fold(String name) {
    String plain = plain(name);
    return isTfd(plain) ? fold(name, name.substring(plain.length())) : 0;
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
    Optional<Mnist> mnist = mnist(name);
    if (mnist.isPresent()) {
      return mnist.get().locate(where);
    }
    if (name.equals(Cifar10.NAME)) {
      return Cifar10.locate(where);
    }
    throw new IllegalArgumentException("no data set with files is called '" + name + "'");
  }

  private static Optional<Mnist> mnist(String name) {
    return Arrays.stream(Mnist.values()).filter(each -> each.dataName().equals(name)).findFirst();
  }

  /**
   * Reads a data set into memory, split as it usually is.
   *
   * @param name one of {@link #names()}, with options or not
   * @param where where its files are looked for
   * @param progress hears about downloads, and what of the data is left out
   * @return the data set
   * @throws IllegalArgumentException if the name or its options are unknown
   * @throws DataException if the files can't be had or are not the published ones
   */
  public static DataSet open(String name, DataLocation where, Progress progress) {
    return open(name, Split.USUAL, where, progress);
  }

  /**
   * Reads a data set into memory.
   *
   * @param name one of {@link #names()}, with options or not
   * @param split how many examples each part has
   * @param where where its files are looked for
   * @param progress hears about downloads, and what of the data is left out
   * @return the data set
   * @throws IllegalArgumentException if the name or its options are unknown, or there are too few
   *     examples for the parts
   * @throws DataException if the files can't be had or are not the published ones
   */
  public static DataSet open(String name, Split split, DataLocation where, Progress progress) {
    String plain = plain(name);
    String options = name.substring(plain.length());
    if (plain.equals(Pictures.NAME)) {
      return Pictures.open(name, Pictures.shape(options), split, where, progress);
    }
    if (plain.equals(IdxFolder.NAME)) {
      return IdxFolder.open(name, split, where);
    }
    if (isTfd(plain)) {
      requireUsual(name, split);
      return Tfd.open(name, plain.equals(Tfd.LARGE_NAME), fold(name, options), where);
    }
    Optional<Mnist> mnist = mnist(name);
    if (mnist.isPresent()) {
      return mnist.get().open(split, where, progress);
    }
    Optional<Faces> faces =
        Arrays.stream(Faces.values()).filter(each -> each.dataName().equals(name)).findFirst();
    if (faces.isPresent()) {
      return faces.get().open(split, where);
    }
    return switch (name) {
      case Mnist.SMALL_NAME -> Mnist.openSmall(split);
      case Cifar10.NAME -> Cifar10.open(split, where, progress);
      case Cifar10.SMALL_NAME -> Cifar10.openSmall(split, where, progress);
      default ->
          throw new IllegalArgumentException(
              "no data set is called '" + name + "'; there are " + String.join(", ", names()));
    };
  }

  /**
   * How the bytes of a data set become the values that networks see, to be done.
   *
   * @param name of a data set
   * @return the scaling; bytes / 255 if the name is not known
   */
  public static Scaling rule(String name) {
    return isCifar(name) ? Cifar10.SCALING : Scaling.UNIT;
  }

  /**
   * Whether gan4j has a data set of that name.
   *
   * @param name perhaps with a fold or classes
   * @return whether {@link #rule} knows it
   */
  public static boolean isKnown(String name) {
    return names().contains(plain(name));
  }

  /**
   * Whether a data set needs no file but the library's own.
   *
   * @param name of a data set
   * @return whether {@link #open} looks nowhere for it
   */
  public static boolean isBuiltIn(String name) {
    return name.equals(Mnist.SMALL_NAME);
  }

  private static boolean isCifar(String name) {
    return name.equals(Cifar10.NAME) || name.equals(Cifar10.SMALL_NAME);
  }

  /**
   * How the bytes of a data set become the values that networks see.
   *
   * @param name of a data set, known or one's own
   * @return in words
   */
  public static String scaling(String name) {
    if (isCifar(name)) {
      return "value = (byte - mean) * "
          + Cifar10.NORM
          + " / |bytes - mean|, with the mean and the Euclidean norm of the example";
    }
    return isKnown(name)
        ? "value = byte / 255"
        : "as the program that trained on " + name + " decided";
  }

  private static void requireUsual(String name, Split split) {
    if (!split.equals(Split.USUAL)) {
      throw new IllegalArgumentException(
          name + " is split by its folds: leave the numbers of its parts at 0");
    }
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
