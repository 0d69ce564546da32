package org.gan4j.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds files that gan4j can't download, in the places of a {@link DataLocation}. */
final class LocalFiles {
  private LocalFiles() {}

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
    where.folder().ifPresent(DataFiles::requireFolder);
    where.sharedFolder().ifPresent(DataFiles::requireFolder);
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
