package org.gan4j.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The data sets that are known by name. */
public final class DataSets {
  @FunctionalInterface
  private interface Opener {
    DataSet open(DataLocation where, Progress progress);
  }

  private static final Map<String, Opener> OPENERS = new LinkedHashMap<>();

  static {
    OPENERS.put(Mnist.SMALL_NAME, (where, progress) -> Mnist.openSmall());
    OPENERS.put(Mnist.NAME, Mnist::open);
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
