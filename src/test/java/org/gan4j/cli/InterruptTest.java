package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gan4j.Jvm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ctrl-C, and a request to end, in a process of its own. */
@Tag("fonts") // every run ends with a chart
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class InterruptTest {
  private static final String LATEST = "checkpoint-latest.safetensors";
  private static final long SIGINT_BIT = 1L << 1;

  @TempDir private Path folder;
  private TinyCommands commands;
  private Path run;

  @BeforeEach
  void commands() throws IOException {
    // What a shell starts in the background ignores Ctrl-C, and so do its children.
    assumeFalse(ignoresInterrupts(), "started in the background");
    commands = new TinyCommands(folder);
    run = folder.resolve("run");
  }

  private static boolean ignoresInterrupts() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(8), 16) & SIGINT_BIT) != 0);
  }

  private static void send(String signal, Process process) throws Exception {
    String pid = Long.toString(process.pid());
    assertEquals(0, new ProcessBuilder("kill", "-" + signal, pid).start().waitFor());
  }

  private void awaitFirst(Path file) throws IOException, InterruptedException {
    while (!Files.exists(file) || Files.size(file) == 0) {
      Thread.sleep(20);
    }
  }

  /** Exit codes as a shell counts them: 128 and the signal's number. */
  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void savesSaysSoAndGoesOnBitForBit(String signal, int code) throws Exception {
    long iteration;
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      Process process =
          jvm.start(
              Main.class,
              "train",
              "--device",
              "cpu",
              commands.recipe(),
              "--out",
              run,
              "--iterations",
              "1000000000",
              "--set",
              "evaluation.every_epochs=0",
              "--set",
              "samples_every=0");
      awaitFirst(run.resolve("metrics.jsonl"));
      send(signal, process);
      assertEquals(code, jvm.await(), jvm.err());
      Matcher said =
          Pattern.compile(
                  "gan4j: interrupted: saved iteration ([0-9]+) in (.*); go on with --resume (.*)\n")
              .matcher(jvm.err());
      assertTrue(said.matches(), jvm.err());
      assertEquals(run.resolve(LATEST).toString(), said.group(2));
      assertEquals(run.toString(), said.group(3));
      iteration = Long.parseLong(said.group(1));
      assertFalse(jvm.out().contains("parzen test"), jvm.out());
      assertTrue(Files.size(run.resolve("report.html")) > 1000);
    }
    Object[] quiet = {
      "--iterations",
      iteration + 5,
      "--set",
      "evaluation.every_epochs=0",
      "--set",
      "samples_every=0"
    };
    commands.succeed("train", "--resume", run, "--iterations", iteration + 5);
    Path whole = commands.train("whole", quiet);
    assertEquals(-1, Files.mismatch(whole.resolve(LATEST), run.resolve(LATEST)));
  }

  /** An encoder's training keeps nothing: the next one begins anew. */
  @Test
  void anInterruptedInferenceKeepsNothing() throws Exception {
    commands.succeed("train", commands.recipe(), "--out", run, "--iterations", 2);
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      Process process =
          jvm.start(Main.class, "infer", "--device", "cpu", run, "--iterations", 1_000_000_000);
      while (!jvm.out().contains("iteration ") || !jvm.out().contains("it/s")) {
        Thread.sleep(100);
      }
      send("INT", process);
      assertEquals(130, jvm.await(), jvm.err());
      assertEquals(
          "gan4j: interrupted: nothing of the encoder was kept; infer begins anew\n", jvm.err());
    }
    assertFalse(Files.exists(run.resolve("encoder.safetensors")));
    assertFalse(Files.exists(run.resolve("infer.json")));
  }
}
