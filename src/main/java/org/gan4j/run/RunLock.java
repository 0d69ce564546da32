package org.gan4j.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps everybody else from training in a folder. The system lets go of it when the process ends,
 * however it ends; the file itself stays.
 */
final class RunLock implements AutoCloseable {
  /** Digits of a process's number. */
  private static final int MOST_DIGITS = 20;

  /**
   * Begins the names of system properties, one for each folder that this program holds. A file that
   * is closed loses all the locks that its process has on it, so the lock file of such a folder
   * must not even be opened, by this library loaded a second time either: properties are
   * everybody's.
   */
  private static final String HELD = "org.gan4j.held.";

  private final String key;
  private final FileChannel channel;

  private RunLock(String key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param folder exists
   * @param file in it; created if absent
   * @throws IllegalArgumentException if somebody else has it
   * @throws IOException if the file can't be written or locked
   */
  static RunLock take(Path folder, Path file) throws IOException {
    String key = HELD + folder.toRealPath();
    if (System.getProperties().putIfAbsent(key, "") != null) {
      throw inUse(folder, "this program");
    }
    try {
      return new RunLock(key, open(folder, file));
    } catch (IOException | RuntimeException e) {
      System.getProperties().remove(key);
      throw e;
    }
  }

  private static FileChannel open(Path folder, Path file) throws IOException {
    boolean absent = Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            // The link of a foreign folder could lead to any file.
            LinkOption.NOFOLLOW_LINKS);
    try {
      lock(folder, channel);
      return channel;
    } catch (IOException e) {
      try (channel) {
        if (absent) {
          Files.deleteIfExists(file);
        }
      }
      throw e;
    } catch (RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void lock(Path folder, FileChannel channel) throws IOException {
    ByteBuffer holder = ByteBuffer.allocate(MOST_DIGITS);
    try {
      if (channel.tryLock() == null) {
        channel.read(holder, 0);
        String text = StandardCharsets.ISO_8859_1.decode(holder.flip()).toString();
        String number = text.replaceAll("[^0-9]", "");
        throw inUse(folder, number.isEmpty() ? "another process" : "process " + number);
      }
    } catch (OverlappingFileLockException e) { // by another path, or not by this library
      throw inUse(folder, "this program");
    }
    channel.truncate(0);
    String number = Long.toString(ProcessHandle.current().pid());
    channel.write(ByteBuffer.wrap(number.getBytes(StandardCharsets.ISO_8859_1)), 0);
  }

  private static IllegalArgumentException inUse(Path folder, String who) {
    return new IllegalArgumentException(
        folder + " is being trained by " + who + ": wait until it has ended, or end it");
  }

  /** Whether nobody else can have it. */
  boolean isHeld() {
    return channel.isOpen();
  }

  /** Lets go of it, once: afterwards it may be somebody else's. */
  @Override
  public synchronized void close() throws IOException {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } finally {
      System.getProperties().remove(key);
    }
  }
}
