package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.FormatException;
import org.gan4j.device.Device;
import org.gan4j.gan.Training.End;
import org.gan4j.recipe.Recipe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a run ends, and what it says and keeps on the way; an epoch has 6 iterations. */
class TrainingTest {
  @TempDir private Path folder;
  private final Device device = Device.cpu();

  @AfterEach
  void close() {
    device.close();
  }

  /** Keeps all that it hears, and saves as a run folder does. */
  private final class Scribe implements Training.Listener {
    private final List<Report> reports = new ArrayList<>();
    private final List<Long> pictures = new ArrayList<>();
    private final Map<String, Map<String, ByteBuffer>> saved = new HashMap<>();
    private Map<String, String> notes = Map.of();
    private long progress;
    private long limit;

    @Override
    public void progress(long iteration, long last) {
      assertTrue(iteration > progress, "progress goes on");
      progress = iteration;
      limit = last;
    }

    @Override
    public void report(Report report) {
      reports.add(report);
    }

    @Override
    public void pictures(Gan gan, long epoch) {
      pictures.add(epoch);
    }

    @Override
    public String save(Gan gan, Map<String, String> kept, Choice choice) {
      notes = kept;
      Path file = folder.resolve(choice.word());
      Checkpoint.save(file, gan, kept);
      saved.put(file.getFileName().toString(), TinyRun.tensors(gan));
      return file.toString();
    }

    private List<Long> iterations() {
      return reports.stream().map(Report::iteration).toList();
    }
  }

  private static Recipe recipe(String... changes) {
    return TinyRun.with(SmallGans.simultaneous(), changes);
  }

  /** Gives scores one after the other, the last one for ever. */
  private static Validator script(double... scores) {
    int[] next = {0};
    return gan -> {
      double score = scores[Math.min(next[0]++, scores.length - 1)];
      return List.of(new Validation(score, 0.2, 1));
    };
  }

  private End run(Recipe recipe, Validator validator, Scribe scribe) {
    try (Gan gan = TinyRun.begin(device, recipe);
        Training training = new Training(gan, TinyRun.DATA, validator)) {
      return training.run(scribe);
    }
  }

  private long endOf(Recipe recipe) {
    Scribe scribe = new Scribe();
    assertEquals(End.LIMIT, run(recipe, script(0), scribe));
    assertEquals(scribe.progress, scribe.limit);
    return scribe.progress;
  }

  @Test
  void endsAtTheFirstLimit() {
    assertEquals(18, endOf(recipe("stop.epochs=3")));
    assertEquals(5, endOf(recipe("stop.epochs=3", "stop.iterations=5")));
    assertEquals(205, endOf(recipe("stop.epochs=0", "stop.iterations=205")));
    assertEquals(6, endOf(recipe("stop.epochs=1", "stop.iterations=500")));
  }

  @Test
  void smallUpdatesEndIt() {
    Scribe scribe = new Scribe();
    Recipe still = recipe("stop.epochs=50", "stop.update_norm=1e6");
    assertEquals(End.SMALL_UPDATES, run(still, script(0), scribe));
    assertEquals(List.of(6L), scribe.iterations());
    assertTrue(scribe.reports.get(0).means().get(0).updateNorm() > 0);
    Recipe moving = recipe("stop.epochs=2", "stop.update_norm=1e-6");
    assertEquals(End.LIMIT, run(moving, script(0), new Scribe()));
  }

  @Test
  void reportsEveryHundredIterationsAtEpochEndsAndAtTheEnd() {
    Scribe scribe = new Scribe();
    run(recipe("stop.epochs=0", "stop.iterations=205", "samples_every=7"), script(0), scribe);
    List<Long> expected = new ArrayList<>();
    for (long i = 1; i <= 205; i++) {
      if (i % 100 == 0 || i % 6 == 0 || i == 205) {
        expected.add(i);
      }
    }
    assertEquals(expected, scribe.iterations());
    assertEquals(List.of(7L, 14L, 21L, 28L, 35L), scribe.pictures);
    Report last = scribe.reports.get(scribe.reports.size() - 1);
    assertEquals(205 / 6.0, last.epoch(), 1e-9);
    assertTrue(last.iterationsPerSecond() > 0);
    assertTrue(last.validation().isEmpty());
    assertTrue(last.means().get(0).isFinite());
    assertTrue(last.means().get(0).dReal() > 0 && last.means().get(0).dReal() < 1);
    assertEquals(TinyRun.tensors(folder.resolve("latest")), scribe.saved.get("latest"));
  }

