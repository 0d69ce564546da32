package org.gan4j.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.gan4j.TinyRecipe;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Choice;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Report;
import org.gan4j.gan.TinyRun;
import org.gan4j.gan.Trainer;
import org.gan4j.gan.Training;
import org.gan4j.gan.Validation;
import org.gan4j.run.RunFolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which checkpoints a run keeps; an epoch has 20 iterations. */
@Tag("fonts") // a run ends with pictures of curves
class ChoiceTest {
  private static final DataSet DATA =
      DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);

  private static final String[] WATCHED = {
    "replicas=2",
    "seed=7",
    "learning_rate.per_replica=[0.2, 0.4]",
    "evaluation.monitor.every_epochs=1",
    "evaluation.keep=each",
    "evaluation.samples=40",
    "samples_every=0",
    "stop.epochs=6"
  };

  @TempDir private Path folder;
  private final Device device = Device.cpu();

  @AfterEach
  void close() {
    device.close();
  }

  private Outcome run(Plan plan) {
    try (Experiment experiment = new Experiment(device, DATA, plan)) {
      return experiment.run(Set.of(), Experiment.Listener.NONE);
    }
  }

  private RunFolder run(String name, String... changes) {
    Path run = folder.resolve(name);
    run(Plan.in(run, TinyRecipe.with(changes)));
    return RunFolder.open(run);
  }

  private static String[] and(String[] changes, String... more) {
    return Stream.of(changes, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  /** The iteration of the best of a replica, by what the run wrote down. */
  private static long best(RunFolder run, Choice choice, int replica) {
    double best = Double.NEGATIVE_INFINITY;
    long iteration = 0;
    for (Report report : run.metrics().reports()) {
      double score = score(report, choice, replica);
      if (score > best) {
        best = score;
        iteration = report.iteration();
      }
    }
    return iteration;
  }

  private static double score(Report report, Choice choice, int replica) {
    if (choice == Choice.MONITOR) {
      return report.monitor().isEmpty() ? Double.NaN : report.monitor().get(replica);
    }
    return report.isScored() ? report.validation().get(replica).score() : Double.NaN;
  }

  @Test
  void everyReplicaKeepsItsOwnBests() {
    RunFolder run = run("run", WATCHED);
    assertEquals(6, run.metrics().reports().stream().filter(r -> !r.monitor().isEmpty()).count());
    for (Choice choice : List.of(Choice.PARZEN, Choice.MONITOR)) {
      List<Path> own = run.checkpoints(choice);
      assertEquals(2, own.size());
      for (int r = 0; r < 2; r++) {
        assertTrue(own.get(r).toString().endsWith("-seed-" + (7 + r) + ".safetensors"));
        long expected = best(run, choice, r);
        try (Gan gan = Checkpoint.open(device, own.get(r));
            Scorer scorer = new Scorer(gan, DATA, gan.recipe().evaluation())) {
          assertEquals(TinyRecipe.with(WATCHED).ofReplica(r), gan.recipe());
          assertEquals(expected, gan.iteration(), choice + " of " + r);
          double again =
              choice == Choice.MONITOR
                  ? scorer.monitor().get(0)
                  : scorer.validation().stream().map(Validation::score).toList().get(0);
          Report then =
              run.metrics().reports().stream()
                  .filter(report -> report.iteration() == expected)
                  .reduce((a, b) -> b)
                  .orElseThrow();
          // Rounding: one replica's products are summed in another order than two.
          assertEquals(score(then, choice, r), again, 1e-3 * Math.abs(again));
          try (Trainer trainer = new Trainer(gan, DATA)) {
            trainer.run(3);
          }
          assertEquals(expected + 3, gan.iteration(), "it goes on alone");
        }
      }
      assertTrue(Files.isRegularFile(run.checkpoint(choice)));
    }
    assertEquals(List.of(run.latest()), run.checkpoints(Choice.LATEST));
  }

  /** To the bit: nothing of what is looked at reaches what is trained. */
  @Test
  void theMonitorChangesNoBit() {
    RunFolder watched = run("watched", WATCHED);
    RunFolder plain =
        run("plain", and(WATCHED, "evaluation.monitor.every_epochs=0", "evaluation.keep=mean"));
    assertEquals(TinyRun.tensors(plain.latest()), TinyRun.tensors(watched.latest()));
    assertEquals(plain.scores().get(0).sheet(), watched.scores().get(0).sheet());
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> plain.checkpoints(Choice.MONITOR));
    assertTrue(e.getMessage().contains("evaluation.monitor.every_epochs"), e.getMessage());
    assertEquals(List.of(plain.best()), plain.checkpoints(Choice.PARZEN));
  }

  @Test
  void aResumeKeepsTheSameBests() {
    RunFolder whole = run("whole", WATCHED);
    RunFolder part = run("part", and(WATCHED, "stop.epochs=3"));
    run(Plan.resume(part.path()).withRecipe(TinyRecipe.with(WATCHED)));
    for (Choice choice : Choice.values()) {
      List<Path> there = whole.checkpoints(choice);
      List<Path> here = part.checkpoints(choice);
      for (int i = 0; i < there.size(); i++) {
        assertEquals(TinyRun.tensors(there.get(i)), TinyRun.tensors(here.get(i)), here.toString());
      }
      assertEquals(
          TinyRun.tensors(whole.checkpoint(choice)), TinyRun.tensors(part.checkpoint(choice)));
    }
  }

  /** No gain can be so large, so the patience of the first look ends it. */
  @Test
  void theMonitorEndsARun() {
    String[] strict = {
      "evaluation.monitor.every_epochs=1",
      "evaluation.every_epochs=0",
      "stop.epochs=50",
      "stop.monitor_patience=2",
      "stop.monitor_gain=1"
    };
    Path path = folder.resolve("run");
    Outcome outcome = run(Plan.in(path, TinyRecipe.with(strict)));
    Outcome.Finished finished = assertInstanceOf(Outcome.Finished.class, outcome);
    assertEquals(Training.End.NO_MONITOR_GAIN, finished.end());
    assertTrue(finished.iteration() < 1000, "before its limit");
    assertEquals(finished.iteration(), run(Plan.resume(path)).iteration(), "it is over already");
    assertFalse(Files.exists(RunFolder.at(path).best()));
  }

  @Test
  void patienceNeedsAMonitor() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> TinyRecipe.with("stop.monitor_patience=100"));
    assertTrue(e.getMessage().contains("evaluation.monitor.every_epochs=1"), e.getMessage());
  }
}
