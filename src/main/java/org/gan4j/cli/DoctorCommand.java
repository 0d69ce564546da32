package org.gan4j.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.gan4j.cli.DoctorCommand.CheckResult.Status;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSets;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceProvider;
import org.gan4j.experiment.HostMemory;
import org.gan4j.io.Version;
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
   * @param text what is there; if it is not, also what to do about it
   */
  record CheckResult(Status status, String subject, String text) {
    enum Status {
      OK(""),
      /** Not there, and gan4j works without it. */
      ABSENT("absent: "),
      MISSING("MISSING: ");

      private final String label;

      Status(String label) {
        this.label = label;
      }
    }

    static CheckResult ok(String subject, String text) {
      return new CheckResult(Status.OK, subject, text);
    }

    static CheckResult absent(String subject, String text) {
      return new CheckResult(Status.ABSENT, subject, text);
    }

    static CheckResult missing(String subject, String text) {
      return new CheckResult(Status.MISSING, subject, text);
    }
  }

  /** Looks at one thing. Must not throw: what can't be found out is a finding as well. */
  @FunctionalInterface
  interface Check {
    CheckResult look();
  }

  /** In the order of the output. */
  private static final List<Check> CHECKS =
      List.of(
          () ->
              CheckResult.ok(
                  "gan4j",
                  Version.current() + Version.revision().map(text -> ", " + text).orElse("")),
          DoctorCommand::java,
          DoctorCommand::system,
          () -> CheckResult.ok("cpu", cpu().model()),
          () -> CheckResult.ok("cpu features", cpu().features()),
          DoctorCommand::threads,
          () -> CheckResult.ok("memory", HostMemory.description()),
          DoctorCommand::heap,
          DoctorCommand::libraries,
          DoctorCommand::bf16,
          DoctorCommand::gpu,
          () -> CheckResult.ok("mnist-10k", "inside gan4j"),
          () -> data(DataLocation.standard(Optional.empty())),
          () -> cache(DataLocation.standard(Optional.empty()).cache()),
          () -> tool("mvn", "building gan4j needs Maven 3.8 or newer: install Debian's maven"),
          () -> tool("g++", "building gan4j needs a C++ compiler: install Debian's g++"));

  /** Environment variables that say how many threads compute, and how they wait. */
  private static final List<String> OPENMP =
      List.of("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<Check> checks = new ArrayList<>(CHECKS);
    for (DeviceProvider provider : Device.providers()) {
      for (String line : provider.inventory()) {
        checks.add(() -> CheckResult.ok(provider.name(), line));
      }
    }
    return report(checks, spec.commandLine().getOut());
  }

  /** Prints a line per check; 0 if nothing is missing, else the code of a failure. */
  static int report(List<Check> checks, PrintWriter out) {
    boolean complete = true;
    for (Check check : checks) {
      CheckResult finding = check.look();
      complete &= finding.status() != Status.MISSING;
      out.printf("%-14s %s%s%n", finding.subject(), finding.status().label, finding.text());
    }
    out.flush();
    return complete ? 0 : Failure.FAILED;
  }

  private static CheckResult java() {
    String text =
        System.getProperty("java.vm.name")
            + " "
            + Runtime.version()
            + " in "
            + System.getProperty("java.home");
    return CheckResult.ok("java", text);
  }

  private static CheckResult system() {
    String text =
        String.join(
            " ",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch"));
    return CheckResult.ok("system", text);
  }

  private static CheckResult threads() {
    int threads = Runtime.getRuntime().availableProcessors();
    String note =
        OPENMP.stream()
            .filter(name -> System.getenv(name) != null)
            .map(name -> "; " + name + "=" + System.getenv(name))
            .collect(Collectors.joining());
    int cores = cpu().cores();
    String of = cores == 0 ? "" : " on " + cores + (cores == 1 ? " core" : " cores");
    return CheckResult.ok("threads", threads + " usable" + of + note);
  }

  private static CheckResult heap() {
    return CheckResult.ok(
        "java heap", "at most " + (Runtime.getRuntime().maxMemory() >> 20) + " MB");
  }

  /** Computes with the native libraries' own words for what they found. */
  private static CheckResult libraries() {
    try (Device device = Device.cpu()) {
      return CheckResult.ok("libraries", device.description());
    } catch (DeviceException | LinkageError e) {
      return CheckResult.missing("libraries", e.getMessage());
    }
  }

  private static CheckResult bf16() {
    DeviceOptions options = DeviceOptions.DEFAULT.withCpuMath(DeviceOptions.CpuMath.BF16);
    try (Device device = Device.open("cpu", options, notice -> {})) {
      return CheckResult.ok("bf16", "multiplied by the processor: --set " + device.math());
    } catch (DeviceException | LinkageError e) {
      return CheckResult.absent("bf16", e.getMessage());
    }
  }

  private static CheckResult gpu() {
    try (Device device = Device.cuda(0)) {
      return CheckResult.ok("gpu", device.description());
    } catch (DeviceException e) {
      return CheckResult.absent("gpu", e.getMessage());
    }
  }

  static CheckResult data(DataLocation where) {
    return DataSets.locate("mnist", where)
        .map(folder -> CheckResult.ok("mnist", "in " + folder))
        .orElseGet(
            () ->
                CheckResult.absent(
                    "mnist",
                    "train mnist downloads it (12 MB) to "
                        + where.cache()
                        + "; or name a folder that has it with --data or "
                        + DataLocation.FOLDER_VARIABLE));
  }

  static CheckResult cache(Path folder) {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    if (Files.isDirectory(there) && Files.isWritable(there)) {
      return CheckResult.ok("cache", folder + ", writable");
    }
    return CheckResult.absent(
        "cache", folder + " can't be written; set XDG_CACHE_HOME to a folder that can");
  }

  static CheckResult tool(String name, String remedy) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Arrays.stream(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(file -> CheckResult.ok(name, file.toString()))
        .orElseGet(() -> CheckResult.absent(name, remedy));
  }

  private static CpuInfo cpu() {
    try {
      return CpuInfo.of(Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return CpuInfo.of(List.of());
    }
  }
}
