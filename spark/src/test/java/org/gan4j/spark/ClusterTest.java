package org.gan4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Executors are processes of their own here, and are killed. */
class ClusterTest {
  private static final String YAML =
      """
      recipe: mnist-10k
      set:
        batch: 96
        generator.0.units: 9
        generator.1.units: 8
        discriminator.1.units: 4
        discriminator.3.units: 3
        stop: {epochs: 0, iterations: 400}
        evaluation.samples: 30
      """;

  @TempDir Path folder;

  @Test
  @Timeout(240)
  void runsHaveTheBitsOfOneMachineThoughAnExecutorIsKilled() throws Exception {
    compare(2, 6, 1, "");
  }

  /** All ranks begin again where one is lost. */
  @Tag("slow")
  @Test
  @Timeout(400)
  void ranksHaveTheBitsOfOneJvmThoughAnExecutorIsKilled() throws Exception {
    compare(2, 2, 3, "\nranks: 2\n");
  }

  @Tag("slow")
  @Test
  void sixtyFourRunsOnFourExecutorsOfWhichTwentyAreKilled() throws Exception {
    compare(4, 64, 20, "");
  }

  /** The same sweep in this JVM, and on executors of which some are killed. */
  private void compare(int executors, int runs, int kills, String more) throws Exception {
    StringBuilder seeds = new StringBuilder("seeds: [1");
    for (int seed = 2; seed <= runs; seed++) {
      seeds.append(", ").append(seed);
    }
    Sweep sweep = Sweep.parse(YAML + seeds + "]" + more, "sweep.yaml");
    Path here = folder.resolve("here");
    try (JavaSparkContext spark = new JavaSparkContext(conf("local[2]"))) {
      run(spark, here, sweep);
    }
    Path there = folder.resolve("there");
    int killed;
    try (JavaSparkContext spark =
        new JavaSparkContext(conf("local-cluster[" + executors + ",1,1024]"))) {
      Killer killer = new Killer(spark, kills);
      killer.start();
      List<RunResult> results = run(spark, there, sweep);
      killer.interrupt();
      killer.join();
      killed = killer.killed;
      for (RunResult result : results) {
        assertEquals(RunResult.State.FINISHED, result.state(), result.toString());
      }
    }
    assertTrue(killed >= kills, killed + " executors were killed");
    for (String name : sweep.runs().keySet()) {
      assertEquals(-1, Files.mismatch(checkpoint(here, name), checkpoint(there, name)), name);
    }
  }

  private static SparkConf conf(String master) {
    String home = System.getProperty("gan4j.home");
    String path =
        String.join(
            File.pathSeparator,
            System.getProperty("gan4j.classes"),
            home + "/gan4j-0.1.0.jar",
            home + "/lib/*");
    return LocalSpark.conf(master)
        .set("spark.executor.memory", "900m")
        .set("spark.executor.extraClassPath", path)
        .set("spark.task.maxFailures", "100")
        .set("spark.stage.maxConsecutiveAttempts", "100")
        .set("spark.deploy.maxExecutorRetries", "-1");
  }

  private static List<RunResult> run(JavaSparkContext spark, Path folder, Sweep sweep) {
    return new SweepRunner(spark, folder.toString(), Optional.empty(), new TaskDevice("cpu"))
        .run(sweep, SweepRunner.Listener.NONE);
  }

  private static Path checkpoint(Path folder, String name) {
    return folder.resolve(name).resolve("checkpoint-latest.safetensors");
  }

  /** Kills executors of this JVM's cluster at random moments, while tasks run. */
  private static final class Killer extends Thread {
    private static final long SEED = 5;

    private final JavaSparkContext spark;
    private final int kills;
    private volatile int killed;

    Killer(JavaSparkContext spark, int kills) {
      this.spark = spark;
      this.kills = kills;
    }

    private boolean tasksRun() {
      for (int stage : spark.statusTracker().getActiveStageIds()) {
        SparkStageInfo info = spark.statusTracker().getStageInfo(stage);
        if (info != null && info.numActiveTasks() > 0) {
          return true;
        }
      }
      return false;
    }

    @Override
    public void run() {
      Random random = new Random(SEED);
      try {
        while (killed < kills) {
          Thread.sleep(1000 + random.nextInt(3000));
          List<ProcessHandle> executors =
              ProcessHandle.current()
                  .descendants()
                  .filter(p -> p.info().commandLine().orElse("").contains("ExecutorBackend"))
                  .toList();
          if (!executors.isEmpty() && tasksRun()) {
            executors.get(random.nextInt(executors.size())).destroyForcibly();
            killed++;
          }
        }
      } catch (InterruptedException e) {
        // The sweep is done.
      }
    }
  }
}
