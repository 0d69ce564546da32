package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.gan4j.gan.Report;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.run.Alarm;
import org.gan4j.run.MetricsFile;
import org.gan4j.run.Monitor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Alarms of real runs: none for those that went well, and the right one where a game fails. */
@Tag("fonts") // pages and runs have charts
class AlarmsTest {
  private static final Path RESULTS = Path.of("docs", "results");
  private static final Path STUDY = RESULTS.resolve("study");
  private static final String LATEST = "checkpoint-latest.safetensors";

  /** Small minibatches, so that thousands of iterations take a moment. */
  private static final Object[] FAST = {
    "--set", "batch=20",
    "--set", "evaluation.every_epochs=5",
    "--set", "evaluation.samples=50",
    "--set", "samples_every=0"
  };

  /** A generator of zeros gives the same sample for every z, and learns nothing but its biases. */
  private static final Object[] ZEROS = {
    "--set", "generator.0.weights.irange=0", "--set", "generator.1.weights.irange=0"
  };

  @TempDir private Path folder;
  private TinyCommands commands;
  private Path run;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
    run = folder.resolve("run");
  }

  static Stream<Path> publishedRuns() throws IOException {
    try (Stream<Path> folders = Files.list(RESULTS)) {
      List<Path> metrics =
          Stream.concat(folders, Stream.of(STUDY.resolve("simultaneous")))
              .map(path -> path.resolve("metrics.jsonl"))
              .filter(Files::exists)
              .filter(path -> Files.notExists(path.resolveSibling("alarms.jsonl")))
              .toList();
      assertTrue(metrics.size() >= 3, "the published runs are there");
      return metrics.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("publishedRuns")
  void publishedRunsGiveNone(Path metrics) throws IOException {
    assertEquals(List.of(), alarms(metrics));
  }

  /** One of five replicas is lost. */
  @Test
  void aPublishedRunGivesTheAlarmsBesideIt() throws IOException {
    Path run = RESULTS.resolve("mnist-bf16");
    List<String> lines = Files.readAllLines(run.resolve("alarms.jsonl"));
    List<Alarm> alarms = alarms(run.resolve("metrics.jsonl"));
    assertEquals(lines.size(), alarms.size(), alarms::toString);
    for (int i = 0; i < alarms.size(); i++) {
      String begin =
          String.format(
              "{\"iteration\":%d,\"replica\":%d,",
              alarms.get(i).iteration(), alarms.get(i).replica());
      assertTrue(lines.get(i).startsWith(begin), lines.get(i));
    }
  }

  /** Those of the study that the discriminator won. */
  @ParameterizedTest
  @ValueSource(strings = {"alternating", "minimax", "k5"})
  void lostGamesGiveOne(String run) throws IOException {
    List<Alarm> alarms = alarms(STUDY.resolve(run).resolve("metrics.jsonl"));
    assertTrue(alarms.stream().anyMatch(a -> a.kind() == Alarm.Kind.SATURATION), alarms::toString);
  }

  private static List<Alarm> alarms(Path metrics) throws IOException {
    MetricsFile file = MetricsFile.read(metrics);
    assertEquals(List.of(), file.damaged());
    assertTrue(file.reports().size() >= 50);
    Recipe recipe = RecipeYaml.load(metrics.resolveSibling("config.yaml"));
    Monitor watch = new Monitor(recipe.objective());
    List<Alarm> alarms = new ArrayList<>();
    for (Report report : file.reports()) {
      alarms.addAll(watch.observe(report));
    }
    return alarms;
  }

  private int train(Object[] game, Object... more) {
    List<Object> args = new ArrayList<>(List.of("train", commands.recipe(), "--out", run));
    args.addAll(List.of(FAST));
    args.addAll(List.of(game));
    args.addAll(List.of(more));
    return commands.run(args.toArray());
  }

  /** It is saved where it stopped, says so, and has a page. */
  private void assertStoppedBy(String alarm, int code) throws IOException {
    assertEquals(3, code, commands.err());
    List<String> lines = commands.err().lines().toList();
    String given = lines.get(lines.size() - 2);
    assertTrue(given.startsWith("gan4j: ALARM " + alarm + " at iteration "), commands.err());
    assertTrue(given.contains("; try "), given);
    String iteration = given.replaceAll(".*at iteration ([0-9]+).*", "$1");
    assertEquals(
        "gan4j: stopped by --stop-on: saved iteration "
            + iteration
            + " in "
            + run.resolve(LATEST)
            + "; go on with --resume "
            + run,
        lines.get(lines.size() - 1));
    List<String> rows = Files.readAllLines(run.resolve("metrics.jsonl"));
    assertTrue(rows.get(rows.size() - 1).startsWith("{\"iteration\":" + iteration + ","));
    String kept = Files.readString(run.resolve("alarms.jsonl"));
    assertTrue(
        kept.lines()
            .reduce("", (a, b) -> b)
            .startsWith("{\"iteration\":" + iteration + ",\"replica\":0,\"alarm\":\"" + alarm),
        kept);
    String page = Files.readString(run.resolve("report.html"));
    assertTrue(page.contains(alarm + " at iteration " + iteration), "the page names the alarm");
    assertFalse(Files.exists(run.resolve("score.json")));
  }

  @Test
  void aGeneratorOfZerosCollapses() throws IOException {
    int code = train(ZEROS, "--iterations", "9000", "--stop-on", "divergence,collapse");
    assertStoppedBy("collapse", code);
    assertEquals(1, commands.err().lines().filter(l -> l.contains("ALARM collapse")).count());
  }

  @Test
  void aDiscriminatorThatWinsSaturates() throws IOException {
    Object[] game = {"--set", "objective=minimax", "--set", "learning_rate.initial=0.05"};
    int code = train(game, "--iterations", "9000", "--stop-on", "saturation");
    assertStoppedBy("saturation", code);
  }

  @Test
  void theMinimaxGradientVanishes() throws IOException {
    Object[] game = {
      "--set",
      "objective=minimax",
      "--set",
      "discriminator.0.units=32",
      "--set",
      "learning_rate.initial=0.1"
    };
    int code = train(game, "--iterations", "9000", "--stop-on", "vanishing");
    assertStoppedBy("vanishing", code);
    assertTrue(commands.err().startsWith("gan4j: ALARM saturation "), commands.err());
  }

  @Test
  void aLargeLearningRateDiverges() throws IOException {
    Object[] game = {"--set", "objective=minimax", "--set", "learning_rate.initial=0.5"};
    int code = train(game, "--iterations", "9000", "--stop-on", "divergence");
    assertStoppedBy("divergence", code);
  }

  @Test
  void noFiniteNumberIsAFailureAndAnAlarm() throws IOException {
    Object[] game = {"--set", "objective=minimax", "--set", "learning_rate.initial=0.5"};
    int code = train(game, "--iterations", "9000");
    assertEquals(1, code, commands.err());
    List<String> lines = commands.err().lines().toList();
    assertEquals(2, lines.size(), commands.err());
    assertTrue(lines.get(0).startsWith("gan4j: ALARM divergence at iteration "), lines.get(0));
    assertTrue(lines.get(1).startsWith("gan4j: training diverged by iteration "), lines.get(1));
    String kept = Files.readString(run.resolve("alarms.jsonl"));
    assertEquals(2, kept.lines().count(), kept);
    assertTrue(Files.readString(run.resolve("report.html")).contains("training diverged by"));
  }

  /** What was told before a resume is not told again; what comes after it is. */
  @Test
  void aResumeKnowsWhatWasTold() throws IOException {
    Object[] game = {"--set", "objective=minimax", "--set", "learning_rate.initial=0.05"};
    assertEquals(3, train(game, "--iterations", "9000", "--stop-on", "saturation"));
    String kept = Files.readString(run.resolve("alarms.jsonl"));
    int last = Integer.parseInt(kept.replaceAll("(?s).\"iteration\":([0-9]+),.*", "$1"));
    // As if a killed run had gone on.
    Files.writeString(
        run.resolve("alarms.jsonl"), kept + kept.replace(":" + last + ",", ":999999,"));
    commands.succeed(
        "train", "--resume", run, "--iterations", last + 400, "--stop-on", "saturation");
    assertEquals(kept, Files.readString(run.resolve("alarms.jsonl")));
  }

  @Test
  void unknownAlarmsAreRefusedBeforeThereIsAFolder() {
    assertEquals(2, train(new Object[0], "--stop-on", "collapse,boredom"));
    assertTrue(
        commands.err().startsWith("gan4j: there is no alarm called 'boredom'; there are: "),
        commands.err());
    assertFalse(Files.exists(run));
  }
}
