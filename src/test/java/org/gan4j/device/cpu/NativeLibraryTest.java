package org.gan4j.device.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.gan4j.Jvm;
import org.gan4j.SmallDisk;
import org.gan4j.cli.Main;
import org.gan4j.device.Device;
import org.gan4j.io.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of native libraries that don't fit. */
class NativeLibraryTest {
  @TempDir private Path folder;

  private static List<Path> path() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath())
        .toList();
  }

  private static Path classes() throws Exception {
    return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** gan4j's line of doctor, with these entries before those of the class path that are named. */
  private String libraries(Path first, Predicate<Path> others) throws Exception {
    String path =
        Stream.concat(Stream.of(first), path().stream().filter(others))
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      jvm.with("-cp").with(path).start(Main.class, "doctor");
      assertEquals(1, jvm.await(), jvm.err());
      return jvm.out().lines().filter(l -> l.startsWith("libraries ")).findFirst().orElseThrow();
    }
  }

  @Test
  void missing() throws Exception {
    Path copy = folder.resolve("classes");
    copy(classes(), copy, file -> !file.endsWith("libjnigan4j.so"));
    String line = libraries(copy, entry -> !entry.endsWith("target/classes"));
    String platform = Loader.getPlatform();
    assertTrue(
        line.contains(
            "gan4j's own is missing: add the dependency org.gan4j:gan4j-"
                + platform
                + ":"
                + Version.current()),
        line);
  }

  @Test
  void twoVersionsOnOneClassPath() throws Exception {
    Path other = folder.resolve("other.jar.content");
    Files.createDirectories(other.resolve("org/gan4j"));
    Files.writeString(other.resolve(Version.RESOURCE), "0.0.9\n");
    String line = libraries(other, entry -> true);
    assertTrue(line.contains("two versions of gan4j are on the class path, 0."), line);
    assertTrue(line.contains("0.0.9 in " + other), line);
    assertTrue(line.contains(Version.current() + " in " + classes()), line);
  }

  /** The classes with native libraries that say they are of 0.0.9. */
  private Path withOlderLibraries() throws Exception {
    Path copy = folder.resolve("classes");
    copy(classes(), copy, file -> true);
    Path library = copy.resolve("org/gan4j/device/cpu/" + Loader.getPlatform() + "/libjnigan4j.so");
    String bytes = Files.readString(library, StandardCharsets.ISO_8859_1);
    String own = "\0" + Version.current() + "\0";
    assertTrue(bytes.contains(own), "where is its version?");
    String older = bytes.replace(own, "\0" + "0.0.9" + "\0");
    assertEquals(bytes.length(), older.length());
    Files.writeString(library, older, StandardCharsets.ISO_8859_1);
    return copy;
  }

  @Test
  void librariesOfAnotherVersion() throws Exception {
    String line = libraries(withOlderLibraries(), entry -> !entry.endsWith("target/classes"));
    assertTrue(
        line.contains(
            "gan4j's own is of version 0.0.9 and the classes are of "
                + Version.current()
                + ": give gan4j and gan4j-natives the same version"),
        line);
  }

  /** As in a container of applications that were not upgraded together. */
  @Test
  void twoVersionsInTwoClassLoaders() throws Exception {
    Path older = withOlderLibraries();
    Files.writeString(older.resolve(Version.RESOURCE), "0.0.9\n");
    List<Path> others =
        Stream.concat(Stream.of(older), path().stream().filter(e -> !e.equals(classesEntry())))
            .toList();
    try (URLClassLoader one = loader(ClassLoader.getPlatformClassLoader(), path());
        URLClassLoader two = loader(ClassLoader.getPlatformClassLoader(), others)) {
      assertEquals(describe(one), describe(two));
      assertEquals(Version.current(), libraryVersion(one));
      assertEquals("0.0.9", libraryVersion(two));
    }
  }

  private static Path classesEntry() {
    return path().stream().filter(e -> e.endsWith("target/classes")).findFirst().orElseThrow();
  }

  private static Object libraryVersion(ClassLoader loader) throws Exception {
    Method version =
        Class.forName(NativeKernels.class.getName(), true, loader).getDeclaredMethod("version");
    version.setAccessible(true);
    return version.invoke(null);
  }

  /** Doctor's line on the libraries, where a user's caches are. */
  private String librariesIn(Path caches, Path temporary, int code, String... options)
      throws Exception {
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      jvm.in("XDG_CACHE_HOME", caches.toString()).with("-Djava.io.tmpdir=" + temporary);
      Arrays.stream(options).forEach(jvm::with);
      jvm.start(Main.class, "doctor");
      int found = jvm.await();
      String line =
          jvm.out().lines().filter(l -> l.startsWith("libraries ")).findFirst().orElseThrow();
      assertEquals(code, found, line);
      return line;
    }
  }

  @Test
  void noFolderToUnpackTo() throws Exception {
    String remedy = "a folder of your own from which programs can be run";
    Path usable = Files.createDirectory(folder.resolve("usable"));
    try (SmallDisk noexec = new SmallDisk(folder.resolve("noexec"), 1000, "noexec");
        SmallDisk readOnly = new SmallDisk(folder.resolve("read-only"), 1000, "ro")) {
      for (SmallDisk disk : List.of(noexec, readOnly)) {
        String fallback = librariesIn(disk.folder(), usable, 0);
        assertTrue(fallback.contains("cpu ("), fallback);
        String none = librariesIn(disk.folder(), disk.folder(), 1);
        assertTrue(none.contains("there is no folder to unpack them to: " + disk.folder()), none);
        assertTrue(none.endsWith("; set XDG_CACHE_HOME to " + remedy + ")"), none);
        // This names it before all others: another cache would not help.
        Path chosen = disk.folder().resolve("chosen");
        String named = librariesIn(usable, usable, 1, "-Dorg.bytedeco.javacpp.cachedir=" + chosen);
        assertTrue(
            named.contains(chosen + ", which -Dorg.bytedeco.javacpp.cachedir names, "), named);
        assertTrue(
            named.endsWith("; name with it, or without it with XDG_CACHE_HOME, " + remedy + ")"),
            named);
      }
    }
  }

  @Test
  void ofAnotherVersion() {
    NativeLibrary.requireSame(NativeKernels.version());
    UnsatisfiedLinkError e =
        assertThrows(UnsatisfiedLinkError.class, () -> NativeLibrary.requireSame("0.0.9"));
    assertEquals(
        "gan4j's own is of version 0.0.9 and the classes are of "
            + Version.current()
            + ": give gan4j and gan4j-natives the same version",
        e.getMessage());
  }

  /** As in a container of applications. */
  @Test
  void twoClassLoadersEachWithAGan4jOfItsOwn() throws Exception {
    try (URLClassLoader one = loader(ClassLoader.getPlatformClassLoader(), path());
        URLClassLoader two = loader(ClassLoader.getPlatformClassLoader(), path())) {
      assertEquals(describe(one), describe(two));
    }
  }

  @Test
  void javaCppOfAnotherClassLoader() throws Exception {
    Path own = classesEntry();
    List<Path> shared = path().stream().filter(entry -> !entry.equals(own)).toList();
    try (URLClassLoader parent = loader(ClassLoader.getPlatformClassLoader(), shared);
        URLClassLoader child = loader(parent, List.of(own))) {
      Throwable e = assertThrows(Exception.class, () -> describe(child));
      assertTrue(
          e.getCause()
              .getMessage()
              .contains("JavaCPP belongs to another class loader than gan4j: give both to one"),
          e.getCause().toString());
    }
  }

  private static URLClassLoader loader(ClassLoader parent, List<Path> path) {
    return new URLClassLoader(
        path.stream().map(NativeLibraryTest::url).toArray(URL[]::new), parent);
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Object describe(ClassLoader loader) throws Exception {
    Class<?> device = Class.forName(Device.class.getName(), true, loader);
    Object cpu = device.getMethod("cpu").invoke(null);
    Object text = device.getMethod("description").invoke(cpu);
    device.getMethod("close").invoke(cpu);
    return text;
  }

  private static void copy(Path from, Path to, Predicate<Path> which) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.filter(which).forEach(file -> copy(file, to.resolve(from.relativize(file))));
    }
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
