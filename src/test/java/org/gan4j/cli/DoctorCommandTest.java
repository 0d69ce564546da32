package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.Jvm;
import org.gan4j.cli.DoctorCommand.Check;
import org.gan4j.cli.DoctorCommand.CheckResult;
import org.gan4j.data.DataLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  private final StringWriter out = new StringWriter();

  @Test
  void saysWhatRuns() {
    PrintWriter writer = new PrintWriter(out);
    assertEquals(0, Main.execute(Main.commandLine(writer, writer, Path.of("runs")), "doctor"));
    assertTrue(out.toString().contains(Runtime.version().toString()), out.toString());
    assertTrue(out.toString().contains(System.getProperty("os.arch")), out.toString());
    assertTrue(out.toString().contains("threads"), out.toString());
  }

  /** Java knows of a container's quota, OpenMP does not. */
  @Test
  void computesWithAsManyThreadsAsAreUsable(@TempDir Path folder) throws Exception {
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      jvm.with("-XX:ActiveProcessorCount=1").start(Main.class, "doctor");
      assertEquals(0, jvm.await(), jvm.err());
      assertTrue(jvm.out().contains("threads        1 usable"), jvm.out());
      assertTrue(jvm.out().contains("libraries      cpu (1 threads, "), jvm.out());
      assertTrue(jvm.out().matches("(?s).*\nmemory         [0-9.]+ [GM]iB available.*"));
    }
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      jvm.with("-XX:ActiveProcessorCount=1").in("OMP_NUM_THREADS", "3");
      jvm.start(Main.class, "doctor");
      assertEquals(0, jvm.await(), jvm.err());
      assertTrue(jvm.out().contains("; OMP_NUM_THREADS=3"), jvm.out());
      assertTrue(jvm.out().contains("libraries      cpu (3 threads, "), jvm.out());
    }
  }

  @Test
  void missingThingFails() {
    List<Check> checks =
        List.of(
            () -> CheckResult.missing("data", "put it there"), () -> CheckResult.ok("cpu", "fine"));
    assertEquals(1, DoctorCommand.report(checks, new PrintWriter(out)));
    assertEquals(
        List.of("data           MISSING: put it there", "cpu            fine"),
        out.toString().lines().toList());
  }

  @Test
  void absentThingIsNoFailure() {
    List<Check> checks = List.of(() -> CheckResult.absent("mvn", "install it"));
    assertEquals(0, DoctorCommand.report(checks, new PrintWriter(out)));
    assertEquals(List.of("mvn            absent: install it"), out.toString().lines().toList());
  }

  @Test
  void saysWhatComputesAndWhereTheDataIs(@TempDir Path folder) throws IOException {
    PrintWriter writer = new PrintWriter(out);
    Main.execute(Main.commandLine(writer, writer, Path.of("runs")), "doctor");
    assertTrue(out.toString().contains("libraries      cpu ("), out.toString());
    assertTrue(out.toString().contains("oneDNN "), out.toString());
    assertTrue(out.toString().contains("mnist-10k      inside gan4j"), out.toString());

    DataLocation where = DataLocation.of(Optional.of(folder), Map.of(), folder);
    CheckResult none = DoctorCommand.data(where);
    assertEquals(CheckResult.Status.ABSENT, none.status());
    assertTrue(none.text().contains("--data or GAN4J_DATA"), none.text());
    Path data = Files.createDirectories(folder.resolve("mnist"));
    for (String part : List.of("train-images-idx3", "train-labels-idx1", "t10k-images-idx3")) {
      Files.createFile(data.resolve(part + "-ubyte.gz"));
    }
    assertEquals(CheckResult.Status.ABSENT, DoctorCommand.data(where).status());
    Files.createFile(data.resolve("t10k-labels-idx1-ubyte"));
    assertEquals(CheckResult.ok("mnist", "in " + data), DoctorCommand.data(where));
  }

  @Test
  void looksAtTheCacheAndTheTools(@TempDir Path folder) throws IOException {
    Path absent = folder.resolve("a").resolve("b");
    assertEquals(CheckResult.ok("cache", absent + ", writable"), DoctorCommand.cache(absent));
    assertFalse(Files.exists(absent));
    Path file = Files.createFile(folder.resolve("file"));
    assertEquals(CheckResult.Status.ABSENT, DoctorCommand.cache(file.resolve("b")).status());
    assertEquals(CheckResult.Status.OK, DoctorCommand.tool("sh", "").status());
    assertEquals(
        CheckResult.absent("no-such-tool", "get it"), DoctorCommand.tool("no-such-tool", "get it"));
  }

  @Test
  void readsCpuOfTwoSocketsWithTwoThreadsPerCore() {
    List<String> lines =
        """
        processor\t: 0
        model name\t: Some CPU: 2 GHz
        physical id\t: 0
        core id\t\t: 0
        flags\t\t: fpu sse sse4_2 avx2 avx512f fma ht

        processor\t: 1
        physical id\t: 0
        core id\t\t: 0

        processor\t: 2
        physical id\t: 1
        core id\t\t: 0
        """
            .lines()
            .toList();
    assertEquals(new CpuInfo("Some CPU: 2 GHz", "sse4_2 avx2 avx512f fma", 2), CpuInfo.of(lines));
  }

  @Test
  void readsArmCpuAndNone() {
    assertEquals(
        new CpuInfo("unknown", "asimd sve", 0), CpuInfo.of(List.of("Features : fp asimd sve")));
    assertEquals(new CpuInfo("unknown", "unknown", 0), CpuInfo.of(List.of()));
  }
}
