package org.gan4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.gan4j.FormatException;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.eval.DensityCoverage;
import org.gan4j.eval.MeasureContext;
import org.gan4j.eval.Mmd;
import org.gan4j.eval.NearestNeighbourAccuracy;
import org.gan4j.eval.PairDistances;
import org.gan4j.eval.PairwiseScores;
import org.gan4j.eval.Parzen;
import org.gan4j.eval.ParzenScore;
import org.gan4j.eval.PrecisionRecall;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A window whose samples several tasks draw. */
class ScoreRunnerTest {
  private static final int SAMPLES = 6000;

  @TempDir Path folder;

  private static Recipe recipe() {
    return RecipeYaml.parse(
        """
        base: mnist-10k
        name: tiny
        generator.0.units: 9
        generator.1.units: 8
        discriminator.1.units: 4
        discriminator.3.units: 3
        replicas: 2
        evaluation.samples: 6000
        """,
        "tiny.yaml");
  }

  private Path saved(Device device, DataSet data) {
    Path file = folder.resolve("checkpoint.safetensors");
    try (Gan gan = new Gan(device, recipe(), data.shape())) {
      gan.initialise(data);
      Checkpoint.save(file, gan, Map.of());
    }
    return file;
  }

  @Test
  void theScoreIsThatOfOneMachine() {
    DataSet data = OnExecutor.data(recipe(), null);
    List<ParzenScore> expected;
    List<ParzenScore> scores;
    Path file;
    try (Device device = Device.cpu()) {
      file = saved(device, data);
      try (Gan gan = Checkpoint.open(device, file);
          Sampler sampler = new Sampler(gan, SAMPLES);
          Parzen parzen = new Parzen(device, data, recipe().evaluation())) {
        expected = parzen.test(sampler.draw(recipe().seed(), Sampler.Stream.TEST));
      }
    }
    try (JavaSparkContext spark = new JavaSparkContext(LocalSpark.conf("local[3]"))) {
      ScoreRunner runner = new ScoreRunner(spark, Optional.empty(), new TaskDevice("cpu"));
      List<ParzenScore> found = runner.score(file, SAMPLES, 1000);
      for (int r = 0; r < 2; r++) {
        assertEquals(expected.get(r).sigma(), found.get(r).sigma());
        assertEquals(expected.get(r).mean(), found.get(r).mean(), 0.01);
        assertEquals(expected.get(r).standardError(), found.get(r).standardError(), 0.01);
        assertEquals(SAMPLES, found.get(r).samples());
      }
      assertEquals(found, runner.score(file, SAMPLES, 1000), "the same bits twice");
      scores = found;
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> runner.score(file, 2500, 1000));
      assertTrue(e.getMessage().endsWith("not 2500 and 1000"), e.getMessage());
    }
    try (JavaSparkContext spark = new JavaSparkContext(LocalSpark.conf("local[1]"))) {
      ScoreRunner runner = new ScoreRunner(spark, Optional.empty(), new TaskDevice("cpu"));
      assertEquals(scores, runner.score(file, SAMPLES, 1000), "whoever draws");
    }
  }

  @Test
  void measuresInPartsAreThoseOfOneMachine() {
    DataSet data = OnExecutor.data(recipe(), null);
    int count = 1000;
    long seed = 3;
    Path file;
    List<PairDistances> expected = new ArrayList<>();
    double[] sigmas;
    try (Device device = Device.cpu()) {
      file = saved(device, data);
      try (Gan gan = Checkpoint.open(device, file);
          MeasureContext context =
              new MeasureContext(device, data, recipe().evaluation(), 500, seed);
          Sampler sampler = new Sampler(gan, count)) {
        sigmas = context.bandwidths();
        DeviceBuffer drawn = sampler.draw(seed, Sampler.Stream.TEST);
        for (int r = 0; r < 2; r++) {
          expected.add(context.candidate(gan, drawn, r).distances());
        }
      }
    }
    try (JavaSparkContext spark = new JavaSparkContext(LocalSpark.conf("local[3]"))) {
      MeasureRunner runner = new MeasureRunner(spark, Optional.empty(), new TaskDevice("cpu"));
      List<PairwiseScores> found = runner.measure(file, count, 500, seed, 5);
      for (int r = 0; r < 2; r++) {
        PairDistances pairs = expected.get(r);
        assertEquals(
            PrecisionRecall.of(pairs, 3).recall(), found.get(r).precision().recall(), 1e-3);
        assertEquals(
            PrecisionRecall.of(pairs, 3).precision(), found.get(r).precision().precision(), 1e-3);
        assertEquals(
            DensityCoverage.of(pairs, 5).coverage(), found.get(r).density().coverage(), 1e-3);
        assertEquals(
            NearestNeighbourAccuracy.of(pairs.balanced()).overall(),
            found.get(r).accuracy().overall(),
            1e-3);
        assertEquals(new Mmd(pairs, sigmas).squared(), found.get(r).mmd2(), 1e-5);
      }
      assertThrows(IllegalArgumentException.class, () -> runner.measure(file, count, 500, seed, 0));
      assertThrows(IllegalArgumentException.class, () -> runner.measure(file, 5, 500, seed, 5));
      assertThrows(IllegalArgumentException.class, () -> runner.measure(file, count, 0, seed, 5));
    }
  }

  /** Before any task begins, or as what the documentation names. */
  @Test
  void whatCanNotBeReadIsSaidInOneLine() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken"), "no checkpoint");
    Path file;
    try (Device device = Device.cpu()) {
      file = saved(device, OnExecutor.data(recipe(), null));
    }
    TaskDevice cpu = new TaskDevice("cpu");
    TaskDevice card = new TaskDevice("cuda:0");
    try (JavaSparkContext spark = new JavaSparkContext(LocalSpark.conf("local[2]"))) {
      MeasureRunner measures = new MeasureRunner(spark, Optional.empty(), cpu);
      ScoreRunner scores = new ScoreRunner(spark, Optional.empty(), cpu);
      assertThrows(FormatException.class, () -> measures.measure(broken, 100, 100, 1, 2));
      assertThrows(FormatException.class, () -> scores.score(broken, 1000, 1000));
      MeasureRunner elsewhere = new MeasureRunner(spark, Optional.empty(), card);
      ScoreRunner there = new ScoreRunner(spark, Optional.empty(), card);
      for (Executable failing :
          List.<Executable>of(
              () -> elsewhere.measure(file, 100, 100, 1, 2), () -> there.score(file, 1000, 1000))) {
        String message = assertThrows(SweepException.class, failing).getMessage();
        assertTrue(message.contains("gan4j-cuda") && message.lines().count() == 1, message);
      }
    }
  }
}
