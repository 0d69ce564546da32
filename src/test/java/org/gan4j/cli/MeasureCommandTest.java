package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gan4j.eval.Measure;
import org.gan4j.eval.Measures;
import org.gan4j.run.MeasureSheet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** gan4j measure on a run of two iterations. */
@Tag("fonts") // every run ends with a chart
class MeasureCommandTest {
  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
  }

  private static MeasureSheet sheet(Path run) {
    return MeasureSheet.read(run.resolve("measures.json"));
  }

  @Test
  void printsATableAndKeepsASheet() throws IOException {
    // No σ of this grid is large enough, which is worth an alarm.
    String grid = "evaluation.sigma_to=0.11";
    Path run = folder.resolve("run");
    commands.run(
        "train",
        commands.recipe(),
        "--out",
        run,
        "--iterations",
        "2",
        "--set",
        "replicas=2",
        "--set",
        grid);
    commands.succeed("measure", run, "--samples", "60");
    String first = commands.out();
    MeasureSheet sheet = sheet(run);
    assertEquals(2, sheet.iteration());
    assertEquals(1, sheet.seed());
    assertEquals(60, sheet.samples());
    assertEquals(60, sheet.tests());
    assertEquals(
        Measures.ALL.stream().map(Measure::name).toList(),
        sheet.rows().stream().map(MeasureSheet.Row::name).toList());
    for (MeasureSheet.Row row : sheet.rows()) {
      assertEquals(2, row.run().size());
      // Nobody asks these generators for a class.
      boolean applies = !row.name().equals("class_agreement");
      assertEquals(applies, row.run().get(1).isPresent(), row.name());
      assertEquals(
          List.of("training set", "k-means centroids"), List.copyOf(row.anchors().keySet()));
    }
    // All about the mean image: next to each other, without variety.
    assertTrue(value(sheet, "nn_accuracy_generated") > 0.95);
    assertTrue(value(sheet, "recall") < 0.05);
    assertTrue(sheet.rows().get(1).runNotes().get(0).startsWith("p = 0.0"));
    assertTrue(
        sheet.alarms().stream()
            .anyMatch(alarm -> alarm.startsWith("Replica 1: the best σ, 0.110,")),
        sheet.alarms().toString());
    assertTrue(first.contains("better  replica 0  replica 1"), first);
    assertTrue(first.contains("\nALARM: Replica 0: "), first);

    commands.succeed("measure", run, "--samples", "60");
    assertEquals(first, commands.out());
    assertEquals(sheet, sheet(run));
    commands.succeed("measure", run, "--samples", "60", "--seed", "9");
    assertEquals(9, sheet(run).seed());
    assertFalse(sheet.rows().equals(sheet(run).rows()));
  }

  private static double value(MeasureSheet sheet, String name) {
    return sheet.rows().stream()
        .filter(row -> row.name().equals(name))
        .flatMapToDouble(row -> row.mean().stream())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void onlySomeMeasuresOfFewSamples() {
    Path run = commands.train("run", "--iterations", "1");
    commands.succeed("measure", run, "--samples", "3", "--only", "recall,nn_accuracy");
    MeasureSheet sheet = sheet(run);
    assertEquals(
        List.of("nn_accuracy", "recall"),
        sheet.rows().stream().map(MeasureSheet.Row::name).toList());
    MeasureSheet.Row recall = sheet.rows().get(1);
    assertTrue(recall.run().get(0).isEmpty());
    assertTrue(recall.anchors().get("training set").isEmpty());
    assertEquals(List.of("needs at least 4 samples and tests, not 3 and 3"), recall.runNotes());
    assertTrue(commands.out().contains("recall         higher       -"), commands.out());
  }

  @Test
  @Tag("slow") // annealing takes as long as for a large generator
  void annealedImportanceIsTakenByNameOnly() {
    Path run = commands.train("run", "--iterations", "2");
    commands.succeed("measure", run, "--samples", "20", "--only", "ais");
    MeasureSheet.Row ais = sheet(run).rows().get(0);
    assertTrue(ais.run().get(0).isPresent());
    assertTrue(ais.anchors().get("training set").isEmpty());
    assertTrue(
        ais.runNotes().get(0).contains("100 tests, 16 chains, 500 temperatures, 1 leapfrog step;"));
  }

  @Test
  void featuresOfAnOnnxFile() {
    Path run = commands.train("run", "--iterations", "1");
    Path file = folder.resolve("judge.onnx");
    commands.succeed("export", run, "--onnx", file, "--network", "discriminator");
    commands.succeed(
        "measure", run, "--samples", "60", "--only", "frechet", "--features", file, "--validation");
    assertTrue(commands.out().contains("features judge.onnx (sha256 "), commands.out());
    Path absent = folder.resolve("noise.onnx");
    assertEquals(1, commands.run("measure", run, "--features", absent));
    assertTrue(commands.err().contains("noise.onnx can't be read: "), commands.err());
    assertEquals(1, commands.err().lines().count(), commands.err());
  }

  @Test
  void wrongUseLeavesNoSheet() {
    Path run = commands.train("run", "--iterations", "1");
    assertFails("--samples must be 2 to 10000, not 1", run, "--samples", "1");
    assertFails("--samples must be 2 to 10000, not 10001", run, "--samples", "10001");
    assertFails("there is no measure 'fid'; there are: parzen, ", run, "--only", "fid");
    assertFails("there is no measure ''", run, "--only", ",recall");
    assertFails(
        "there are no settings 'best' of annealed importance",
        run,
        "--only",
        "ais",
        "--ais",
        "best",
        "--data", // which is not looked for any more
        folder.resolve("absent"));
    assertFails("--ais is about the measure ais: add --only ais", run, "--ais", "wu-2017");
    assertFails(
        "--features is about the measures in features", run, "--only", "recall", "--features", run);
    assertFails("is not the folder of a run", folder.resolve("absent"));
    assertFalse(Files.exists(run.resolve("measures.json")));
  }

  private void assertFails(String text, Path run, Object... more) {
    Object[] args = new Object[more.length + 2];
    args[0] = "measure";
    args[1] = run;
    System.arraycopy(more, 0, args, 2, more.length);
    assertEquals(2, commands.run(args), commands.err());
    assertTrue(commands.err().startsWith("gan4j: "), commands.err());
    assertTrue(commands.err().contains(text), commands.err());
    assertEquals(1, commands.err().lines().count(), commands.err());
  }

  /** AIS is of the generator, whichever of its samples are kept. */
  @Test
  void judgedSamplesHaveNoAnnealedLikelihood() {
    Path run = commands.train("run");
    int code = commands.run("measure", run, "--only", "precision,ais", "--by", "rejection");
    assertEquals(2, code);
    assertTrue(commands.err().contains("measure it without --by"), commands.err());
  }

  /** 1,000 validation examples: 500 choose, 500 are measured. */
  @Test
  void validationChoosesOnItsOtherHalf() {
    Path run = commands.train("run");
    commands.succeed("measure", run, "--validation", "--only", "parzen");
    assertTrue(commands.out().contains("samples: 500,"), commands.out());
    assertTrue(commands.out().contains("second half of the validation examples"), commands.out());
    commands.succeed("measure", run, "--validation", "--only", "precision", "--by", "rejection");
    assertTrue(commands.out().contains(", by 500 held-out examples "), commands.out());
    assertFalse(Files.exists(run.resolve("measures.json")));
  }

  /** The others are measured all the same. */
  @Test
  void oneValidationExampleGivesNoBandwidth() {
    Path run = commands.train("run", "--set", "split.validation=1");
    commands.succeed("measure", run, "--samples", 60, "--only", "mmd2,precision");
    assertEquals(1, commands.lines("precision ").size(), commands.out());
    assertTrue(commands.out().contains("a median distance needs at least two"), commands.out());
  }

  /** What took hours is said before it is found that it can't be kept. */
  @Test
  void whatCannotBeKeptIsPrinted() throws IOException {
    Path run = commands.train("run");
    Files.createDirectories(run.resolve("measures.json/in-its-place"));
    assertEquals(1, commands.run("measure", run, "--samples", 60, "--only", "precision"));
    assertTrue(commands.out().contains("precision"), commands.out());
    assertTrue(commands.err().contains("can't write"), commands.err());
  }
}
