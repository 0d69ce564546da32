package org.gan4j.device;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gan4j.io.PrivateFolder;
import org.gan4j.io.UserFolders;

/**
 * The folder to which JavaCPP unpacks native libraries. JavaCPP itself takes any folder that it can
 * write to, also one among the temporary ones that another user has filled.
 */
public final class NativeFolder {
  /** Names it; what the user sets is not changed. */
  private static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

  /** JavaCPP's other spelling. */
  private static final String OTHER_PROPERTY = "org.bytedeco.javacpp.cacheDir";

  private NativeFolder() {}

  /**
   * Chooses the folder; to be called before JavaCPP loads anything.
   *
   * @throws UnsatisfiedLinkError if there is none that this user alone can write to, or that the
   *     user chose can't be used
   */
  public static synchronized void choose() {
    String chosen = System.getProperty(PROPERTY, System.getProperty(OTHER_PROPERTY));
    if (chosen != null) {
      require(Path.of(chosen).toAbsolutePath());
      return;
    }
    List<String> problems = new ArrayList<>();
    for (Path folder : UserFolders.forLibraries()) {
      Optional<String> problem = PrivateFolder.prepare(folder);
      if (problem.isEmpty()) {
        System.setProperty(PROPERTY, folder.toString());
        return;
      }
      problems.add(folder + " " + problem.get());
    }
    throw none(String.join(", and ", problems), "set " + UserFolders.CACHE_VARIABLE + " to");
  }

  private static void require(Path folder) {
    PrivateFolder.prepare(folder)
        .ifPresent(
            problem -> {
              throw none(
                  folder + ", which -D" + PROPERTY + " names, " + problem,
                  "name with it, or without it with " + UserFolders.CACHE_VARIABLE + ",");
            });
  }

  private static UnsatisfiedLinkError none(String problems, String remedy) {
    return new UnsatisfiedLinkError(
        "there is no folder to unpack them to: "
            + problems
            + "; "
            + remedy
            + " a folder of your own from which programs can be run");
  }
}
