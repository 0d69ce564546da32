package org.gan4j.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gan4j.TinyRecipe;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Ranks;
import org.gan4j.gan.DataParallel;
import org.gan4j.gan.DivergenceException;
import org.gan4j.gan.Training;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs of several ranks, which are threads here. */
@Tag("fonts") // every run ends with a chart
class ParallelRankTest {
  private static final String LATEST = "checkpoint-latest.safetensors";
  private static final DataSet DATA =
      DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);
  private static final Training.Listener SILENT = new Training.Listener() {};

  @TempDir private Path folder;

  private static Device device() {
    return Device.open("cpu", DeviceOptions.DEFAULT.withThreads(1), notice -> {});
  }

  /** How rank 0 has ended; null for the others. */
  private static Outcome train(Plan plan, DataParallel parallel) {
    try (Device device = device()) {
      if (parallel.rank() > 0) {
        assertTrue(ParallelRank.train(device, DATA, parallel, SILENT).isPresent());
        return null;
      }
      try (Experiment experiment = new Experiment(device, DATA, plan, parallel)) {
        return experiment.run(Set.of(), Experiment.Listener.NONE);
      }
    }
  }

  private static Outcome train(Plan plan) throws Exception {
    return Ranks.run(2, parallel -> train(plan, parallel)).get(0);
  }

  private void assertSame(String one, String other) throws IOException {
    Path there = folder.resolve(other).resolve(LATEST);
    assertEquals(-1, Files.mismatch(folder.resolve(one).resolve(LATEST), there));
  }

  @Test
  void theFirstRankLeavesTheFolderOfAWholeRun() throws Exception {
    Outcome outcome = train(Plan.in(folder.resolve("one"), TinyRecipe.with()));
    assertInstanceOf(Outcome.Finished.class, outcome);
    assertTrue(Files.exists(folder.resolve("one/report.html")));
    train(Plan.in(folder.resolve("other"), TinyRecipe.with()));
    assertSame("one", "other");
  }

  @Test
  void aRunGoesOnBitForBit() throws Exception {
    train(Plan.in(folder.resolve("whole"), TinyRecipe.with("stop.epochs=2")));
    train(Plan.in(folder.resolve("parts"), TinyRecipe.with("stop.epochs=1")));
    Plan rest = Plan.resume(folder.resolve("parts"));
    train(rest.withRecipe(TinyRecipe.with("stop.epochs=2")));
    assertSame("whole", "parts");
  }

  @Test
  void allRanksDivergeTogether() {
    Plan plan = Plan.in(folder.resolve("lost"), TinyRecipe.with("learning_rate.initial=1e30"));
    assertThrows(DivergenceException.class, () -> train(plan));
  }

  @Test
  void aRunThatCanNotBeginTellsTheOthers() throws Exception {
    List<Optional<Training.End>> ends =
        Ranks.run(
            2,
            parallel -> {
              if (parallel.rank() == 0) {
                parallel.begin(new byte[0]);
                return Optional.empty();
              }
              try (Device device = device()) {
                return ParallelRank.train(device, DATA, parallel, SILENT);
              }
            });
    assertEquals(List.of(Optional.empty(), Optional.empty()), ends);
  }

  /** A rank is lost at the beginning: the run may be started again as if it had not been. */
  @Test
  void whatCanNotBeginLeavesTheFolderAsItWas() throws Exception {
    DataParallel alone =
        new DataParallel(
            0,
            2,
            own -> {
              throw new IllegalStateException("a rank is lost");
            });
    Path run = folder.resolve("run");
    Plan plan = Plan.in(run, TinyRecipe.with("stop.epochs=1"));
    try (Device device = device()) {
      assertThrows(IllegalStateException.class, () -> new Experiment(device, DATA, plan, alone));
      assertTrue(Files.notExists(run));
      Files.createDirectory(run);
      assertThrows(IllegalStateException.class, () -> new Experiment(device, DATA, plan, alone));
      train(plan);
      Path lines = run.resolve("metrics.jsonl");
      Files.writeString(lines, "cut off", StandardOpenOption.APPEND);
      byte[] before = Files.readAllBytes(lines);
      byte[] config = Files.readAllBytes(run.resolve("config.yaml"));
      Plan rest = Plan.resume(run).withRecipe(TinyRecipe.with("stop.epochs=2"));
      assertThrows(IllegalStateException.class, () -> new Experiment(device, DATA, rest, alone));
      assertArrayEquals(before, Files.readAllBytes(lines));
      assertArrayEquals(config, Files.readAllBytes(run.resolve("config.yaml")));
    }
  }

  @Test
  void eachRankIsWhatItsNumberSays() {
    DataParallel second = new DataParallel(1, 2, List::of);
    try (Device device = device()) {
      Plan plan = Plan.in(folder.resolve("none"), TinyRecipe.with());
      assertThrows(
          IllegalArgumentException.class, () -> new Experiment(device, DATA, plan, second));
      assertThrows(
          IllegalArgumentException.class,
          () -> ParallelRank.train(device, DATA, DataParallel.ALONE, SILENT));
    }
    assertTrue(Files.notExists(folder.resolve("none")));
  }
}
