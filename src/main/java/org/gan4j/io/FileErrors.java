package org.gan4j.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Puts the failures of file operations into words. */
public final class FileErrors {
  private FileErrors() {}

  /**
   * Why a file operation failed. The JDK's own message is often no more than the path, or belongs
   * to the outermost of several wrapped exceptions.
   *
   * @param failure what the operation threw
   * @return a few words on one line, without a final full stop
   */
  public static String reason(IOException failure) {
    Throwable root = failure;
    while (root.getCause() instanceof IOException cause) {
      root = cause;
    }
    if (root instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (root instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (root instanceof FileNotFoundException missing && missing.getMessage() != null) {
      return oneLine(missing.getMessage().replaceAll("^.*\\((.+)\\)$", "$1"));
    }
    if (root instanceof ClosedByInterruptException) {
      return "the thread was interrupted";
    }
    if (root instanceof ClosedChannelException) {
      return "it is closed";
    }
    String words = root.getMessage();
    if (root instanceof FileSystemException e && e.getReason() != null) {
      words = e.getReason();
    }
    return words == null || words.isBlank() ? root.getClass().getSimpleName() : oneLine(words);
  }

  private static String oneLine(String words) {
    return words.strip().replaceAll("\\s+", " ");
  }
}
