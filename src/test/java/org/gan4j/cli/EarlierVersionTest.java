package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.gan4j.eval.ParzenScore;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.IterationMeans;
import org.gan4j.gan.Report;
import org.gan4j.gan.Validation;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.run.MetricsFile;
import org.gan4j.run.ScoreFile;
import org.gan4j.run.ScoreSheet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The runs of 0.1.0 in src/test/resources are opened, scored and gone on with, and come to what
 * 0.1.0 itself came to. Not to the bit: oneDNN sums a product in the order that suits the
 * processor. A lost velocity, mask or minibatch changes these numbers by per cents.
 */
@Tag("fonts") // a run ends with pictures of curves
class EarlierVersionTest {
  /** A hundred times what another instruction set was seen to change. */
  private static final double ROUNDING = 1e-5;

  @TempDir private Path folder;

  private static Path written(String name) {
    return Path.of("src/test/resources/org/gan4j/cli/v0.1.0", name);
  }

  private Path copy(String name) throws IOException {
    Path run = Files.createDirectory(folder.resolve(name));
    try (Stream<Path> files = Files.list(written(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, run.resolve(file.getFileName()));
      }
    }
    return run;
  }

  @ParameterizedTest
  @CsvSource({"simultaneous, 40", "alternating, 20"})
  void runOf010GoesOn(String name, int iterations) throws IOException {
    Path run = copy(name);
    assertEquals(
        Checkpoint.recipe(run.resolve("checkpoint-latest.safetensors")),
        RecipeYaml.load(run.resolve("config.yaml")));
    TinyCommands commands = new TinyCommands(folder);
    commands.succeed("evaluate", run);
    assertScores(written(name), run);
    // As 0.1.0 went back through maxout.
    commands.succeed(
        "train", "--resume", run, "--iterations", iterations, "--set", "cpu.maxout=dense");
    assertScores(written(name + "-continued"), run);
    List<Report> expected =
        MetricsFile.read(written(name + "-continued").resolve("metrics.jsonl")).reports();
    List<Report> actual = MetricsFile.read(run.resolve("metrics.jsonl")).reports();
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertReports(expected.get(i), actual.get(i));
    }
  }

  private static void assertReports(Report expected, Report actual) {
    assertEquals(expected.iteration(), actual.iteration());
    assertEquals(expected.epoch(), actual.epoch());
    assertEquals(expected.validation().size(), actual.validation().size());
    for (int r = 0; r < expected.means().size(); r++) {
      IterationMeans then = expected.means().get(r);
      IterationMeans now = actual.means().get(r);
      assertNear(then.learningRate(), now.learningRate());
      assertNear(then.momentum(), now.momentum());
      assertNear(then.dLoss(), now.dLoss());
      assertNear(then.gLoss(), now.gLoss());
      assertNear(then.dReal(), now.dReal());
      assertNear(then.dFake(), now.dFake());
      assertNear(then.updateNorm(), now.updateNorm());
      assertNear(expected.generatorUpdates().get(r), actual.generatorUpdates().get(r));
    }
    for (int r = 0; r < expected.validation().size(); r++) {
      Validation then = expected.validation().get(r);
      Validation now = actual.validation().get(r);
      assertNear(then.score(), now.score());
      assertNear(then.sigma(), now.sigma());
      assertNear(then.diversity(), now.diversity());
    }
  }

  private static void assertScores(Path then, Path now) throws IOException {
    ScoreSheet expected = ScoreFile.read(then.resolve("score.json"));
    ScoreSheet actual = ScoreFile.read(now.resolve("score.json"));
    assertEquals(expected.iteration(), actual.iteration());
    assertEquals(expected.seed(), actual.seed());
    assertScore(expected.trainingSet(), actual.trainingSet());
    assertEquals(expected.replicas().size(), actual.replicas().size());
    for (int r = 0; r < expected.replicas().size(); r++) {
      assertScore(expected.replicas().get(r), actual.replicas().get(r));
    }
  }

  private static void assertScore(ParzenScore expected, ParzenScore actual) {
    assertNear(expected.mean(), actual.mean());
    assertNear(expected.standardError(), actual.standardError());
    assertNear(expected.sigma(), actual.sigma());
    assertEquals(expected.examples(), actual.examples());
    assertEquals(expected.curve().size(), actual.curve().size());
  }

  private static void assertNear(double expected, double actual) {
    assertEquals(expected, actual, ROUNDING * Math.abs(expected));
  }
}
