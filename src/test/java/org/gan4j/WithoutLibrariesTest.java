package org.gan4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Predicate;
import org.gan4j.cli.Main;
import org.gan4j.data.ImageShape;
import org.gan4j.eval.OnnxFeatures;
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
      assertTrue(jvm.out().contains("(oneDNN's are missing: "), "the cause: " + jvm.out());
      assertTrue(
          jvm.out().contains("add the dependency org.gan4j:gan4j-linux-"),
          "the remedy: " + jvm.out());
      assertEquals(1, jvm.out().lines().count(), jvm.out());
    }
  }

  /** Those that a project gets which depends on gan4j. */
  private static final Predicate<String> DECLARED =
      name ->
          !name.endsWith(".jar")
              || name.matches("(javacpp|dnnl|opencl|xchart|jackson-core|snakeyaml-engine)-.*");

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
  void withoutXChartNoRunBegins() throws Exception {
    try (Jvm jvm = new Jvm(folder, name -> !name.startsWith("xchart-"))) {
      jvm.start(LibraryUse.class, folder.resolve("runs"));
      assertEquals(1, jvm.await(), jvm.err());
      assertTrue(jvm.err().contains("the charts of a run need XChart: add the dep"), jvm.err());
    }
    assertFalse(Files.exists(folder.resolve("runs")));
  }

  @Test
  void theLibraryNeedsNothingOfTheCommandLine() throws Exception {
    try (Jvm jvm = new Jvm(folder, DECLARED)) {
      jvm.start(
          LoadAll.class,
          classes(),
          "org.gan4j.cli.",
          "org.gan4j.device.cuda.",
          "org.gan4j.eval.OnnxSession");
      assertEquals(0, jvm.await(), jvm.err());
      assertTrue(jvm.out().startsWith("device: cpu ("), jvm.out());
      assertEquals(1, jvm.out().lines().count(), jvm.out());
    }
  }

  @Test
  void withoutCudasBindingsAGpuIsOneMoreDependency() throws Exception {
    try (Jvm jvm = new Jvm(folder, name -> !name.startsWith("cuda-"))) {
      jvm.start(Main.class, "doctor");
      assertEquals(0, jvm.await(), jvm.err());
      assertTrue(
          jvm.out()
              .contains("cudart is missing: add the dependency org.gan4j:gan4j-cuda, of type pom"),
          jvm.out());
    }
  }

  @Test
  void withoutOnnxruntimeFeaturesNeedOneMoreJar() throws Exception {
    Path file = Files.writeString(folder.resolve("features.onnx"), "no network");
    try (Jvm jvm = new Jvm(folder, name -> !name.startsWith("onnxruntime-"))) {
      jvm.start(OpenOnnx.class, file);
      assertEquals(0, jvm.await(), jvm.err());
      assertTrue(jvm.out().contains("need onnxruntime: add the dependency com."), jvm.out());
    }
  }

  /** Opens a file as features. */
  static final class OpenOnnx {
    private OpenOnnx() {}

    public static void main(String[] args) {
      try {
        OnnxFeatures.open(Path.of(args[0]), new ImageShape(1, 1, 1)).close();
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** As the runtime that ci/gpu-bundle makes. */
  @Test
  void withoutJavasDesktopCommandsRun() throws Exception {
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      jvm.with(
              "--limit-modules=java.logging,java.management,java.net.http,java.xml,jdk.unsupported")
          .start(Main.class, "doctor");
      assertEquals(0, jvm.await(), jvm.err());
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
      for (String place : List.of("user.home", "java.io.tmpdir")) {
        jvm.with("-D" + place + "=/proc/none");
      }
      jvm.in("XDG_CACHE_HOME", "/proc/none").in("HOME", "/proc/none").start(Main.class, "doctor");
      assertEquals(1, jvm.await(), jvm.err());
      assertTrue(
          jvm.out().contains("there is no folder to unpack them to: /proc/none/gan4j/native can't"),
          jvm.out());
      assertTrue(jvm.out().contains("set XDG_CACHE_HOME to a folder of your own"), jvm.out());
    }
  }

  @Test
  void aFolderThatIsChosenIsTheOneOrNone() throws Exception {
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      jvm.with("-Dorg.bytedeco.javacpp.cachedir=/proc/none").start(Main.class, "doctor");
      assertEquals(1, jvm.await(), jvm.err());
      assertTrue(
          jvm.out().contains("/proc/none, which -Dorg.bytedeco.javacpp.cachedir names, can't be"),
          jvm.out());
    }
  }

  /** A user without a name has no home: Java calls it "?". */
  @Test
  void withoutAHomeTheyGoToAFolderOfOnesOwn() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path recipe = Files.writeString(folder.resolve("tiny.yaml"), TinyRecipe.YAML);
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      jvm.with("-Duser.home=?").with("-Djava.io.tmpdir=" + temporary);
      jvm.in("XDG_CACHE_HOME", "").in("HOME", "/none");
      // A run ends with a chart, and Java keeps what it has found of fonts in the home folder.
      jvm.start(Main.class, "train", recipe, "--device", "cpu", "--out", folder.resolve("run"));
      assertEquals(0, jvm.await(), jvm.err() + jvm.out());
      assertFalse(Files.exists(folder.resolve("?")));
    }
    Path mine = temporary.resolve("gan4j-" + Files.getAttribute(folder, "unix:uid"));
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(mine)));
    assertTrue(Files.isDirectory(mine.resolve("native")));
  }
}
