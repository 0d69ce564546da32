package org.gan4j.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.io.UserFolders;

/**
 * Where the files of data sets are looked for, in this order: {@code folder}, {@code sharedFolder},
 * {@code cache}, and then the mirrors on the net. A data set's files lie in the folder itself or in
 * a folder in it that has the name of the data set.
 *
 * @param folder the folder that the user named for this call; files that it lacks are an error, for
 *     an explicit choice never falls back
 * @param sharedFolder the folder with the data sets of this machine; a data set that it has nothing
 *     of is looked for further on
 * @param cache where downloads are kept; need not exist
 * @param mirrors base addresses to use in place of the data set's own, tried in order; empty for
 *     the data set's own
 * @param download whether missing files may be downloaded
 */
public record DataLocation(
    Optional<Path> folder,
    Optional<Path> sharedFolder,
    Path cache,
    List<URI> mirrors,
    boolean download) {
  /** The environment variable that names the {@code sharedFolder}. */
  public static final String FOLDER_VARIABLE = "GAN4J_DATA";

  public DataLocation {
    mirrors = List.copyOf(mirrors);
    for (URI mirror : mirrors) {
      if (!("http".equals(mirror.getScheme()) || "https".equals(mirror.getScheme()))
          || mirror.getHost() == null) {
        throw new IllegalArgumentException(
            "a mirror is an http or https address, not '" + mirror + "'");
      }
    }
  }

  /**
   * The usual places: {@code GAN4J_DATA}, in which a leading {@code ~} stands for the home folder,
   * and the {@linkplain UserFolders#cache(Map, Path) user's cache}.
   *
   * @param folder the folder that the user named, if any
   * @param environment the environment variables, as in {@link System#getenv()}
   * @param home the user's home folder
   * @return the places, with downloads allowed
   */
  public static DataLocation of(Optional<Path> folder, Map<String, String> environment, Path home) {
    return new DataLocation(
        folder, shared(environment, home), UserFolders.cache(environment, home), List.of(), true);
  }

  /**
   * The usual places of this process and its user.
   *
   * @param folder the folder that the user named, if any
   * @return {@link #of} with this process's environment and the user's home folder
   */
  public static DataLocation standard(Optional<Path> folder) {
    return of(folder, System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /**
   * These places with another cache.
   *
   * @param other the folder of the cache
   * @return a copy
   */
  public DataLocation withCache(Path other) {
    return new DataLocation(folder, sharedFolder, other, mirrors, download);
  }

  /**
   * These places with other mirrors.
   *
   * @param others base addresses, tried in order; empty for the data set's own
   * @return a copy
   */
  public DataLocation withMirrors(List<URI> others) {
    return new DataLocation(folder, sharedFolder, cache, others, download);
  }

  /**
   * These places without the net.
   *
   * @return a copy that never downloads
   */
  public DataLocation offline() {
    return new DataLocation(folder, sharedFolder, cache, mirrors, false);
  }

  /** With the home folder for a ~, which no shell has replaced in a file of settings. */
  private static Optional<Path> shared(Map<String, String> environment, Path home) {
    return Optional.ofNullable(environment.get(FOLDER_VARIABLE))
        .filter(name -> !name.isBlank())
        .map(Path::of)
        .map(
            folder ->
                folder.startsWith("~")
                    ? UserFolders.home(environment, home)
                        .orElse(home)
                        .resolve(Path.of("~").relativize(folder))
                    : folder);
  }
}
