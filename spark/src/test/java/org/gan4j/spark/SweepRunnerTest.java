package org.gan4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.experiment.Experiment;
import org.gan4j.experiment.Plan;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Training;
import org.gan4j.recipe.Recipe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tiny networks, in this JVM. */
class SweepRunnerTest {
  private static final String YAML =
      """
      recipe: mnist-10k
      set:
        generator.0.units: 9
        generator.1.units: 8
        discriminator.1.units: 4
        discriminator.3.units: 3
        stop: {epochs: 0, iterations: 60}
        evaluation.samples: 30
      seeds: [1, 2, 3, 4]
      """;

  private static JavaSparkContext spark;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = new JavaSparkContext(LocalSpark.conf("local[2,3]"));
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  private List<RunResult> sweep(String yaml) {
    return new SweepRunner(spark, folder.toString(), Optional.empty(), new TaskDevice("cpu"))
        .run(Sweep.parse(yaml, "sweep.yaml"), SweepRunner.Listener.NONE);
  }

  /** By this thread alone, as gan4j train does it. */
  private Path trained(Recipe recipe, String name, Experiment.Listener listener) {
    Path run = folder.resolve("alone").resolve(name);
    DataSet data =
        DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);
    DeviceOptions one = DeviceOptions.DEFAULT.withThreads(1);
    try (Device device = Device.open("cpu", one, notice -> {});
        Experiment experiment = new Experiment(device, data, Plan.in(run, recipe))) {
      experiment.run(Set.of(), listener);
    }
    return run;
  }

  private Path checkpoint(String name) {
    return folder.resolve(name).resolve("checkpoint-latest.safetensors");
  }

  @Test
  void everyRunHasTheBitsOfOneMachine() throws IOException {
    List<RunResult> results = sweep(YAML);
    assertEquals(4, results.size());
    for (Map.Entry<String, Recipe> run : Sweep.parse(YAML, "s").runs().entrySet()) {
      Path alone = trained(run.getValue(), run.getKey(), Experiment.Listener.NONE);
      assertEquals(
          -1,
          Files.mismatch(alone.resolve("checkpoint-latest.safetensors"), checkpoint(run.getKey())));
      assertTrue(Files.exists(folder.resolve(run.getKey()).resolve("report.html")));
    }
    for (RunResult result : results) {
      assertEquals(RunResult.State.FINISHED, result.state());
      assertEquals(60, result.iteration());
      assertTrue(Double.isFinite(result.score()));
    }
    assertTrue(Files.readString(folder.resolve("sweep.md")).contains("| seed=3 | finished |"));
    try (Stream<Path> left = Files.list(folder)) {
      assertFalse(left.anyMatch(file -> file.getFileName().toString().startsWith("_")));
    }
  }

  /** The arithmetic is the device's, whichever recipes there are. */
  @Test
  void tasksComputeAsTheyAreTold() throws IOException {
    TaskDevice dense = new TaskDevice("cpu", DeviceOptions.DEFAULT.with("cpu.maxout=dense"));
    Sweep sweep = Sweep.parse(YAML.replace("[1, 2, 3, 4]", "[1]"), "sweep.yaml");
    new SweepRunner(spark, folder.toString(), Optional.empty(), dense)
        .run(sweep, SweepRunner.Listener.NONE);
    String dense1 = Files.readString(folder.resolve("seed=1").resolve("config.yaml"));
    assertTrue(dense1.contains("device: \"cpu (1 threads"), dense1);
    assertFalse(dense1.contains("by winners"), dense1);
  }

  /** Spark's context is a program's, which may use it for other things at the same time. */
  @Test
  void onlyTheSweepsOwnTasksAreCounted() throws Exception {
    List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
    List<Double> left = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean over = new AtomicBoolean();
    Thread other =
        new Thread(
            () -> {
              while (!over.get()) {
                spark.parallelize(List.of(1, 2, 3), 3).count();
              }
            });
    SweepRunner.Listener listener =
        new SweepRunner.Listener() {
          @Override
          public void begins(int missing, int there) {
            other.start();
          }

          @Override
          public void progress(int ended, int missing, double secondsLeft) {
            heard.add(ended);
            left.add(secondsLeft);
          }
        };
    try {
      new SweepRunner(spark, folder.toString(), Optional.empty(), new TaskDevice("cpu"))
          .run(Sweep.parse(YAML.replace("[1, 2, 3, 4]", "[1, 2]"), "sweep.yaml"), listener);
    } finally {
      over.set(true);
      other.join();
    }
    // Spark may tell of the last one when nobody listens any more.
    assertEquals(List.of(1, 2).subList(0, heard.size()), heard);
    assertTrue(left.stream().allMatch(seconds -> seconds >= 0), left.toString());
    assertNull(spark.getLocalProperty("gan4j.sweep"));
  }

  /** Hadoop keeps one file system for all of a JVM. */
  @Test
  void othersHaveTheirChecksumsStill() throws IOException {
    SharedFolder shared = SharedFolder.open(folder.resolve("sweep").toString(), Map.of());
    shared.write("sweep.md", "text");
    try (Stream<Path> files = Files.list(folder.resolve("sweep"))) {
      assertFalse(files.anyMatch(file -> file.toString().endsWith(".crc")));
    }
    FileSystem local = FileSystem.get(URI.create("file:///"), spark.hadoopConfiguration());
    local.create(new org.apache.hadoop.fs.Path(folder.resolve("other").toString())).close();
    assertTrue(Files.exists(folder.resolve(".other.crc")));
  }

  @Test
  void onlyWhatIsMissingIsTrained() throws IOException {
    sweep(YAML.replace("[1, 2, 3, 4]", "[1]"));
    var before = Files.getLastModifiedTime(checkpoint("seed=1"));
    List<RunResult> results = sweep(YAML.replace("[1, 2, 3, 4]", "[1, 2]"));
    assertEquals(2, results.size());
    assertEquals(before, Files.getLastModifiedTime(checkpoint("seed=1")));
    assertTrue(Double.isFinite(results.get(0).score()));
    assertTrue(Files.exists(checkpoint("seed=2")));
  }

  @Test
  void aRunGoesOnFromItsLastSnapshotBitForBit() throws IOException {
    Recipe recipe = Sweep.parse(YAML, "s").runs().get("seed=1");
    Path whole = trained(recipe, "whole", Experiment.Listener.NONE);
    Path part = trained(recipe, "part", stopAt(20));
    SharedFolder shared = SharedFolder.open(folder.toString(), Map.of());
    shared.snapshot("seed=1", "attempt-7", 20, part);
    // The newest is damaged: the one before it will do.
    Path damaged = Files.createDirectory(folder.resolve("damaged"));
    Files.writeString(damaged.resolve("checkpoint-latest.safetensors"), "cut off");
    shared.snapshot("seed=1", "attempt-8", 40, damaged);
    assertEquals(2, shared.snapshotsOf("seed=1").size());
    sweep(YAML.replace("[1, 2, 3, 4]", "[1]"));
    assertEquals(
        -1, Files.mismatch(whole.resolve("checkpoint-latest.safetensors"), checkpoint("seed=1")));
    assertEquals(List.of(), shared.snapshotsOf("seed=1"));
  }

  private static Experiment.Listener stopAt(long at) {
    return new Experiment.Listener() {
      @Override
      public long hookEvery() {
        return at;
      }

      @Override
      public Training.Next hook(Gan gan, long iteration) {
        return Training.Next.STOP;
      }
    };
  }

  @Test
  void theFirstAttemptToFinishCounts() throws IOException {
    Path first = Files.createDirectory(folder.resolve("first"));
    Files.writeString(first.resolve("score.json"), "first");
    Path second = Files.createDirectory(folder.resolve("second"));
    Files.writeString(second.resolve("score.json"), "second");
    SharedFolder shared = SharedFolder.open(folder.toString(), Map.of());
    assertTrue(shared.publish("run", "attempt-1", first));
    assertFalse(shared.publish("run", "attempt-2", second));
    assertEquals(Optional.of("first"), shared.read("run", "score.json"));
  }

  @Test
  void aRunThatDivergesFailsAlone() {
    List<RunResult> results =
        sweep(YAML.replace("seeds: [1, 2, 3, 4]", "grid: {learning_rate.initial: [0.1, 1e30]}"));
    assertEquals(2, results.size());
    assertEquals(1, results.stream().filter(r -> r.state() == RunResult.State.FINISHED).count());
    RunResult lost =
        results.stream().filter(r -> r.state() == RunResult.State.FAILED).findFirst().orElseThrow();
    assertTrue(lost.problem().orElseThrow().contains("diverged"), lost.toString());
  }

  @Test
  void aRunThatNeedsMoreMemoryThanThereIsFailsAlone() {
    List<RunResult> results =
        sweep(
            YAML.replace("[1, 2, 3, 4]", "[1]")
                .replace("units: 9", "units: 40000")
                .replace("units: 8", "units: 40000\n  replicas: 1000"));
    assertEquals(RunResult.State.FAILED, results.get(0).state());
    String problem = results.get(0).problem().orElseThrow();
    assertTrue(problem.contains("memory") && problem.lines().count() == 1, problem);
  }

  @Test
  void anotherRecipeUnderTheSameNameIsRefused() {
    sweep(YAML.replace("[1, 2, 3, 4]", "[1]"));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> sweep(YAML.replace("[1, 2, 3, 4]", "[1]").replace("60", "61")))
            .getMessage();
    assertTrue(message.contains("another recipe"), message);
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() {
    SweepRunner runner =
        new SweepRunner(spark, "nosuch://host/folder", Optional.empty(), new TaskDevice("cpu"));
    String message =
        assertThrows(
                SweepException.class,
                () -> runner.run(Sweep.parse(YAML, "s"), SweepRunner.Listener.NONE))
            .getMessage();
    assertTrue(message.contains("nosuch://host/folder"), message);
  }
}
