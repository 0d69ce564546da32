package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.gan4j.gan.TinyRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that fail, and go back to where all was well. */
@Tag("fonts") // every run ends with a chart
class RollbackRunTest {
  private static final String LATEST = "checkpoint-latest.safetensors";

  /** Far too fast, until it has gone back. */
  private static final List<Object> FAST =
      List.of("--set", "learning_rate.initial=1e30", "--set", "rollback={most: 1, rate: 1.0e-31}");

  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
  }

  private Path train(String name, List<Object> first, Object... more) {
    Path run = folder.resolve(name);
    List<Object> args = new ArrayList<>(List.of("train", commands.recipe(), "--out", run));
    args.addAll(first);
    args.addAll(List.of(more));
    assertEquals(0, commands.run(args.toArray()), commands.err());
    return run;
  }

  private static Map<String, ByteBuffer> networks(Path run) {
    return TinyRun.tensors(run.resolve(LATEST));
  }

  @Test
  void whatDivergesGoesBackAndEndsWell() throws IOException {
    Path run = train("run", FAST);
    List<String> lines = commands.err().lines().toList();
    assertEquals(2, lines.size(), commands.err());
    assertTrue(lines.get(0).startsWith("gan4j: ALARM divergence at iteration 20"), lines.get(0));
    assertEquals(
        "gan4j: ROLLBACK 1 at iteration 20, after divergence: on with the networks as they began and"
            + " other random numbers",
        lines.get(1));
    assertEquals(
        "{\"iteration\":20,\"replica\":0,\"after\":\"divergence\",\"to\":0,\"times\":1}\n",
        Files.readString(run.resolve("rollbacks.jsonl")));
    assertTrue(Files.readString(run.resolve("alarms.jsonl")).contains("divergence"));
    assertTrue(
        Files.readString(run.resolve("report.html"))
            .contains("Rollback 1 of seed 1 at iteration 20, after divergence"));
    assertTrue(Files.exists(run.resolve("checkpoint-good-seed-1.safetensors")));
    assertTrue(Files.exists(run.resolve("score.json")));

    // Its configuration alone repeats it.
    Path again = folder.resolve("again");
    assertEquals(
        0, commands.run("train", run.resolve("config.yaml"), "--out", again), commands.err());
    assertEquals(networks(run), networks(again));

    // And so does a run of two parts.
    Path parts = train("parts", FAST, "--epochs", 1);
    commands.succeed("train", "--resume", parts, "--epochs", 2);
    assertEquals(networks(run), networks(parts));
    assertEquals(
        Files.readString(run.resolve("rollbacks.jsonl")),
        Files.readString(parts.resolve("rollbacks.jsonl")));
  }

  /** The other replica computes what it does beside one that never fails. */
  @Test
  void onlyTheReplicaInTroubleGoesBack() throws IOException {
    Object[] two = {"--replicas", 2, "--set", "rollback={most: 1, rate: 1.0e-31}"};
    Path bad = train("bad", List.of("--set", "learning_rate.per_replica=[0.1, 1e30]"), two);
    assertTrue(commands.err().contains("ROLLBACK 1 at iteration 20"), commands.err());
    String lines = Files.readString(bad.resolve("rollbacks.jsonl"));
    assertEquals(1, lines.lines().count());
    assertTrue(lines.contains("\"replica\":1"), lines);
    Path good = train("good", List.of("--set", "learning_rate.per_replica=[0.1, 0.1]"), two);
    assertFalse(Files.exists(good.resolve("rollbacks.jsonl")));
    Map<String, ByteBuffer> expected = networks(good);
    networks(bad)
        .forEach(
            (name, bytes) -> {
              if (!name.endsWith("state")) {
                int half = bytes.limit() / 2;
                assertEquals(expected.get(name).slice(0, half), bytes.slice(0, half), name);
              }
            });
  }

  @Test
  void whoHasNoneLeftEndsInOneLine() throws IOException {
    Path run = folder.resolve("run");
    int code =
        commands.run(
            "train",
            commands.recipe(),
            "--out",
            run,
            "--on-alarm",
            "rollback",
            "--epochs",
            5,
            "--set",
            "learning_rate.initial=1e30");
    assertEquals(1, code);
    List<String> lines = commands.err().lines().toList();
    String last = lines.get(lines.size() - 1);
    assertTrue(last.startsWith("gan4j: training diverged by iteration "), last);
    assertTrue(last.contains("it can't go back, for rollback.most is 3"), last);
    assertEquals(3, Files.readAllLines(run.resolve("rollbacks.jsonl")).size());
    assertTrue(Files.readString(run.resolve("config.yaml")).contains("rollback:"));
  }

  @Test
  void aGoodCheckpointThatIsGoneIsNamed() throws IOException {
    Path run = commands.train("run", "--on-alarm", "rollback", "--epochs", 1);
    Files.delete(run.resolve("checkpoint-good-seed-1.safetensors"));
    commands.succeed("train", "--resume", run, "--epochs", 2);
    assertEquals(2, commands.run("train", commands.recipe(), "--on-alarm", "panic"));
    assertEquals("gan4j: --on-alarm must be rollback, not panic", commands.err().strip());
    assertEquals(
        2, commands.run("train", "--resume", commands.train("plain"), "--on-alarm", "rollback"));
    assertTrue(commands.err().contains("rollback"), commands.err());
    assertEquals(1, commands.err().lines().count(), commands.err());
  }
}
