package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gan4j.Jvm;
import org.gan4j.gan.Report;
import org.gan4j.run.MetricsFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run that another process trains. */
@Tag("fonts") // every run ends with a chart
@Timeout(120)
class RunLockTest {
  private static final String LATEST = "checkpoint-latest.safetensors";
  private static final String LEFT =
      ".checkpoint-latest.safetensors.0b0e7c2e-1c9b-4c1e-9d8e-0123456789ab.tmp";

  @TempDir private Path folder;
  private TinyCommands commands;
  private Path run;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
    run = folder.resolve("run");
  }

  private Process train(Jvm jvm, String iterations) throws IOException {
    return jvm.start(
        Main.class,
        "train",
        "--device",
        "cpu",
        commands.recipe(),
        "--out",
        run,
        "--iterations",
        iterations);
  }

  @Test
  void isReadButNotTrainedUntilThatIsKilled() throws Exception {
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      Process process = train(jvm, "1000000000");
      while (!Files.exists(run.resolve(LATEST))) {
        Thread.sleep(20);
      }
      assertEquals(2, commands.run("train", "--resume", run), commands.out());
      assertEquals(
          "gan4j: "
              + run
              + " is being trained by process "
              + process.pid()
              + ": wait until it has ended, or end it\n",
          commands.err());
      commands.succeed("report", run);
      commands.succeed("sample", run, "--out", folder.resolve("samples.png"));
      commands.succeed("measure", run, "--samples", "10", "--only", "recall");
      process.destroyForcibly().waitFor();
    }
    Files.writeString(run.resolve(LEFT), "what the kill left");
    List<Report> reports = MetricsFile.read(run.resolve("metrics.jsonl")).reports();
    long last = reports.get(reports.size() - 1).iteration();
    commands.succeed("train", "--resume", run, "--iterations", last + 20);
    assertFalse(Files.exists(run.resolve(LEFT)));
    assertTrue(Files.exists(run.resolve("score.json")));
  }

  @Test
  void tableGoesOnWhereNothingWasSaved() throws IOException {
    Object[] table = {"table1", "--train", commands.recipe(), "--device", "cpu", "--epochs", 1};
    commands.succeed(table);
    Path made = commands.runs().resolve("table1-tiny");
    byte[] score = Files.readAllBytes(made.resolve("score.json"));
    for (String name : new String[] {"score.json", LATEST, "checkpoint-best.safetensors"}) {
      Files.delete(made.resolve(name));
    }
    assertEquals(0, commands.run(table));
    assertEquals("gan4j: " + made + ": nothing was saved yet: it begins again\n", commands.err());
    assertEquals(-1, Files.mismatch(made.resolve("score.json"), Files.write(run, score)));
    // Not even its configuration: as if killed when the folder had just been made.
    for (String name : TinyCommands.names(made)) {
      Files.delete(made.resolve(name));
    }
    commands.succeed(table);
    assertEquals(-1, Files.mismatch(made.resolve("score.json"), run));
  }
}
