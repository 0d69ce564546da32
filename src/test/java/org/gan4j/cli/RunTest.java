package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.gan4j.FormatException;
import org.gan4j.gan.Generator;
import org.gan4j.io.Json;
import org.gan4j.run.RunFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs from the command line to what they leave behind. */
@Tag("fonts") // every run ends with a chart
class RunTest {
  private static final String LATEST = "checkpoint-latest.safetensors";
  private static final String BEST = "checkpoint-best.safetensors";

  private static final List<String> MEASUREMENTS =
      List.of(
          "iteration",
          "epoch",
          "iterations_per_second",
          "d_loss",
          "g_loss",
          "d_real",
          "d_fake",
          "learning_rate",
          "momentum",
          "update_norm",
          "g_update_norm",
          "train_seconds",
          "evaluate_seconds",
          "save_seconds");

  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
  }

  private static void assertSameFile(Path expected, Path actual) throws IOException {
    assertEquals(-1, Files.mismatch(expected, actual), expected + " and " + actual);
  }

  /** The names of the top fields of a JSON object; fails if it is none. */
  private static Set<String> fields(String json) {
    return Json.parse(json, FormatException::new).fields().keySet();
  }

  private static long iteration(String row) {
    return Long.parseLong(row.replaceAll("\\{\"iteration\":([0-9]+),.*", "$1"));
  }

  private static List<String> rows(Path run) throws IOException {
    return Files.readAllLines(run.resolve("metrics.jsonl"));
  }

  @Test
  void runFolderIsComplete() throws IOException {
    Path run = commands.train("run");
    assertEquals(
        List.of(
            ".lock",
            BEST,
            LATEST,
            "config.yaml",
            "curves.png",
            "figure2.csv",
            "figure2.png",
            "figure3.png",
            "metrics.csv",
            "metrics.jsonl",
            "report.html",
            "samples-0001.png",
            "samples-0002.png",
            "score.json"),
        TinyCommands.names(run));
    for (String name : TinyCommands.names(run)) {
      if (name.endsWith(".png")) {
        BufferedImage image = ImageIO.read(run.resolve(name).toFile());
        assertTrue(image.getWidth() > 100 && image.getHeight() > 100, name);
      }
    }
    List<String> rows = rows(run);
    assertEquals(List.of(20L, 40L), rows.stream().map(RunTest::iteration).toList());
    Set<String> expected = new LinkedHashSet<>(MEASUREMENTS);
    expected.addAll(List.of("parzen_valid", "parzen_sigma", "diversity"));
    for (String row : rows) {
      assertEquals(expected, fields(row));
    }
    assertEquals(
        Set.of("iteration", "seed", "mean", "deviation", "replicas", "training_set"),
        fields(Files.readString(run.resolve("score.json"))));
    assertEquals(1, commands.lines("parzen test ").size(), commands.out());
    assertTrue(
        commands
            .lines("parzen test ")
            .get(0)
            .matches(
                "parzen test -?[0-9.]+ ± [0-9.]+ nats \\(σ [0-9.]+, 100 samples, 1000 tests\\)"),
        commands.out());
    assertEquals(1, commands.lines("the training set itself: parzen test ").size());
    assertEquals(1, commands.lines("  σ curve").size());
  }

  @Test
  void configurationIsTakenBack() throws IOException {
    Path run = commands.train("run", "--set", "k=1", "--seed", "5", "--iterations", "7");
    Path config = run.resolve("config.yaml");
    String text = Files.readString(config);
    for (String part : List.of("gan4j: ", "java: ", "device: \"cpu (", "oneDNN ", "seed: 5")) {
      assertTrue(text.contains(part), text);
    }
    Path again = folder.resolve("again");
    commands.succeed("train", config, "--out", again);
    assertSameFile(run.resolve(LATEST), again.resolve(LATEST));
    assertSameFile(config, again.resolve("config.yaml"));
    assertSameFile(run.resolve("score.json"), again.resolve("score.json"));
  }

  @Test
  void resumeIsTheWholeRun() throws IOException {
    Path whole = commands.train("whole", "--iterations", "45");
    Path part = commands.train("part", "--iterations", "30");
    // A killed run has measured beyond its checkpoint, and may have left half a line.
    String later = rows(whole).get(rows(whole).size() - 1);
    Files.writeString(
        part.resolve("metrics.jsonl"),
        String.join("\n", rows(part)) + "\n" + later + "\n" + later.substring(0, 30));
    Files.writeString(part.resolve("metrics.csv"), "damaged");
    commands.succeed("train", "--resume", part, "--iterations", "45");
    assertSameFile(whole.resolve(LATEST), part.resolve(LATEST));
    assertSameFile(whole.resolve("config.yaml"), part.resolve("config.yaml"));
    assertSameFile(whole.resolve("score.json"), part.resolve("score.json"));
    assertEquals(List.of(20L, 30L, 40L, 45L), rows(part).stream().map(RunTest::iteration).toList());
    List<String> csv = Files.readAllLines(part.resolve("metrics.csv"));
    assertEquals(
        List.of("iteration", "20", "30", "40", "45"),
        csv.stream().map(line -> line.substring(0, line.indexOf(','))).toList());
    // Whole already: scores again, trains nothing.
    commands.succeed("train", "--resume", part);
    assertSameFile(whole.resolve(LATEST), part.resolve(LATEST));
    assertEquals(4, rows(part).size());
  }

  @Test
  void evaluateGivesTheScoreOfTrain() {
    Path run = commands.train("run");
    List<String> trained = commands.lines("parzen test ");
    commands.succeed("evaluate", run);
    assertEquals(trained, commands.lines("parzen test "));
    assertTrue(commands.out().contains(LATEST + ", iteration 40"), commands.out());
    commands.succeed("evaluate", run, "--best");
    assertTrue(commands.out().contains(BEST), commands.out());
    commands.succeed("evaluate", run, "--samples", "50");
    assertTrue(commands.lines("parzen test ").get(0).contains("50 samples"), commands.out());
  }

  @Test
  void patienceScoresTheBestAndSoDoesEvaluate() {
    Object[] rules = {
      "--set", "stop.patience=1", "--set", "learning_rate.initial=1e-6", "--epochs", "200"
    };
    Path run = commands.train("run", rules);
    assertEquals(1, commands.lines("stopped at iteration ").size(), commands.out());
    List<String> best = commands.lines("scoring the best by validation, iteration ");
    assertEquals(1, best.size(), commands.out());
    List<String> trained = commands.lines("parzen test ");
    commands.succeed("evaluate", run);
    assertEquals(trained, commands.lines("parzen test "));
    String iteration = best.get(0).replaceAll(".* iteration ", "");
    assertEquals(
        List.of("checkpoint: " + run.resolve(BEST) + ", iteration " + iteration),
        commands.lines("checkpoint: "));
  }

  @Test
  void replicasAreReportedEachAndTogether() throws IOException {
    Path run = commands.train("run", "--replicas", "2", "--seed", "8");
    assertEquals(1, commands.lines("seed 8: parzen test ").size(), commands.out());
    assertEquals(1, commands.lines("seed 9: parzen test ").size(), commands.out());
    List<String> together = commands.lines("over 2 seeds: ");
    assertEquals(1, together.size(), commands.out());
    assertTrue(
        together
            .get(0)
            .matches("over 2 seeds: \\S+ ± [0-9.]+ nats \\(mean ± standard deviation\\)"),
        together.get(0));
    Set<String> names = fields(rows(run).get(0));
    assertTrue(names.containsAll(List.of("d_loss", "d_loss_replicas", "parzen_valid_replicas")));
    assertTrue(Files.readString(run.resolve("score.json")).contains("\"deviation\": "));
  }

  @Test
  void weightsAloneAreExported() {
    Path run = commands.train("run");
    Path weights = folder.resolve("weights.safetensors");
    commands.succeed("export", run, "--weights", weights);
    assertEquals(weights + System.lineSeparator(), commands.out());
    try (Generator whole = Generator.open(RunFolder.open(run).latest());
        Generator exported = Generator.open(weights)) {
      assertArrayEquals(whole.sample(3, 1), exported.sample(3, 1));
    }
    assertEquals(2, commands.run("export", run, "--weights", weights, "--replica", 5));
    assertTrue(commands.err().contains("replica"), commands.err());
  }

  @Test
  void noRunGoesOnFromWeightsAlone() throws IOException {
    Path run = commands.train("run");
    Path weights = folder.resolve("weights.safetensors");
    commands.succeed("export", run, "--weights", weights);
    Files.move(weights, RunFolder.open(run).latest(), StandardCopyOption.REPLACE_EXISTING);
    assertEquals(1, commands.run("train", "--device", "cpu", "--resume", run, "--epochs", "9"));
    assertEquals(1, commands.err().lines().count(), commands.err());
    assertTrue(commands.err().contains("holds weights alone"), commands.err());
  }

  @Test
  void samplesArePictures() throws IOException {
    Path run = commands.train("run", "--iterations", "1");
    Path one = folder.resolve("one.png");
    Path two = folder.resolve("two.png");
    commands.succeed("sample", run, "--count", "7", "--out", one);
    assertEquals(one.toString(), commands.out().strip());
    commands.succeed("sample", run, "--count", "7", "--out", two);
    assertSameFile(one, two);
    commands.succeed("sample", run, "--count", "7", "--out", two, "--seed", "77");
    assertNotEquals(-1, Files.mismatch(one, two));
    commands.succeed("sample", run, "--count", "3", "--interpolate", "--out", two);
    BufferedImage lines = ImageIO.read(two.toFile());
    assertTrue(lines.getWidth() > 3 * lines.getHeight(), lines.toString());
  }

  @Test
  void runsAreNumbered() throws IOException {
    Files.createDirectories(commands.runs().resolve("00007-older"));
    Files.createDirectories(commands.runs().resolve("not-a-run"));
    commands.succeed("train", commands.recipe(), "--iterations", "1");
    commands.succeed("train", commands.recipe(), "--iterations", "1", "--set", "name=a/b c");
    assertEquals(
        List.of("00007-older", "00008-tiny", "00009-a_b_c", "not-a-run"),
        TinyCommands.names(commands.runs()));
    assertEquals(2, commands.lines("run folder: " + commands.runs()).size(), commands.out());
  }

  @Test
  void plainLinesTellHowItGoes() {
    commands.train("run");
    List<String> lines = commands.lines("iteration ");
    assertTrue(
        lines
            .get(0)
            .matches(
                "iteration 20/40 \\(epoch 1\\.0\\)  [0-9.]+ it/s  ETA [0-9:]+  d_loss [0-9.]+ "
                    + " g_loss [0-9.]+  D\\(x\\) [0-9.]+  D\\(G\\(z\\)\\) [0-9.]+  "
                    + "parzen valid -?[0-9.]+ nats \\(σ [0-9.]+\\)"),
        lines.get(0));
    assertEquals(-1, commands.out().indexOf('\r'));
    assertEquals(-1, commands.out().indexOf('\033'));
  }
}
