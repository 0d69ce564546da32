package org.gan4j;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A Java virtual machine of its own, with the class path of the tests or a part of it. */
public final class Jvm implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final Path folder;
  private final List<String> command = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private Process process;

  /**
   * Prepares it.
   *
   * @param folder where it works; keeps what it writes
   * @param entries which entries of the class path it gets, by their file names
   */
  public Jvm(Path folder, Predicate<String> entries) {
    this.folder = folder;
    String path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entries.test(Path.of(entry).getFileName().toString()))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", path));
  }

  public Jvm with(String option) {
    command.add(option);
    return this;
  }

  /** With an environment variable. */
  public Jvm in(String name, String value) {
    environment.put(name, value);
    return this;
  }

  public Process start(Class<?> main, Object... args) throws IOException {
    command.add(main.getName());
    Arrays.stream(args).map(Object::toString).forEach(command::add);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().putAll(environment);
    process = builder.start();
    return process;
  }

  /** Waits for its end; the exit code. */
  public int await() throws IOException, InterruptedException {
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "no end: " + out() + err());
    return process.exitValue();
  }

  public String out() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  public String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
