package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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

/**
 * A run that was stopped anywhere reports and ends as one that was not; an epoch has 6 iterations.
 */
class ResumeTest {
  @TempDir private Path folder;
  private final Device device = Device.cpu();

  @AfterEach
  void close() {
    device.close();
  }

  private static Recipe recipe(String... changes) {
    return TinyRun.with(SmallGans.simultaneous(), changes);
  }

  private static Validator scores(double score) {
    return gan -> Collections.nCopies(gan.recipe().replicas(), new Validation(score, 0.2, 1));
  }

  /** Saves, and asks to stop once after an iteration. */
  private final class Part implements Training.Listener {
    private final List<Report> reports = new ArrayList<>();
    private final long last;
    private Map<String, String> notes = Map.of();

    Part(long last) {
      this.last = last;
    }

    @Override
    public long hookEvery() {
      return 1;
    }

    @Override
    public Training.Next hook(Gan gan, long iteration) {
      return iteration == last ? Training.Next.STOP : Training.Next.GO_ON;
    }

    @Override
    public void report(Report report) {
      reports.add(report);
    }

    @Override
    public String save(Gan gan, Map<String, String> kept, Choice choice) {
      notes = kept;
      Checkpoint.save(folder.resolve(choice.word()), gan, kept);
      return "there";
    }

    /** What the earlier part saved, or the beginning. */
    private End run(Recipe recipe, boolean resumes, List<String> remarks) {
      try (Gan gan = TinyRun.begin(device, recipe)) {
        Path latest = folder.resolve(Choice.LATEST.word());
        Map<String, String> known = resumes ? Checkpoint.restore(gan, latest) : Map.of();
        try (Training opened = new Training(gan, TinyRun.DATA, scores(1))) {
          opened.resume(known, "there").ifPresent(remarks::add);
          return opened.run(this);
        }
      }
    }
  }

  /** Iterations, means and scores. */
  private static List<String> told(List<Report> reports) {
    return reports.stream()
        .map(r -> r.iteration() + " " + r.means() + " " + r.validation())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 5, 6, 7, 11, 17})
  void reportsAreAboutTheSameIterations(long stop) {
    Recipe recipe = recipe("stop.epochs=3", "replicas=2", "evaluation.every_epochs=2");
    Part whole = new Part(-1);
    assertEquals(End.LIMIT, whole.run(recipe, false, new ArrayList<>()));
    Part first = new Part(stop);
    assertEquals(End.REQUESTED, first.run(recipe, false, new ArrayList<>()));
    Part again = new Part(stop + 1);
    List<String> remarks = new ArrayList<>();
    assertEquals(End.REQUESTED, again.run(recipe, true, remarks));
    Part rest = new Part(-1);
    assertEquals(End.LIMIT, rest.run(recipe, true, remarks));
    List<Report> parts = new ArrayList<>(first.reports);
    parts.addAll(again.reports);
    parts.addAll(rest.reports);
    assertEquals(told(whole.reports), told(parts));
    assertEquals(List.of(), remarks);
    for (Report report : parts) {
      assertTrue(report.seconds().training() > 0);
    }
  }

  /** As --resume --iterations of where it stands. */
  @Test
  void whoeverEndsWhereHeWasStoppedReports() {
    Part first = new Part(4);
    assertEquals(End.REQUESTED, first.run(recipe("stop.epochs=3"), false, new ArrayList<>()));
    assertEquals(List.of(), first.reports);
    Recipe four = recipe("stop.epochs=0", "stop.iterations=4");
    Part ended = new Part(-1);
    assertEquals(End.LIMIT, ended.run(four, true, new ArrayList<>()));
    Part again = new Part(-1);
    assertEquals(End.LIMIT, again.run(four, true, new ArrayList<>()));
    assertEquals(List.of(), again.reports, "once");
    Part whole = new Part(-1);
    whole.run(four, false, new ArrayList<>());
    assertEquals(told(whole.reports), told(ended.reports));
  }

  /** Stopped while it was scored, after its end. */
  @Test
  void smallUpdatesStayTheEnd() {
    Recipe recipe = recipe("stop.epochs=50", "stop.update_norm=1e6");
    Part first = new Part(-1);
    assertEquals(End.SMALL_UPDATES, first.run(recipe, false, new ArrayList<>()));
    Part again = new Part(-1);
    assertEquals(End.SMALL_UPDATES, again.run(recipe, true, new ArrayList<>()));
    assertEquals(List.of(), again.reports);
    Recipe smaller = recipe("stop.epochs=2", "stop.update_norm=1e-6");
    assertEquals(End.LIMIT, new Part(-1).run(smaller, true, new ArrayList<>()));
  }

  @ParameterizedTest
  @CsvSource({
    "evaluation.samples=50",
    "evaluation.sigma_count=3",
    "evaluation.validation_examples=7",
    "noise.sample_scale=0.9",
  })
  void scoresByOtherSettingsAreNoMeasure(String change) {
    String[] rules = {"stop.epochs=3", "evaluation.every_epochs=1", "stop.patience=3"};
    Part first = new Part(-1);
    assertEquals(End.LIMIT, first.run(recipe(rules), false, new ArrayList<>()));
    assertEquals("6", first.notes.get("best_iteration"));
    String[] changed = {"stop.epochs=5", "evaluation.every_epochs=1", "stop.patience=3", change};
    List<String> remarks = new ArrayList<>();
    Part second = new Part(-1);
    assertEquals(End.LIMIT, second.run(recipe(changed), true, remarks));
    assertEquals("24", second.notes.get("best_iteration"));
    assertEquals(1, remarks.size());
    assertTrue(remarks.get(0).contains("the search for the best begins anew"), remarks.get(0));
  }

  @Test
  void otherLengthsAreNoOtherScores() {
    String[] rules = {"stop.epochs=3", "evaluation.every_epochs=1", "stop.patience=9"};
    new Part(-1).run(recipe(rules), false, new ArrayList<>());
    rules[0] = "stop.epochs=5";
    List<String> remarks = new ArrayList<>();
    Part second = new Part(-1);
    second.run(recipe(rules), true, remarks);
    assertEquals("6", second.notes.get("best_iteration"));
    assertEquals(List.of(), remarks);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "last_update_norm | x",
        "report_since_iteration | -1",
        "report_since_iteration | x",
        "report_since_iteration | 3",
      })
  void damagedNotes(String note, String value) {
    try (Gan gan = TinyRun.begin(device, recipe());
        Training training = new Training(gan, TinyRun.DATA, scores(0))) {
      Exception e =
          assertThrows(FormatException.class, () -> training.resume(Map.of(note, value), "a/b"));
      assertEquals("a/b: the checkpoint's notes are damaged", e.getMessage());
    }
  }
}
