package org.gan4j.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a sweep, on any file system that Hadoop knows: each finished run has a folder of
 * its name; {@code _unfinished/NAME} has what an unfinished one had when it was saved last.
 * Everything is written beside its place and renamed into it whole, and what is there is never
 * replaced: of two attempts at a run the first one to finish counts.
 */
final class SharedFolder {
  private static final String UNFINISHED = "_unfinished";
  private static final String ATTEMPTS = "_attempts";
  private static final String TOKENS = "_tokens";

  /** Far more than any configuration or score. */
  private static final int MOST_TEXT = 1 << 20;

  /** A snapshot may turn out to be damaged; then there is an older one. */
  private static final int SNAPSHOTS_KEPT = 2;

  private final Path root;
  private final FileSystem files;
  private final FileContext renaming;

  private SharedFolder(Path root, FileSystem files, FileContext renaming) {
    this.root = root;
    this.files = files;
    this.renaming = renaming;
  }

  /**
   * Opens the folder.
   *
   * @param where a URI, or a path of the default file system
   * @param settings of Hadoop
   */
  static SharedFolder open(String where, Map<String, String> settings) throws IOException {
    Configuration configuration = new Configuration();
    settings.forEach(configuration::set);
    Path path = new Path(where);
    FileSystem files = path.getFileSystem(configuration);
    // Local files are read by others too, who know nothing of Hadoop's files of checksums. The
    // file system itself is the whole JVM's, and stays as it is.
    if (files instanceof ChecksumFileSystem checked) {
      files = checked.getRawFileSystem();
    }
    Path root = files.makeQualified(path);
    URI uri = files.getUri();
    return new SharedFolder(root, files, FileContext.getFileContext(uri, configuration));
  }

  /** As messages name it. */
  @Override
  public String toString() {
    return root.toString();
  }

  // ---- is it shared? ----

  /** Leaves a sign that every machine of the sweep must see. */
  void leaveToken(String token) throws IOException {
    write(new Path(new Path(root, TOKENS), token), "");
  }

  boolean hasToken(String token) throws IOException {
    return files.exists(new Path(new Path(root, TOKENS), token));
  }

  void removeToken(String token) throws IOException {
    files.delete(new Path(new Path(root, TOKENS), token), false);
  }

  // ---- texts ----

  void write(String name, String text) throws IOException {
    Path file = new Path(root, name);
    Path written = new Path(new Path(root, ATTEMPTS), name + "-" + System.nanoTime());
    write(written, text);
    renaming.rename(written, file, org.apache.hadoop.fs.Options.Rename.OVERWRITE);
  }

  private void write(Path file, String text) throws IOException {
    files.mkdirs(file.getParent());
    try (OutputStream out = files.create(file, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  // ---- runs ----

  boolean isFinished(String run) throws IOException {
    return files.exists(new Path(root, run));
  }

  /** Reads a small file of a finished run; empty if it has none of that name. */
  Optional<String> read(String run, String file) throws IOException {
    Path path = new Path(new Path(root, run), file);
    try (var in = files.open(path)) {
      byte[] bytes = in.readNBytes(MOST_TEXT + 1);
      if (bytes.length > MOST_TEXT) {
        throw new IOException(path + " has more than " + MOST_TEXT + " bytes");
      }
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Publishes a finished run.
   *
   * @param attempt tells this attempt from others
   * @return false if another attempt was first; then nothing has changed
   */
  boolean publish(String run, String attempt, java.nio.file.Path folder) throws IOException {
    Path copy = copy(run + "-" + attempt, folder);
    boolean first = place(copy, new Path(root, run));
    files.delete(snapshots(run), true);
    return first;
  }

  /** Publishes what an unfinished run has saved, and removes what that replaces. */
  void snapshot(String run, String attempt, long iteration, java.nio.file.Path folder)
      throws IOException {
    String name = String.format("%012d-%s", iteration, attempt);
    Path copy = copy(run + "-" + name, folder);
    files.mkdirs(snapshots(run));
    place(copy, new Path(snapshots(run), name));
    List<Path> all = snapshotsOf(run);
    for (Path old : all.subList(Math.min(SNAPSHOTS_KEPT, all.size()), all.size())) {
      files.delete(old, true);
    }
  }

  /**
   * What an unfinished run has saved.
   *
   * @return the last one first
   */
  List<Path> snapshotsOf(String run) throws IOException {
    try {
      return Stream.of(files.listStatus(snapshots(run)))
          .map(FileStatus::getPath)
          .sorted(Comparator.comparing(Path::getName).reversed())
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** Copies what a snapshot has into a folder that is not there yet. */
  void fetch(Path snapshot, java.nio.file.Path folder) throws IOException {
    FileUtil.copy(files, snapshot, folder.toFile(), false, files.getConf());
  }

  private Path snapshots(String run) {
    return new Path(new Path(root, UNFINISHED), run);
  }

  /** Copies a run's folder; its lock stays where it is. */
  private Path copy(String name, java.nio.file.Path folder) throws IOException {
    Path copy = new Path(new Path(root, ATTEMPTS), name);
    files.delete(copy, true);
    files.mkdirs(copy);
    for (java.nio.file.Path file : list(folder)) {
      Path target = new Path(copy, file.getFileName().toString());
      try (OutputStream out = files.create(target, true)) {
        Files.copy(file, out);
      }
    }
    return copy;
  }

  private static List<java.nio.file.Path> list(java.nio.file.Path folder) throws IOException {
    List<java.nio.file.Path> found = new ArrayList<>();
    try (Stream<java.nio.file.Path> all = Files.list(folder)) {
      all.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .forEach(found::add);
    }
    return found;
  }

  /** Whether nobody else was there before. */
  private boolean place(Path copy, Path target) throws IOException {
    try {
      renaming.rename(copy, target);
      return true;
    } catch (FileAlreadyExistsException e) {
      files.delete(copy, true);
      return false;
    }
  }

  /** Removes what cut-off attempts have left; only while no task runs. */
  void clean() throws IOException {
    files.delete(new Path(root, ATTEMPTS), true);
    for (String name : List.of(UNFINISHED, TOKENS)) {
      Path folder = new Path(root, name);
      if (files.exists(folder) && files.listStatus(folder).length == 0) {
        files.delete(folder, true);
      }
    }
  }
}
