package org.gan4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import org.gan4j.io.FileErrors;
import org.gan4j.io.Sha256;

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
   * @param otherwise what to do with files that are not the published ones
   */
  record Source(
      String name,
      List<String> folders,
      List<DataFile> files,
      Optional<DataFile> archive,
      List<URI> mirrors,
      String otherwise) {

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
    requireFolder(where);
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

  /** The data set's folder in {@code root}, or that itself, if it has any file; else null. */
  private Path folderIn(Path root) {
    return candidates(source, root)
        .filter(folder -> source.files().stream().anyMatch(f -> find(folder, f).isPresent()))
        .findFirst()
        .orElse(null);
  }

  /** Whether the place that counts is a folder: the one of this call, else the shared one. */
  static void requireFolder(DataLocation where) {
    Optional<Path> folder = where.folder().or(where::sharedFolder);
    if (folder.isPresent() && !Files.isDirectory(folder.get())) {
      throw new DataException(
          (where.folder().isPresent() ? "the data folder " : DataLocation.FOLDER_VARIABLE + " = ")
              + folder.get()
              + " is not a folder; create it or name another one");
    }
  }

  private static Stream<Path> candidates(Source source, Path root) {
    return Stream.concat(source.folders().stream().map(root::resolve), Stream.of(root));
  }

  private Optional<Path> find(Path folder, DataFile file) {
    return find(source, folder, file);
  }

  /** The file itself or the archive. */
  private static Optional<Path> find(Source source, Path folder, DataFile file) {
    return Stream.concat(Stream.of(file), source.archive().stream())
        .flatMap(each -> each.localNames().stream())
        .flatMap(name -> named(folder, name))
        .findFirst();
  }

  /** The file of that name, also in a folder of the same name, as some unpackers leave it. */
  static Stream<Path> named(Path folder, String name) {
    return Stream.of(folder.resolve(name), folder.resolve(name).resolve(name))
        .filter(Files::isRegularFile);
  }

  private <T> T readChecked(Path path, DataFile file, Gzip.Parser<T> parser) {
    return file.localNames().contains(path.getFileName().toString())
        ? single(path, file, parser)
        : archived(path, file, parser);
  }

  private <T> T single(Path path, DataFile file, Gzip.Parser<T> parser) {
    if (file.contentSha256().isEmpty()) {
      requireAsPublished(path, file);
    }
    MessageDigest digest = Sha256.digest();
    Gzip.Limit limit = new Gzip.Limit(file.contentBytes(), source.otherwise());
    T content = Gzip.read(path, limit, digesting(digest, parser));
    requireSame(path, file, digest);
    return content;
  }

  private <T> T archived(Path path, DataFile file, Gzip.Parser<T> parser) {
    MessageDigest digest = Sha256.digest();
    Gzip.Limit limit =
        new Gzip.Limit(source.archive().orElseThrow().contentBytes(), source.otherwise());
    T content = Gzip.read(path, limit, Tar.entry(file.name(), digesting(digest, parser)));
    requireSame(path, file, digest);
    return content;
  }

  private static <T> Gzip.Parser<T> digesting(MessageDigest digest, Gzip.Parser<T> parser) {
    return (in, name) -> parser.parse(new DigestInputStream(in, digest), name);
  }

  private void requireSame(Path path, DataFile file, MessageDigest content) {
    String sha256 = Sha256.hex(content);
    if (!file.contentSha256().isEmpty() && !sha256.equals(file.contentSha256())) {
      throw notPublished(
          path,
          file.name(),
          "the sha256 of its content is " + sha256 + ", not " + file.contentSha256());
    }
  }

  private void requireAsPublished(Path path, DataFile file) {
    MessageDigest digest = Sha256.digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new DataException(path + " can't be read (" + FileErrors.reason(e) + ")", e);
    }
    String sha256 = Sha256.hex(digest);
    if (!sha256.equals(file.gzipSha256())) {
      throw notPublished(
          path, file.gzipName(), "its sha256 is " + sha256 + ", not " + file.gzipSha256());
    }
  }

  private DataException notPublished(Path path, String name, String why) {
    return new DataException(
        path + " is not the published " + name + ": " + why + "; " + source.otherwise());
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
            + (source.name().equals(Mnist.DIGITS.dataName())
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
            + (where.folder().isPresent() ? "" : " (from " + DataLocation.FOLDER_VARIABLE + ")")
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
