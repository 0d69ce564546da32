package org.gan4j.data;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gan4j.io.AtomicFiles;

/**
 * The published files of one data set: finds them in the places of a {@link DataLocation},
 * downloads them where need be, and lets nothing through whose checksum is wrong.
 *
 * <p>A wrong file in a folder of the user is an error. A wrong file in the cache, which is ours, is
 * noted and downloaded again.
 */
final class DataFiles {
  /**
   * What is published.
   *
   * @param name the data set's name
   * @param folders names that its folder may have; the first is the one in the cache
   * @param files all of its files
   * @param archive a gzipped tar file that holds them all, where that is what mirrors have
   * @param mirrors base addresses, tried in order
   */
  record Source(
      String name,
      List<String> folders,
      List<DataFile> files,
      Optional<DataFile> archive,
      List<URI> mirrors) {
    /** Single files, in a folder that is called as the data set is. */
    Source(String name, List<DataFile> files, List<URI> mirrors) {
      this(name, List.of(name), files, Optional.empty(), mirrors);
    }

    /** What is downloaded to have {@code file}. */
    private DataFile download(DataFile file) {
      return archive.orElse(file);
    }
  }

  private final Source source;
  private final DataLocation where;
  private final Progress progress;
  private final Downloader downloader = new Downloader();
  private final Optional<Path> local;
  private final Path cache;

  /**
   * Looks for the folder of the files.
   *
   * @throws DataException if a folder that the user named is missing, or the explicit one has none
   *     of the files
   */
  DataFiles(Source source, DataLocation where, Progress progress) {
    this.source = source;
    this.where = where;
    this.progress = progress;
    cache = where.cache().resolve(source.folders().get(0));
    Optional<Path> explicit = where.folder().map(this::folderIn);
    if (where.folder().isPresent() && explicit.isEmpty()) {
      throw missing(where.folder().get());
    }
    local = explicit.or(() -> where.sharedFolder().map(this::folderIn));
  }

  /** The first of the places on this machine that has all of the files; none is read. */
  static Optional<Path> locate(Source source, DataLocation where) {
    return Stream.of(where.folder(), where.sharedFolder(), Optional.of(where.cache()))
        .flatMap(Optional::stream)
        .flatMap(root -> candidates(source, root))
        .filter(
            folder -> source.files().stream().allMatch(f -> find(source, folder, f).isPresent()))
        .findFirst();
  }

  /**
   * Reads one of the files.
   *
   * @param file which
   * @param parser reads its content to the end
   * @return what the parser returns
   * @throws DataException if the file can't be had or isn't the published one
   */
  <T> T read(DataFile file, Gzip.Parser<T> parser) {
    if (local.isPresent()) {
      Path path = find(local.get(), file).orElseThrow(() -> missing(local.get()));
      return readChecked(path, file, parser);
    }
    Optional<Path> cached = find(cache, file);
    if (cached.isPresent()) {
      try {
        return readChecked(cached.get(), file, parser);
      } catch (DataException e) {
        if (!where.download()) {
          throw e;
        }
        progress.note(
            "downloading " + source.download(file).gzipName() + " again: " + e.getMessage());
      }
    }
    return readChecked(download(file), file, parser);
  }

  /** {@code root} or the data set's folder in it, whichever has any file; null if neither has. */
  private Path folderIn(Path root) {
    requireFolder(root);
    return candidates(source, root)
        .filter(folder -> source.files().stream().anyMatch(f -> find(folder, f).isPresent()))
        .findFirst()
        .orElse(null);
  }

  static void requireFolder(Path root) {
    if (!Files.isDirectory(root)) {
      throw new DataException(
          "the data folder " + root + " is not a folder; create it or name another one");
    }
  }

  private static Stream<Path> candidates(Source source, Path root) {
    return Stream.concat(Stream.of(root), source.folders().stream().map(root::resolve));
  }

  private Optional<Path> find(Path folder, DataFile file) {
    return find(source, folder, file);
  }

