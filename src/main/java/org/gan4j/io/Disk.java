package org.gan4j.io;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The calls that decide what a power cut leaves behind; a test can record them. An interrupt of the
 * thread does not end them.
 */
class Disk {
  /** What was written to the file outlasts a power cut. */
  void sync(FileDescriptor descriptor, Path file) throws IOException {
    descriptor.sync();
  }

  /** So do the names in the folder: those of new files, and which file a name stands for. */
  void syncFolder(Path folder) throws IOException {
    boolean interrupted = false;
    try {
      while (!synced(folder)) {
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Only a channel opens a folder, and an interrupt closes it. */
  private static boolean synced(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
      return true;
    } catch (ClosedByInterruptException e) {
      return false;
    } catch (AccessDeniedException e) {
      // A folder that may be written but not read can't be opened, and so not be synced.
      return true;
    }
  }

  void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
