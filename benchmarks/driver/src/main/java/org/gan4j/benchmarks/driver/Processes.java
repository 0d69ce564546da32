package org.gan4j.benchmarks.driver;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gan4j.benchmarks.Fork;

/** Starts the forks, each with its library's class path and no other's. */
final class Processes {
  private final Path home;
  private final Path log;

  /**
   * @param home the folder of the benchmarks
   * @param log takes what the forks print
   */
  Processes(Path home, Path log) {
    this.home = home;
    this.log = log;
  }

  /** Whether its module was built here, and the processor can run it; says so if it can't. */
  boolean has(Library library) throws IOException {
    Set<String> flags = Machine.processorFlags();
    Optional<String> missing = library.processorFlag().filter(flag -> !flags.contains(flag));
    missing.ifPresent(
        flag -> System.out.println(library.title() + " is left out: no " + flag + " here"));
    return missing.isEmpty()
        && Files.isDirectory(home.resolve(library.folder()).resolve("target/lib"));
  }

  private String classPath(Library library) {
    Path target = home.resolve(library.folder()).resolve("target");
    List<String> parts = new ArrayList<>(List.of(target + "/classes", target + "/lib/*"));
    if (library.isOurs()) {
      parts.addAll(List.of(home + "/../target/classes", home + "/../target/lib/*"));
    }
    return String.join(File.pathSeparator, parts);
  }

  /**
   * Runs one fork to its end.
   *
   * @throws IOException if it failed; the message ends with the last lines that it printed
   */
  void run(Library library, Threads threads, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx4g",
            "-Djava.awt.headless=true",
            // Before JavaCPP frees by force; the same room for all who use it.
            "-Dorg.bytedeco.javacpp.maxBytes=12g",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=16g",
            // Everything is on the class path: nothing may be downloaded.
            "-Dai.djl.offline=true",
            "-D" + Fork.THREADS + "=" + threads.openMp(),
            "-cp",
            classPath(library)));
    command.addAll(library.options());
    command.add(Fork.class.getName());
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(threads.environment());
    int status = builder.start().waitFor();
    if (status != 0) {
      throw new IOException(
          library.title() + " failed at " + String.join(" ", arguments) + "\n" + lastLines());
    }
  }

  private String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }
}
