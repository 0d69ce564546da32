package org.gan4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.gan4j.cli.DoctorCommand.Finding.Status;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what this machine offers to gan4j, and what is missing. */
@Command(
    name = "doctor",
    description = "Print what gan4j finds on this machine, and what is missing.",
    footer = {
      "",
      "Examples:",
      "  gan4j doctor              one line for each thing looked at",
      "  gan4j doctor | grep cpu   the processor only",
      "",
      "Exits with 1 if something is missing that gan4j needs."
    })
final class DoctorCommand implements Callable<Integer> {
  /**
   * What one look found.
   *
   * @param status whether gan4j can work with it
   * @param subject what was looked at, one word or two
   * @param text what is there; if MISSING, also what to do about it
   */
  record Finding(Status status, String subject, String text) {
    enum Status {
      OK,
      MISSING
    }

    static Finding ok(String subject, String text) {
      return new Finding(Status.OK, subject, text);
    }

    static Finding missing(String subject, String text) {
      return new Finding(Status.MISSING, subject, text);
    }
  }

  /** Looks at one thing. Must not throw: what can't be found out is a finding as well. */
  @FunctionalInterface
  interface Check {
    Finding look();
  }

  /** In the order of the output. */
  private static final List<Check> CHECKS =
      List.of(
          () -> Finding.ok("gan4j", Version.current()),
          DoctorCommand::java,
          DoctorCommand::system,
          () -> Finding.ok("cpu", cpu().model()),
          () -> Finding.ok("cpu features", cpu().features()),
          DoctorCommand::threads,
          DoctorCommand::memory);

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    return report(CHECKS, spec.commandLine().getOut());
  }

  /** Prints a line per check; 0 if nothing is missing, else the code of a failure. */
  static int report(List<Check> checks, PrintWriter out) {
    boolean complete = true;
    for (Check check : checks) {
      Finding finding = check.look();
      boolean ok = finding.status() == Status.OK;
      complete &= ok;
      out.printf("%-14s %s%s%n", finding.subject(), ok ? "" : "MISSING: ", finding.text());
    }
    out.flush();
    return complete ? 0 : Failure.FAILED;
  }

  private static Finding java() {
    String text =
        System.getProperty("java.vm.name")
            + " "
            + Runtime.version()
            + " in "
            + System.getProperty("java.home");
    return Finding.ok("java", text);
  }

  private static Finding system() {
    String text =
        String.join(
            " ",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch"));
    return Finding.ok("system", text);
  }

  private static Finding threads() {
    int threads = Runtime.getRuntime().availableProcessors();
    String chosen = System.getenv("OMP_NUM_THREADS");
    String note = chosen == null ? "" : "; OMP_NUM_THREADS=" + chosen;
    int cores = cpu().cores();
    String of = cores == 0 ? "" : " on " + cores + (cores == 1 ? " core" : " cores");
    return Finding.ok("threads", threads + " usable" + of + note);
  }

  private static Finding memory() {
    return Finding.ok("java heap", "at most " + (Runtime.getRuntime().maxMemory() >> 20) + " MB");
  }

  private static CpuInfo cpu() {
    try {
      return CpuInfo.of(Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return CpuInfo.of(List.of());
    }
  }
}