  /** The file itself or the archive. */
  private static Optional<Path> find(Source source, Path folder, DataFile file) {
    return Stream.concat(Stream.of(file), source.archive().stream())
        .flatMap(each -> Stream.of(each.gzipName(), each.name()))
        .map(folder::resolve)
        .filter(Files::exists)
        .findFirst();
  }

  private <T> T readChecked(Path path, DataFile file, Gzip.Parser<T> parser) {
    MessageDigest digest = Sha256.digest();
    Gzip.Parser<T> checked = (in, name) -> parser.parse(new DigestInputStream(in, digest), name);
    String found = path.getFileName().toString();
    boolean single = found.equals(file.name()) || found.equals(file.gzipName());
    T content = Gzip.read(path, single ? checked : Tar.entry(file.name(), checked));
    String sha256 = Sha256.hex(digest);
    if (!sha256.equals(file.contentSha256())) {
      throw new DataException(
          path
              + " is not the published "
              + file.name()
              + ": the sha256 of its content is "
              + sha256
              + ", not "
              + file.contentSha256()
              + "; replace it");
    }
    return content;
  }

  private Path download(DataFile file) {
    List<String> failures = new ArrayList<>();
    if (where.download()) {
      DataFile wanted = source.download(file);
      Path target = cache.resolve(wanted.gzipName());
      for (URI mirror : where.mirrors().isEmpty() ? source.mirrors() : where.mirrors()) {
        try {
          store(fetch(mirror, wanted), target);
          return target;
        } catch (IOException e) {
          failures.add(mirror + ": " + (e.getMessage() == null ? e : e.getMessage()));
        }
      }
    } else {
      failures.add("downloads are switched off");
    }
    throw unavailable(file, failures);
  }

  private DataException unavailable(DataFile file, List<String> failures) {
    return new DataException(
        "can't get "
            + source.download(file).gzipName()
            + " of the data set "
            + source.name()
            + " ("
            + String.join("; ", failures)
            + "): put "
            + names()
            + " (or the same without .gz) into "
            + cache
            + " or into a folder that you name with --data"
            + (source.name().equals(Mnist.NAME)
                ? ", or use mnist-10k, which needs no download"
                : ""));
  }

  private byte[] fetch(URI mirror, DataFile file) throws IOException {
    String base = mirror.toString();
    URI address = URI.create(base + (base.endsWith("/") ? "" : "/") + file.gzipName());
    int total = file.gzipBytes();
    byte[] content;
    try {
      content =
          downloader.fetch(
              address, total, done -> progress.downloaded(file.gzipName(), done, total));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("the download of " + address + " was interrupted; run it again", e);
    }
    MessageDigest digest = Sha256.digest();
    digest.update(content);
    String sha256 = Sha256.hex(digest);
    if (!sha256.equals(file.gzipSha256())) {
      throw new IOException("its sha256 is " + sha256 + ", not " + file.gzipSha256());
    }
    progress.downloaded(file.gzipName(), total, total);
    return content;
  }

  private static void store(byte[] content, Path target) {
    try {
      Files.createDirectories(target.getParent());
      AtomicFiles.write(target, out -> out.write(content));
    } catch (IOException e) {
      throw new DataException(
          target
              + " can't be written ("
              + e
              + "); free the disk, set XDG_CACHE_HOME to a folder that you may write to, or name"
              + " a folder that has the files with --data",
          e);
    }
  }

  private DataException missing(Path folder) {
    String lacking =
        source.files().stream()
            .filter(file -> find(folder, file).isEmpty())
            .map(DataFile::gzipName)
            .collect(Collectors.joining(", "));
    return new DataException(
        folder
            + " lacks files of the data set "
            + source.name()
            + ": put "
            + lacking
            + " (or the same without .gz"
            + source.archive().map(archive -> ", or " + archive.gzipName()).orElse("")
            + ") there, or name no folder, and they are downloaded");
  }

  private String names() {
    if (source.archive().isPresent()) {
      return source.archive().get().gzipName();
    }
    return source.files().stream().map(DataFile::gzipName).collect(Collectors.joining(", "));
  }
}
