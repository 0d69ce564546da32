package org.gan4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.SmallDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTest {
  @TempDir Path folder;

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static void owner(Path path, int user) throws IOException {
    assumeTrue(PrivateFolder.user() == 0, "only root may give a folder away");
    Files.setAttribute(path, "unix:uid", user);
  }

  private static void assertRefused(Path path, String why) {
    Optional<String> problem = PrivateFolder.prepare(path);
    assertTrue(problem.isPresent(), "taken: " + path);
    assertTrue(problem.get().contains(why), problem.get());
  }

  @Test
  void isMadeForItsOwnerAlone() throws IOException {
    Path made = folder.resolve("a/b");
    assertEquals(Optional.empty(), PrivateFolder.prepare(made));
    assertEquals(Optional.empty(), PrivateFolder.prepare(made));
    for (Path each : List.of(made, made.getParent())) {
      assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(each)));
    }
    mode(made, "rwxr-xr-x");
    assertEquals(Optional.empty(), PrivateFolder.prepare(made));
  }

  @Test
  void whatOthersCanWriteToIsRefused() throws IOException {
    Path open = Files.createDirectory(folder.resolve("open"));
    mode(open, "rwxrwx---");
    assertRefused(open, "written by others");
    mode(open, "rwx---rwx");
    assertRefused(open, "written by others");
    assertRefused(open.resolve("in"), "is in " + open.toRealPath());
    // As /tmp is.
    Files.setAttribute(open, "unix:mode", 01777);
    assertEquals(Optional.empty(), PrivateFolder.prepare(open.resolve("in")));
  }

  @Test
  void whatIsAnothersIsRefused() throws IOException {
    Path others = Files.createDirectory(folder.resolve("others"));
    Path mine = Files.createDirectory(others.resolve("mine"));
    owner(others, 12345);
    mode(others, "rwx------");
    assertRefused(others, "belongs to another user");
    assertRefused(mine, "is in " + others.toRealPath());
    Path link = Files.createSymbolicLink(folder.resolve("link"), others);
    assertRefused(link, "belongs to another user");
  }

  @Test
  void filesInTheWay() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused(file, "can't be used");
    assertRefused(file.resolve("in"), "can't be used");
  }

  @Test
  void noexec() throws IOException {
    List<String> mounts =
        List.of(
            "26 1 8:1 / / rw,relatime - ext4 /dev/root rw",
            "30 26 0:30 / /home rw,nosuid,noexec - ext4 /dev/x rw",
            "31 30 0:31 / /home/a\\040b rw - ext4 /dev/y rw",
            "32 26 0:32 / /tmp rw - tmpfs tmpfs rw",
            "33 26 0:33 / /tmp rw,noexec - tmpfs tmpfs rw",
            "cut");
    assertTrue(PrivateFolder.isNoexec(Path.of("/home/c/.cache"), mounts));
    assertFalse(PrivateFolder.isNoexec(Path.of("/home/a b/.cache"), mounts));
    assertTrue(PrivateFolder.isNoexec(Path.of("/tmp/x"), mounts));
    assertFalse(PrivateFolder.isNoexec(Path.of("/homely"), mounts));
    try (SmallDisk disk = new SmallDisk(folder.resolve("disk"), 1000, "noexec")) {
      assertRefused(disk.folder().resolve("native"), "mounted noexec");
    }
  }

  @Test
  void cachesOfUsers() {
    Path home = folder.toAbsolutePath();
    assertEquals(home.resolve(".cache/gan4j"), UserFolders.cache(Map.of(), home));
    assertEquals(Path.of("/c/gan4j"), UserFolders.cache(Map.of("XDG_CACHE_HOME", "/c"), home));
    assertEquals(
        home.resolve(".cache/gan4j"), UserFolders.cache(Map.of("XDG_CACHE_HOME", "c"), home));
    // No name, as in a container that runs under a number.
    Path none = Path.of("?");
    assertEquals(
        home.resolve(".cache/gan4j"), UserFolders.cache(Map.of("HOME", home.toString()), none));
    Path temporary = UserFolders.cache(Map.of("HOME", "/nonexistent"), none);
    assertTrue(temporary.isAbsolute(), temporary.toString());
    assertTrue(temporary.getFileName().toString().matches("gan4j-[0-9]+"), temporary.toString());
  }
}