  @Test
  void patienceKeepsTheBest() {
    Scribe scribe = new Scribe();
    Recipe recipe = recipe("stop.epochs=50", "stop.patience=3", "evaluation.every_epochs=2");
    End end = run(recipe, script(1, 5, 4, 5, 3, 9), scribe);
    assertEquals(End.NO_GAIN, end);
    // Evaluations after epochs 2, 4, 6, 8, 10; the best one, the second, came after 24 iterations.
    assertEquals(60, scribe.progress);
    Path best = TinyRun.trained(folder.resolve("alone"), recipe, 24);
    assertEquals(TinyRun.tensors(best), TinyRun.tensors(folder.resolve("parzen")));
    assertEquals(TinyRun.tensors(folder.resolve("latest")), scribe.saved.get("latest"));
    assertEquals("24", scribe.notes.get("best_iteration"));
    List<Double> scores =
        scribe.reports.stream()
            .filter(report -> !report.validation().isEmpty())
            .map(report -> report.validation().get(0).score())
            .toList();
    assertEquals(List.of(1.0, 5.0, 4.0, 5.0, 3.0), scores);
  }

  /** A patience that waits for scores that never come would be none. */
  @Test
  void aValidatorScoresEveryReplica() {
    Recipe patient = recipe("stop.epochs=3", "stop.patience=1", "evaluation.every_epochs=1");
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> run(patient, gan -> List.of(), new Scribe()));
    assertEquals(
        "the validator gave 0 scores, not one for each of 1 replicas, and a patience waits for"
            + " them",
        e.getMessage());
    Recipe two = recipe("stop.epochs=1", "replicas=2", "evaluation.every_epochs=1");
    assertThrows(IllegalArgumentException.class, () -> run(two, script(1), new Scribe()));
    assertEquals(End.LIMIT, run(two, gan -> List.of(), new Scribe()));
  }

  /** The fifth evaluation is the fourth without a gain, wherever the run was cut. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 5})
  void patienceCountsOnAfterAResume(int epochsFirst) {
    String[] rules = {"stop.patience=4", "evaluation.every_epochs=1", "stop.epochs=" + epochsFirst};
    double[] scores = {3, 2, 1, 0, 1, 2};
    run(recipe(rules), script(scores), new Scribe());
    rules[2] = "stop.epochs=50";
    double[] rest = Arrays.copyOfRange(scores, epochsFirst, scores.length);
    Scribe second = new Scribe();
    try (Gan gan = new Gan(device, recipe(rules), SmallGans.SHAPE)) {
      Map<String, String> notes = Checkpoint.restore(gan, folder.resolve("latest"));
      try (Training training = new Training(gan, TinyRun.DATA, script(rest))) {
        training.resume(notes, "there");
        assertEquals(6, training.bestIteration());
        assertEquals(End.NO_GAIN, training.run(second));
      }
      assertEquals(30, gan.iteration());
      assertEquals(5 - epochsFirst, second.reports.size());
    }
  }

  @Test
  void aScoreThatIsNoNumberIsNoGain() {
    Scribe scribe = new Scribe();
    Recipe recipe = recipe("stop.epochs=50", "stop.patience=2", "evaluation.every_epochs=1");
    assertEquals(End.NO_GAIN, run(recipe, script(Double.NaN), scribe));
    assertEquals(12, scribe.progress);
  }

  @ParameterizedTest
  @CsvSource({
    "best_score, x",
    "best_score, NaN",
    "best_score, Infinity",
    "best_score, 1e309",
    "best_iteration, -1",
    "best_iteration, 1.5",
    "evaluations_without_gain, -1",
    "evaluations_without_gain, 99999999999"
  })
  void damagedNotes(String note, String value) {
    try (Gan gan = TinyRun.begin(device, recipe());
        Training training = new Training(gan, TinyRun.DATA, script(0))) {
      Exception e =
          assertThrows(FormatException.class, () -> training.resume(Map.of(note, value), "a/b"));
      assertEquals("a/b: the checkpoint's notes are damaged", e.getMessage());
    }
  }

  @Test
  void aResumeUnderOtherArithmeticSaysSo() {
    Scribe scribe = new Scribe();
    run(recipe("stop.epochs=1"), script(0), scribe);
    assertEquals(device.arithmetic(), scribe.notes.get("arithmetic"));
    try (Gan gan = TinyRun.begin(device, recipe("stop.epochs=2"));
        Training training = new Training(gan, TinyRun.DATA, script(0))) {
      assertEquals(Optional.empty(), training.resume(scribe.notes, "there"));
      assertEquals(Optional.empty(), training.resume(Map.of(), "of an earlier version"));
      Map<String, String> moreThreads = new HashMap<>(scribe.notes);
      moreThreads.put("threads", Integer.toString(device.threads() + 1));
      assertTrue(training.resume(moreThreads, "there").orElseThrow().contains(" threads, now it"));
      String remark = training.resume(Map.of("arithmetic", "oneDNN 1.0, \u001b"), "x").get();
      assertTrue(remark.contains("so far it computed with oneDNN 1.0, \\u001b, now"), remark);
      assertTrue(remark.contains(device.arithmetic()), remark);
      try (Trainer trainer = new Trainer(gan, TinyRun.DATA)) {
        trainer.run(1);
      }
      String earlier = training.resume(Map.of(), "of an earlier version").get();
      assertTrue(earlier.contains("by all slopes, now it goes on with"), earlier);
    }
  }

  @Test
  void divergenceNamesTheIterationAndTheLastGoodCheckpoint() {
    Recipe calm = recipe("stop.epochs=2");
    run(calm, script(0), new Scribe());
    Map<String, ByteBuffer> good = TinyRun.tensors(folder.resolve("latest"));
    Recipe wild =
        recipe("learning_rate.initial=1e30", "stop.epochs=50", "evaluation.every_epochs=1");
    try (Gan gan = TinyRun.begin(device, wild);
        Training training = new Training(gan, TinyRun.DATA, script(0))) {
      training.resume(Map.of(), "run/checkpoint");
      Exception e = assertThrows(DivergenceException.class, () -> training.run(new Scribe()));
      assertTrue(e.getMessage().startsWith("training diverged by iteration 6: "), e.getMessage());
      assertTrue(e.getMessage().contains("last good checkpoint: run/checkpoint;"), e.getMessage());
      TinyRun.assertOneLine(e.getMessage());
    }
    assertEquals(good, TinyRun.tensors(folder.resolve("latest")));
  }

  @Test
  void divergenceOfOneReplicaNamesIt() {
    Recipe two = SmallGans.seeds(recipe("stop.epochs=50"), 1, 2, List.of(0.1, 1e30));
    Exception e = assertThrows(DivergenceException.class, () -> run(two, script(0), new Scribe()));
    assertTrue(e.getMessage().contains("by iteration 6 in replica 1: "), e.getMessage());
    assertTrue(e.getMessage().contains("last good checkpoint: none;"), e.getMessage());
  }

  @Test
  void stopsSoonWhenAskedAndSaves() {
    Recipe recipe = recipe("stop.epochs=0", "stop.iterations=1000000000");
    Scribe scribe = new Scribe();
    try (Gan gan = TinyRun.begin(device, recipe);
        Training training = new Training(gan, TinyRun.DATA, script(0))) {
      Training.Listener impatient =
          new Training.Listener() {
            @Override
            public void progress(long iteration, long limit) {
              if (iteration == 4) {
                training.requestStop();
              }
            }

            @Override
            public void report(Report report) {
              scribe.report(report);
            }

            @Override
            public String save(Gan trained, Map<String, String> notes, Choice choice) {
              return scribe.save(trained, notes, choice);
            }
          };
      assertEquals(End.REQUESTED, training.run(impatient));
      assertEquals(4, gan.iteration());
    }
    assertEquals(List.of(), scribe.iterations(), "what is not through is reported by the rest");
    Path alone = TinyRun.trained(folder.resolve("alone"), recipe, 4);
    assertEquals(TinyRun.tensors(alone), TinyRun.tensors(folder.resolve("latest")));
  }

  @Test
  void nothingLeftToTrain() {
    Recipe recipe = recipe("stop.epochs=1");
    Scribe scribe = new Scribe();
    try (Gan gan = TinyRun.begin(device, recipe)) {
      TinyRun.train(gan, 6);
      try (Training training = new Training(gan, TinyRun.DATA, script(0))) {
        assertEquals(End.LIMIT, training.run(scribe));
      }
    }
    assertEquals(List.of(), scribe.reports);
    assertEquals(1, scribe.saved.size());
  }
}
