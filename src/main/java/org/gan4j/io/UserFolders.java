package org.gan4j.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where gan4j keeps what it can get or make again. */
public final class UserFolders {
  /** The environment variable that names the folder of all caches. */
  public static final String CACHE_VARIABLE = "XDG_CACHE_HOME";

  private static final String NAME = "gan4j";

  private UserFolders() {}

  /**
   * The cache of this process's user.
   *
   * @return as {@link #cache(Map, Path)} says; need not exist
   */
  public static Path cache() {
    return cache(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /**
   * The cache of a user: {@code $XDG_CACHE_HOME/gan4j}; where that is not set to an absolute path,
   * {@code .cache/gan4j} in the home folder; for a user without one, as in many containers, a
   * folder among the temporary ones.
   *
   * @param environment the environment variables, as in {@link System#getenv()}
   * @param home what Java takes for the home folder: "?" where the user has no name
   * @return absolute; need not exist
   */
  public static Path cache(Map<String, String> environment, Path home) {
    return variable(environment, CACHE_VARIABLE)
        .filter(Path::isAbsolute)
        .or(() -> home(environment, home).map(folder -> folder.resolve(".cache")))
        .map(caches -> caches.resolve(NAME))
        .orElseGet(UserFolders::temporary);
  }

  /**
   * A user's home folder.
   *
   * @param environment the environment variables, as in {@link System#getenv()}
   * @param home what Java takes for it
   * @return that or {@code $HOME}, whichever there is
   */
  public static Optional<Path> home(Map<String, String> environment, Path home) {
    return Stream.concat(Stream.of(home), variable(environment, "HOME").stream())
        .filter(folder -> folder.isAbsolute() && Files.isDirectory(folder))
        .findFirst();
  }

  /**
   * Tells Java another home folder where it has none, "?": its fonts, for one, would make a folder
   * of that name in the working folder. Without {@code $HOME} it gets one in which nothing can be
   * kept.
   */
  public static void replaceMissingHome() {
    Path home = Path.of(System.getProperty("user.home"));
    if (!home.isAbsolute()) {
      Path other = home(System.getenv(), home).orElse(Path.of("/dev/null"));
      System.setProperty("user.home", other.toString());
    }
  }

  /**
   * Where native libraries may be unpacked.
   *
   * @return absolute folders, the best first
   */
  public static List<Path> forLibraries() {
    return Stream.of(cache(), temporary())
        .distinct()
        .map(folder -> folder.resolve("native"))
        .toList();
  }

  /** Others can guess it: {@link PrivateFolder} says whether it is this user's. */
  private static Path temporary() {
    String user;
    try {
      user = Integer.toString(PrivateFolder.user());
    } catch (IOException e) {
      user = System.getProperty("user.name");
    }
    return Path.of(System.getProperty("java.io.tmpdir"), NAME + "-" + user).toAbsolutePath();
  }

  private static Optional<Path> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(s -> !s.isBlank()).map(Path::of);
  }
}
