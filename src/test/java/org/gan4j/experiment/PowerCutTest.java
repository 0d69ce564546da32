package org.gan4j.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gan4j.TinyRecipe;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.io.RecordingDisk;
import org.gan4j.run.MetricsFile;
import org.gan4j.run.RunFolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a run at worst when the power is cut, at every moment that matters. */
@Tag("fonts") // every run ends with a chart
class PowerCutTest {
  private static final DataSet DATA =
      DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);

  @TempDir private Path folder;
  private final Device device = Device.cpu();
  private RecordingDisk disk;
  private int cuts;

  @AfterEach
  void close() {
    disk.close();
    device.close();
  }

  /** The iteration of the newest checkpoint; -1 if there is none. */
  private long survives(Path run) {
    try {
      Path left = disk.afterPowerCut(run, folder.resolve("cut-" + cuts++));
      RunFolder survivor = RunFolder.at(left);
      if (!survivor.isSaved()) {
        return -1;
      }
      try (Gan gan = Checkpoint.open(device, survivor.latest())) {
        MetricsFile lines = MetricsFile.read(left.resolve("metrics.jsonl"));
        assertEquals(List.of(), lines.damaged());
        assertTrue(
            lines.reports().stream().anyMatch(report -> report.iteration() == gan.iteration()),
            "the measurements before the checkpoint are there");
        assertEquals(gan.recipe(), survivor.recipe());
        assertTrue(survivor.isBegun());
        return gan.iteration();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(Path run, Plan plan) {
    Experiment.Listener listener =
        new Experiment.Listener() {
          @Override
          public void saved(Path file, long iteration) {
            if (file.equals(RunFolder.at(run).latest())) {
              assertEquals(iteration, survives(run), "what was reported as saved is saved");
            }
          }
        };
    try (Experiment experiment = new Experiment(device, DATA, plan)) {
      experiment.run(Set.of(), listener);
    }
  }

  @Test
  void aSaveThatWasReportedSurvives() {
    Path run = folder.resolve("runs/run");
    disk =
        new RecordingDisk(
            () -> {
              if (Files.isDirectory(run)) {
                survives(run);
              }
            });
    run(run, Plan.in(run, TinyRecipe.with("stop.epochs=3")));
    run(run, Plan.resume(run).withRecipe(TinyRecipe.with("stop.epochs=4")));
    List<String> calls = disk.calls();
    assertEquals("sync folder " + folder.getFileName(), calls.get(0));
    assertEquals("sync folder runs", calls.get(1));
    int first = calls.indexOf("sync checkpoint-best.safetensors (new)");
    assertEquals(
        List.of(
            "sync metrics.jsonl",
            "sync checkpoint-best.safetensors (new)",
            "rename to checkpoint-best.safetensors",
            "sync folder run"),
        calls.subList(first - 1, first + 3));
  }
}
