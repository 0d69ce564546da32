package org.gan4j.data;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The data sets that are known by name. */
public final class DataSets {
  @FunctionalInterface
  private interface Opener {
    DataSet open(DataLocation where, Progress progress);
  }

  @FunctionalInterface
  private interface Locator {
    Optional<Path> locate(DataLocation where);
  }

  private static final Map<String, Opener> OPENERS = new LinkedHashMap<>();

  /** For the data sets that have files. */
  private static final Map<String, Locator> LOCATORS = new LinkedHashMap<>();

  static {
    OPENERS.put(Mnist.SMALL_NAME, (where, progress) -> Mnist.openSmall());
    OPENERS.put(Mnist.NAME, Mnist::open);
    LOCATORS.put(Mnist.NAME, Mnist::locate);
  }

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
   * </ul>
   *
   * @return names for {@link #open}
   */
  public static List<String> names() {
    return List.copyOf(OPENERS.keySet());
  }

  /**
   * Looks for the files of a data set on this machine, without reading them.
   *
   * @param name of a data set that is not in the jar
   * @param where where they are looked for
   * @return the folder that has all of them
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Optional<Path> locate(String name, DataLocation where) {
    Locator locator = LOCATORS.get(name);
    if (locator == null) {
      throw new IllegalArgumentException("no data set with files is called '" + name + "'");
    }
    return locator.locate(where);
  }

  /**
   * Reads a data set into memory.
   *
   * @param name one of {@link #names()}
   * @param where where its files are looked for
   * @param progress hears about downloads
   * @return the data set
   * @throws IllegalArgumentException if the name is unknown
   * @throws DataException if the files can't be had or are not the published ones
   */
  public static DataSet open(String name, DataLocation where, Progress progress) {
    Opener opener = OPENERS.get(name);
    if (opener == null) {
      throw new IllegalArgumentException(
          "no data set is called '" + name + "'; there are " + String.join(", ", names()));
    }
    return opener.open(where, progress);
  }
}
