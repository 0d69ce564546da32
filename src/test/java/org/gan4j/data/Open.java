package org.gan4j.data;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Opens a data set in a JVM of its own and prints how many images its parts have. */
final class Open {
  private Open() {}

  /**
   * Opens it.
   *
   * @param args the name of the data set and its folder
   */
  public static void main(String[] args) {
    Path folder = Path.of(args[1]);
    Progress progress =
        new Progress() {
          @Override
          public void downloaded(String file, long done, long total) {}

          @Override
          public void note(String line) {
            System.err.println(line);
          }
        };
    try {
      DataSet set =
          DataSets.open(args[0], DataLocation.of(Optional.of(folder), Map.of(), folder), progress);
      System.out.println(
          set.train().count() + " " + set.validation().count() + " " + set.test().count());
    } catch (DataException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }
}
