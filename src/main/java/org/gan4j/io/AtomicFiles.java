package org.gan4j.io;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes a file so that a reader, or a crash at any moment, finds either the old content or the new
 * one, whole; and so that what was written outlasts a power cut. An interrupt of the thread does
 * not end a write.
 */
public final class AtomicFiles {
  private static final int BUFFER_BYTES = 1 << 16;

  /** The names of {@link #temporary}. */
  private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.[0-9a-f-]{36}\\.tmp");

  private static volatile Disk disk = new Disk();

  private AtomicFiles() {}

  /** What writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes all of the content.
     *
     * @param out where to; closed by the caller
     * @throws IOException if it can't be written
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Lets a test see what reaches the disk, in which order; the result is what was in use. */
  static Disk use(Disk other) {
    Disk before = disk;
    disk = other;
    return before;
  }

  /**
   * Writes {@code target} through a temporary file beside it: content, flush to the disk, rename,
   * flush of the folder. When anything fails before the rename, {@code target} is as it was; the
   * temporary file is gone in any case, but for a crash.
   *
   * @param target the file to create or replace; its folder exists
   * @param content what to write; called again if {@link #removeLeftovers} took the temporary file
   * @throws IOException if the folder can't be written, the disk is full or the content fails
   */
  public static void write(Path target, Content content) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    while (!written(folder, target, content)) {
      // Somebody cleaned the folder just now. If the folder is gone, the next turn fails.
    }
    disk.syncFolder(folder);
  }

  private static boolean written(Path folder, Path target, Content content) throws IOException {
    Path temporary = temporary(folder, target);
    try {
      Files.createFile(temporary);
      // Not a channel, which an interrupt of the thread would close in the middle of a save.
      try (FileOutputStream file = new FileOutputStream(temporary.toFile())) {
        OutputStream out = new BufferedOutputStream(file, BUFFER_BYTES);
        content.writeTo(out);
        out.flush();
        disk.sync(file.getFD(), temporary);
      }
      return renamed(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static boolean renamed(Path temporary, Path target) throws IOException {
    try {
      disk.rename(temporary, target);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Not createTempFile, whose files only their owner may read. */
  private static Path temporary(Path folder, Path target) {
    return folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /**
   * Writes a text, whole or not at all.
   *
   * @param target the file to create or replace; its folder exists
   * @param text its content, written as UTF-8
   * @throws IOException as of {@link #write}
   */
  public static void write(Path target, String text) throws IOException {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Adds a text to the end of a file.
   *
   * @param file created if absent; no link, which could lead out of the folder
   * @param text what to add, written as UTF-8
   * @throws IOException if it can't be written
   */
  public static void append(Path file, String text) throws IOException {
    if (Files.isSymbolicLink(file)) {
      throw new FileSystemException(file.toString(), null, "it is a symbolic link");
    }
    if (Files.notExists(file)) {
      Files.createFile(file);
    }
    try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Makes what was appended to a file outlast a power cut; its name does so after the next {@link
   * #write} in its folder.
   *
   * @param file may be absent, and nothing is done then
   * @throws IOException if it can't be written to the disk
   */
  public static void sync(Path file) throws IOException {
    if (Files.exists(file)) {
      try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
        disk.sync(out.getFD(), file);
      }
    }
  }

  /**
   * Creates a folder, and those above it that are absent; they outlast a power cut.
   *
   * @param folder to create
   * @return false if it was there before
   * @throws FileAlreadyExistsException if a file stands in the way
   * @throws IOException if it can't be created
   */
  public static boolean createFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return false;
    }
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null && !Files.exists(parent)) {
      createFolder(parent);
    }
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (Files.isDirectory(folder)) { // by somebody else, just now
        return false;
      }
      throw e;
    }
    disk.syncFolder(folder.toAbsolutePath().getParent());
    return true;
  }

  /**
   * Removes the temporary files that killed writes have left in a folder. A write that is under way
   * there writes its own again.
   *
   * @param folder to clean
   * @throws IOException if one can't be removed
   */
  public static void removeLeftovers(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(AtomicFiles::isTemporary).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }

  /**
   * Whether a file is one that {@link #write} writes before its target is there.
   *
   * @param file any file
   * @return true for a regular file of such a name
   */
  public static boolean isTemporary(Path file) {
    return TEMPORARY.matcher(file.getFileName().toString()).matches()
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }
}
