package org.gan4j.io;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The disk, and what of it a power cut would leave at worst: of a file what was synced, of a folder
 * the names that were there when it was synced.
 */
public final class RecordingDisk extends Disk implements AutoCloseable {
  private final Disk before;
  private final Map<Object, byte[]> contents = new HashMap<>();
  private final Map<Path, Map<String, Object>> names = new HashMap<>();
  private final List<String> calls = new ArrayList<>();
  private final Runnable afterEach;

  /** Takes the place of the disk, until it is closed; {@code afterEach} follows every call. */
  public RecordingDisk(Runnable afterEach) {
    this.afterEach = afterEach;
    this.before = AtomicFiles.use(this);
  }

  /** The calls so far, as words: sync, rename or sync folder, and a name. */
  public List<String> calls() {
    return calls;
  }

  private static Object identity(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** The name that a temporary file stands for. */
  private static String name(Path file) {
    return file.getFileName().toString().replaceAll("^\\.(.+)\\.[0-9a-f-]{36}\\.tmp$", "$1 (new)");
  }

  @Override
  void sync(FileDescriptor descriptor, Path file) throws IOException {
    super.sync(descriptor, file);
    contents.put(identity(file), Files.readAllBytes(file));
    note("sync " + name(file));
  }

  @Override
  void syncFolder(Path folder) throws IOException {
    super.syncFolder(folder);
    Map<String, Object> now = new HashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        now.put(file.getFileName().toString(), identity(file));
      }
    }
    names.put(folder.toRealPath(), now);
    note("sync folder " + folder.getFileName());
  }

  @Override
  void rename(Path from, Path to) throws IOException {
    super.rename(from, to);
    note("rename to " + name(to));
  }

  private void note(String call) {
    calls.add(call);
    afterEach.run();
  }

  /** Makes a folder that holds what a power cut now would leave of another. */
  public Path afterPowerCut(Path folder, Path copy) throws IOException {
    Files.createDirectories(copy);
    for (Map.Entry<String, Object> file :
        names.getOrDefault(folder.toRealPath(), Map.of()).entrySet()) {
      byte[] content = contents.getOrDefault(file.getValue(), new byte[0]);
      Files.write(copy.resolve(file.getKey()), content);
    }
    return copy;
  }

  @Override
  public void close() {
    AtomicFiles.use(before);
  }
}
