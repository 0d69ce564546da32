package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.gan4j.cli.DoctorCommand.Check;
import org.gan4j.cli.DoctorCommand.Finding;
import org.junit.jupiter.api.Test;

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

  @Test
  void missingThingFails() {
    List<Check> checks =
        List.of(() -> Finding.missing("data", "put it there"), () -> Finding.ok("cpu", "fine"));
    assertEquals(1, DoctorCommand.report(checks, new PrintWriter(out)));
    assertEquals(
        List.of("data           MISSING: put it there", "cpu            fine"),
        out.toString().lines().toList());
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
