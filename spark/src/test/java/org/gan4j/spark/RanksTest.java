package org.gan4j.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.api.java.JavaSparkContext;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.experiment.Experiment;
import org.gan4j.experiment.Plan;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Recipe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are trained by two tasks at once. */
class RanksTest {
  private static final String YAML =
      """
      recipe: mnist-10k
      set:
        batch: 96
        generator.0.units: 9
        generator.1.units: 8
        discriminator.1.units: 4
        discriminator.3.units: 3
        stop: {epochs: 0, iterations: 20}
        evaluation.samples: 30
      seeds: [1]
      ranks: 2
      """;

  private static final String LATEST = "checkpoint-latest.safetensors";

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

  private static List<RunResult> sweep(Path folder, String yaml) {
    return new SweepRunner(spark, folder.toString(), Optional.empty(), new TaskDevice("cpu"))
        .run(Sweep.parse(yaml, "sweep.yaml"), SweepRunner.Listener.NONE);
  }

  private static List<float[]> weights(Path run) {
    List<float[]> weights = new ArrayList<>();
    try (Device device = Device.cpu();
        Gan gan = Checkpoint.open(device, run.resolve(LATEST))) {
      for (Parameter each : gan.generator().parameters()) {
        float[] values = new float[each.size()];
        Buffers.read(each.value(), 0, values);
        weights.add(values);
      }
    }
    return weights;
  }

  private Path alone(Recipe recipe) {
    Path run = folder.resolve("alone");
    DataSet data =
        DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);
    try (Device device = Device.open("cpu", DeviceOptions.DEFAULT.withThreads(1), notice -> {});
        Experiment experiment = new Experiment(device, data, Plan.in(run, recipe))) {
      experiment.run(Set.of(), Experiment.Listener.NONE);
    }
    return run;
  }

  @Test
  @Timeout(240)
  void twoTasksTrainWhatOneMachineDoes() throws IOException {
    Path here = folder.resolve("here");
    List<RunResult> results = sweep(here, YAML);
    assertEquals(1, results.size());
    assertEquals(RunResult.State.FINISHED, results.get(0).state(), results.toString());
    assertEquals(20, results.get(0).iteration());
    assertTrue(Double.isFinite(results.get(0).score()));
    Path run = here.resolve("seed=1");
    assertTrue(Files.exists(run.resolve("report.html")));

    List<float[]> expected = weights(alone(Sweep.parse(YAML, "s").runs().get("seed=1")));
    List<float[]> found = weights(run);
    for (int p = 0; p < expected.size(); p++) {
      assertArrayEquals(expected.get(p), found.get(p), 1e-5f, "parameter " + p);
    }

    Path again = folder.resolve("again");
    sweep(again, YAML);
    assertEquals(-1, Files.mismatch(run.resolve(LATEST), again.resolve("seed=1").resolve(LATEST)));
  }

  @Test
  @Timeout(240)
  void theyGoOnFromALastSnapshotBitForBit() throws IOException {
    Path whole = folder.resolve("whole");
    sweep(whole, YAML);
    Path half = folder.resolve("half");
    sweep(half, YAML.replace("iterations: 20", "iterations: 10"));
    Path there = folder.resolve("there");
    SharedFolder.open(there.toString(), Map.of())
        .snapshot("seed=1", "attempt-7", 10, half.resolve("seed=1"));
    sweep(there, YAML);
    assertEquals(
        -1,
        Files.mismatch(
            whole.resolve("seed=1").resolve(LATEST), there.resolve("seed=1").resolve(LATEST)));
  }

  @Test
  @Timeout(240)
  void aRunThatDivergesFailsOnce() {
    List<RunResult> results =
        sweep(folder, YAML.replace("batch: 96", "batch: 96\n  learning_rate.initial: 1e30"));
    assertEquals(RunResult.State.FAILED, results.get(0).state());
    String problem = results.get(0).problem().orElseThrow();
    assertTrue(problem.contains("diverged"), problem);
  }

  /** All attempts at the stage fail; the sweep goes on. */
  @Test
  @Timeout(240)
  void aRunThatNoAttemptCanTrainFailsAlone() {
    List<Integer> heard = new ArrayList<>();
    List<RunResult> results =
        new SweepRunner(spark, folder.toString(), Optional.empty(), new TaskDevice("cuda:0"))
            .run(
                Sweep.parse(YAML.replace("seeds: [1]", "seeds: [1, 2]"), "sweep.yaml"),
                new SweepRunner.Listener() {
                  @Override
                  public void progress(int ended, int missing, double secondsLeft) {
                    heard.add(ended);
                  }
                });
    assertEquals(2, results.size());
    assertEquals(List.of(1, 2), heard);
    for (RunResult result : results) {
      assertEquals(RunResult.State.FAILED, result.state());
      String problem = result.problem().orElseThrow();
      assertTrue(problem.contains("gan4j-cuda") && problem.lines().count() == 1, problem);
    }
  }

  @Test
  void tooFewTasksAtOnceAreRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> sweep(folder, YAML.replace("ranks: 2", "ranks: 4")))
            .getMessage();
    assertTrue(message.contains("4 ranks") && message.contains("here are 2"), message);
    assertEquals(1, message.lines().count());
  }

  /** Spark's own sleeps last a second each, whatever has come. */
  @Test
  @Timeout(30)
  void nobodySleepsWhileTheOthersAreThere() {
    byte[] own = {1, 2, 3};
    BarrierAllGather gather = new BarrierAllGather(RanksTest::asleep, () -> false, 7);
    assertArrayEquals(own, gather.gather(own).get(0));
    assertFalse(Thread.currentThread().isInterrupted());
  }

  private static String[] asleep(String text) {
    for (int woken = 0; woken < 3; woken++) {
      try {
        Thread.sleep(60_000);
        throw new IllegalStateException("nobody woke it");
      } catch (InterruptedException e) {
        // As Spark does.
      }
    }
    return new String[] {text};
  }

  /** Of other lengths each, in blocks of a few bytes. */
  @Test
  void allHearWhatEachHas() throws Exception {
    int ranks = 3;
    CyclicBarrier barrier = new CyclicBarrier(ranks);
    String[] texts = new String[ranks];
    byte[][] own = {new byte[0], new byte[1000], new byte[33]};
    new Random(1).nextBytes(own[1]);
    new Random(2).nextBytes(own[2]);
    ExecutorService threads = Executors.newFixedThreadPool(ranks);
    try {
      List<Future<List<byte[]>>> all = new ArrayList<>();
      for (int rank = 0; rank < ranks; rank++) {
        int mine = rank;
        BarrierAllGather gather =
            new BarrierAllGather(text -> exchanged(texts, mine, text, barrier), () -> false, 7);
        all.add(threads.submit(() -> gather.gather(own[mine])));
      }
      for (Future<List<byte[]>> heard : all) {
        for (int rank = 0; rank < ranks; rank++) {
          assertArrayEquals(own[rank], heard.get().get(rank));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static String[] exchanged(String[] all, int own, String text, CyclicBarrier barrier) {
    try {
      all[own] = text;
      barrier.await();
      String[] heard = all.clone();
      barrier.await();
      return heard;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
