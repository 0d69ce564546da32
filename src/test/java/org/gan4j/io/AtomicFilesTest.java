package org.gan4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  private static final String LEFT = ".a.txt.0b0e7c2e-1c9b-4c1e-9d8e-0123456789ab.tmp";

  @TempDir private Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void contentThenNameThenFolder() throws IOException {
    try (RecordingDisk disk = new RecordingDisk(() -> {})) {
      AtomicFiles.write(folder.resolve("a.txt"), "läufe");
      assertEquals(
          List.of("sync a.txt (new)", "rename to a.txt", "sync folder " + folder.getFileName()),
          disk.calls());
    }
    assertEquals("läufe", Files.readString(folder.resolve("a.txt")));
    assertEquals(List.of("a.txt"), names());
  }

  @Test
  void aFailureLeavesWhatWasThere() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFiles.write(file, "old");
    assertThrows(
        IOException.class,
        () ->
            AtomicFiles.write(
                file,
                out -> {
                  out.write(1);
                  throw new IOException("full");
                }));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("a.txt"), names());
    assertThrows(
        NoSuchFileException.class, () -> AtomicFiles.write(folder.resolve("none/a.txt"), "x"));
  }

  @Test
  void onlyTemporaryFilesAreLeftovers() throws IOException {
    Files.writeString(folder.resolve(LEFT), "half");
    Files.createDirectory(folder.resolve(LEFT.replace("9ab", "9ac")));
    Files.createSymbolicLink(folder.resolve(LEFT.replace("9ab", "9ad")), Path.of("a.txt"));
    List<String> others = List.of(".a.txt.tmp", ".lock", "a.txt", LEFT.substring(1));
    for (String other : others) {
      Files.writeString(folder.resolve(other), "whole");
    }
    AtomicFiles.removeLeftovers(folder);
    assertFalse(names().contains(LEFT));
    assertEquals(others.size() + 2, names().size());
  }

  /** Whoever opens a run's folder cleans it, and must not undo what another command writes then. */
  @Test
  void aWriteUnderWayOutlivesACleaning() throws IOException {
    int[] times = {0};
    AtomicFiles.write(
        folder.resolve("a.txt"),
        out -> {
          out.write("content".getBytes());
          if (times[0]++ == 0) {
            AtomicFiles.removeLeftovers(folder);
          }
        });
    assertEquals(2, times[0]);
    assertEquals("content", Files.readString(folder.resolve("a.txt")));
    assertEquals(List.of("a.txt"), names());
  }

  @Test
  void anInterruptDoesNotEndAWrite() throws IOException {
    Path file = folder.resolve("a.txt");
    Thread.currentThread().interrupt();
    AtomicFiles.write(file, "content");
    AtomicFiles.append(file, ", more");
    AtomicFiles.sync(file);
    assertTrue(Thread.interrupted(), "the flag is up again");
    assertEquals("content, more", Files.readString(file));
  }

  @Test
  void linksAreReplacedAndNotFollowed() throws IOException {
    Path precious = Files.writeString(folder.resolve("precious"), "content");
    Path link = Files.createSymbolicLink(folder.resolve("a.txt"), precious);
    IOException e = assertThrows(IOException.class, () -> AtomicFiles.append(link, "more"));
    assertEquals("it is a symbolic link", FileErrors.reason(e));
    AtomicFiles.write(link, "new");
    assertEquals("new", Files.readString(link));
    assertEquals("content", Files.readString(precious));
  }

  @Test
  void foldersAreSyncedWhereTheyAreNamed() throws IOException {
    Path deep = folder.resolve("a/b");
    try (RecordingDisk disk = new RecordingDisk(() -> {})) {
      assertTrue(AtomicFiles.createFolder(deep));
      assertEquals(List.of("sync folder " + folder.getFileName(), "sync folder a"), disk.calls());
      assertFalse(AtomicFiles.createFolder(deep));
      assertEquals(2, disk.calls().size());
    }
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThrows(FileAlreadyExistsException.class, () -> AtomicFiles.createFolder(file));
    assertThrows(IOException.class, () -> AtomicFiles.createFolder(file.resolve("b")));
  }
}
