package org.gan4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.gan4j.cli.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens where the native libraries, or those of the command line, are not. */
class WithoutLibrariesTest {
  private static final Predicate<String> NOT_NATIVE = name -> !name.contains("-linux-");

  @TempDir private Path folder;

  private static Path classes() throws Exception {
    return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  @Test
  void everyClassLoadsWithoutNativeLibraries() throws Exception {
    try (Jvm jvm = new Jvm(folder, NOT_NATIVE)) {
      jvm.start(LoadAll.class, classes());
      assertEquals(0, jvm.await(), jvm.err());
      assertFalse(jvm.out().contains("not loaded"), jvm.out());
      assertTrue(
          jvm.out().contains("no device: the CPU backend's native libraries can't be loaded ("),
          jvm.out());
      assertTrue(jvm.out().contains("(Could not find jni"), "the cause: " + jvm.out());
      assertTrue(jvm.out().contains("mvn package"), "the remedy: " + jvm.out());
      assertEquals(1, jvm.out().lines().count(), jvm.out());
    }
  }

  /** Those that a project gets which depends on gan4j. */
  private static final Predicate<String> DECLARED =
      name ->
          !name.endsWith(".jar")
              || name.matches("(javacpp|dnnl|opencl|cuda|xchart|jackson-core|snakeyaml-engine)-.*");

  @Test
  void aWholeRunNeedsNothingOfTheCommandLine() throws Exception {
    try (Jvm jvm = new Jvm(folder, DECLARED)) {
      jvm.with("-Djava.awt.headless=true").start(LibraryUse.class, folder.resolve("runs"));
      assertEquals(0, jvm.await(), jvm.err());
      assertEquals("", jvm.err());
      assertEquals("done\n", jvm.out());
    }
  }

  @Test
  void theLibraryNeedsNothingOfTheCommandLine() throws Exception {
    try (Jvm jvm = new Jvm(folder, DECLARED)) {
      jvm.start(LoadAll.class, classes(), "org.gan4j.cli.");
      assertEquals(0, jvm.await(), jvm.err());
      assertTrue(jvm.out().startsWith("device: cpu ("), jvm.out());
      assertEquals(1, jvm.out().lines().count(), jvm.out());
    }
  }

  @Test
  void commandsSayWhatIsMissing() throws Exception {
    try (Jvm jvm = new Jvm(folder, NOT_NATIVE)) {
      jvm.start(Main.class, "train", "--device", "cpu");
      assertEquals(1, jvm.await(), jvm.err());
      assertTrue(jvm.err().startsWith("gan4j: the CPU backend's native libraries can't be loaded"));
      assertEquals(1, jvm.err().lines().count(), jvm.err());
      assertFalse(folder.resolve("runs").toFile().exists());
    }
    try (Jvm jvm = new Jvm(folder, NOT_NATIVE)) {
      jvm.start(Main.class, "doctor");
      assertEquals(1, jvm.await(), jvm.err());
      assertTrue(jvm.out().contains("libraries      MISSING: the CPU backend's"), jvm.out());
    }
  }

  @Test
  void noPlaceToUnpackThem() throws Exception {
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      for (String place : List.of("org.bytedeco.javacpp.cachedir", "user.home", "java.io.tmpdir")) {
        jvm.with("-D" + place + "=/proc/none");
      }
      jvm.start(Main.class, "doctor");
      assertEquals(1, jvm.await(), jvm.err());
      assertTrue(jvm.out().contains("libraries      MISSING: the CPU backend's"), jvm.out());
      assertTrue(jvm.out().contains("-Dorg.bytedeco.javacpp.cachedir"), jvm.out());
    }
  }
}
