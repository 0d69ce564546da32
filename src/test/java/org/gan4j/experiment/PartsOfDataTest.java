package org.gan4j.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gan4j.TinyRecipe;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Images;
import org.gan4j.data.Progress;
import org.gan4j.data.Scaling;
import org.gan4j.device.Device;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Report;
import org.gan4j.gan.Training;
import org.gan4j.recipe.Recipe;
import org.gan4j.run.RunFolder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on data that lack validation or test images: what can't be done then is said. */
@Tag("fonts") // every run ends with a chart
class PartsOfDataTest {
  private static final DataSet WHOLE =
      DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);

  @TempDir private Path folder;

  private final List<String> remarks = new ArrayList<>();
  private final List<Report> reports = new ArrayList<>();

  private final Experiment.Listener listener =
      new Experiment.Listener() {
        @Override
        public void remark(String text) {
          remarks.add(text);
        }

        @Override
        public void report(Report report) {
          reports.add(report);
        }
      };

  private static DataSet parts(Images validation, Images test) {
    return new DataSet(
        "mine", "mine", "given by a test", WHOLE.train(), validation, test, Scaling.UNIT);
  }

  private static Recipe recipe(String... changes) {
    return TinyRecipe.with(changes).withData("mine");
  }

  private Outcome run(DataSet data, Plan plan) {
    try (Device device = Device.cpu();
        Experiment experiment = new Experiment(device, data, plan)) {
      return experiment.run(Set.of(), listener);
    }
  }

  private void assertComplete(Path run) throws IOException {
    for (String name : List.of("figure2.png", "figure3.png", "curves.png", "report.html")) {
      assertTrue(Files.exists(run.resolve(name)), name);
    }
    assertFalse(Files.exists(run.resolve("score.json")));
    assertTrue(Files.readString(run.resolve("report.html")).contains("Not scored: the data have"));
  }

  @Test
  void trainingImagesAlone() throws IOException {
    DataSet data = DataSet.ofTraining("mine", WHOLE.train());
    Path run = folder.resolve("run");
    assertEquals(
        new Outcome.Unscored(20, Training.End.LIMIT),
        run(data, Plan.in(run, recipe("stop.epochs=1"))));
    assertEquals(
        List.of(
            "the data set mine has no validation images: no score is taken, neither while training"
                + " nor at the end, and no checkpoint is kept as the best"),
        remarks);
    assertTrue(reports.stream().allMatch(report -> report.validation().isEmpty()));
    assertComplete(run);
    RunFolder written = RunFolder.open(run);
    assertEquals(written.latest(), written.scored());
    // It goes on as any other, and then is what it had been in one go.
    Plan longer = Plan.resume(run).withRecipe(recipe("stop.epochs=2"));
    assertEquals(new Outcome.Unscored(40, Training.End.LIMIT), run(data, longer));
    Path once = folder.resolve("once");
    run(data, Plan.in(once, recipe("stop.epochs=2")));
    try (Device device = Device.cpu();
        Gan one = Checkpoint.open(device, RunFolder.open(once).latest());
        Gan other = Checkpoint.open(device, written.latest())) {
      assertEquals(one.iteration(), other.iteration());
    }
    assertEquals(
        -1, Files.mismatch(RunFolder.open(once).latest(), written.latest()), "the same bits");
  }

  @Test
  void testImagesWithoutValidationAreNotScored() throws IOException {
    Path run = folder.resolve("run");
    Outcome outcome = run(parts(null, WHOLE.test()), Plan.in(run, recipe("stop.epochs=1")));
    assertInstanceOf(Outcome.Unscored.class, outcome);
    assertComplete(run);
  }

  @Test
  void validationWithoutTestsChoosesTheBest() throws IOException {
    Path run = folder.resolve("run");
    Outcome outcome =
        run(
            parts(WHOLE.validation(), null),
            Plan.in(run, recipe("stop.epochs=2", "stop.patience=5")));
    assertInstanceOf(Outcome.Unscored.class, outcome);
    assertEquals(
        List.of("the data set mine has no test images: the run is not scored at its end"), remarks);
    assertEquals(1, reports.get(reports.size() - 1).validation().size());
    assertTrue(Files.exists(RunFolder.open(run).best()));
    assertComplete(run);
  }

  @Test
  void whatIsDecidedOnValidationIsRefused() {
    DataSet data = DataSet.ofTraining("mine", WHOLE.train());
    for (String field : List.of("stop.patience", "evaluation.monitor.every_epochs")) {
      Path run = folder.resolve("refused");
      Plan plan = Plan.in(run, recipe(field + "=3"));
      String message =
          assertThrows(IllegalArgumentException.class, () -> run(data, plan)).getMessage();
      assertEquals(
          field
              + "=3 is decided on validation images, of which the data set mine has none: give it"
              + " some, or set "
              + field
              + "=0",
          message);
      assertFalse(Files.exists(run));
    }
  }

  /** Not at the end of a long training. */
  @Test
  void imagesThatAreAlsoTheTestsAreRefusedAtTheBeginning() {
    Plan plan = Plan.in(folder.resolve("refused"), recipe());
    DataSet data = parts(WHOLE.validation(), WHOLE.train());
    String message =
        assertThrows(IllegalArgumentException.class, () -> run(data, plan)).getMessage();
    assertEquals(
        "every training example of mine is also a validation or test example, so that a score says"
            + " nothing: give other images to score with, or none",
        message);
    assertFalse(Files.exists(plan.path()));
  }

  @Test
  void aSplitThatTheDataHaveNot() {
    DataSet data = DataSet.ofTraining("mine", WHOLE.train());
    Plan plan = Plan.in(folder.resolve("refused"), recipe("split.test=1000"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> run(data, plan)).getMessage();
    assertTrue(
        message.startsWith("the recipe's split.test is 1000, but these data have 0"), message);
  }
}
