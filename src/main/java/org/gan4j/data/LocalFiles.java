package org.gan4j.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.gan4j.io.FileErrors;

/** Finds files and folders that gan4j can't download, in the places of a {@link DataLocation}. */
final class LocalFiles {
  private LocalFiles() {}

  /**
   * The folder of a data set that is the user's own: the one that was named, or one in the shared
   * folder that is called as the data set is.
   *
   * @param content what the folder must hold, for the message
   * @throws DataException if there is none
   */
  static Path folder(DataLocation where, String name, String content) {
    DataFiles.requireFolder(where);
    return where
        .folder()
        .or(
            () ->
                where.sharedFolder().map(shared -> shared.resolve(name)).filter(Files::isDirectory))
        .orElseThrow(
            () ->
                new DataException(
                    "the data set "
                        + name
                        + " needs a folder of "
                        + content
                        + ": name it with --data"));
  }

  /** What a folder holds; nothing if there is no such folder. */
  static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> content = Files.list(folder)) {
      return content.sorted().toList();
    } catch (IOException e) {
      throw new DataException(folder + " can't be read (" + FileErrors.reason(e) + ")", e);
    }
  }

  /**
   * Finds a file in the folder that the user named or, where none is named, in the shared folder or
   * the cache; in it or in a folder in it with one of the given names.
   *
   * @param file its name
   * @param folders names that its folder may have
   * @param origin where a user can get it from, for the message
   * @throws DataException if it is nowhere
   */
  static Path find(DataLocation where, String file, List<String> folders, String origin) {
    DataFiles.requireFolder(where);
    Stream<Path> roots =
        where.folder().isPresent()
            ? where.folder().stream()
            : Stream.concat(where.sharedFolder().stream(), Stream.of(where.cache()));
    Optional<Path> found =
        roots
            .flatMap(root -> Stream.concat(Stream.of(root), folders.stream().map(root::resolve)))
            .map(folder -> folder.resolve(file))
            .filter(Files::exists)
            .findFirst();
    return found.orElseThrow(
        () ->
            new DataException(
                where
                        .folder()
                        .map(folder -> folder + " lacks " + file)
                        .orElse("there is no " + file)
                    + ": "
                    + origin
                    + "; name the folder that has it with --data"));
  }
}
