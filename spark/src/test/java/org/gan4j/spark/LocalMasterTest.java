package org.gan4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sweep where Spark has one thread, and gives up after one failure. */
class LocalMasterTest {
  private static final String YAML =
      """
      recipe: mnist-10k
      set: {batch: 96, stop: {epochs: 0, iterations: 1}}
      seeds: [1, 2]
      """;

  @TempDir Path folder;

  private List<RunResult> sweep(JavaSparkContext spark, String yaml, String device) {
    return new SweepRunner(spark, folder.toString(), Optional.empty(), new TaskDevice(device))
        .run(Sweep.parse(yaml, "sweep.yaml"), SweepRunner.Listener.NONE);
  }

  @Test
  @Timeout(120)
  void itsOnlyAttemptIsTheLast() {
    try (JavaSparkContext spark = new JavaSparkContext(LocalSpark.conf("local"))) {
      List<RunResult> results = sweep(spark, YAML, "cuda:0");
      assertEquals(2, results.size());
      for (RunResult result : results) {
        assertEquals(RunResult.State.FAILED, result.state());
        assertTrue(result.problem().orElseThrow().contains("gan4j-cuda"), result.toString());
      }
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> sweep(spark, YAML + "ranks: 2\n", "cpu"))
              .getMessage();
      assertTrue(message.contains("2 ranks") && message.contains("here are 1"), message);
    }
  }
}
