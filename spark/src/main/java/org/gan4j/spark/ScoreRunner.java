package org.gan4j.spark;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.gan4j.data.DataSet;
import org.gan4j.eval.LogLikelihoods;
import org.gan4j.eval.ParzenScore;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.DeviceImages;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;
import org.gan4j.recipe.Evaluation;
import org.gan4j.recipe.Recipe;

/**
 * Scores a trained generator by a Parzen window of any number of samples, on Spark: each task draws
 * some of them and weighs every validation and test example by these, and the driver puts the
 * windows together. The samples are those that one machine draws, and so is the score, to rounding.
 */
public final class ScoreRunner {
  private final JavaSparkContext spark;
  private final Optional<Path> data;
  private final TaskDevice device;

  /**
   * Prepares.
   *
   * @param spark not closed by this
   * @param data the folder of the data sets, on every machine, if it is not where they stand
   *     usually
   * @param device cpu, cuda:N, or auto: the card that Spark gives a task, else the CPU
   */
  public ScoreRunner(JavaSparkContext spark, Optional<Path> data, TaskDevice device) {
    this.spark = spark;
    this.data = data;
    this.device = device;
  }

  /**
   * Scores every replica of a checkpoint on its test set. σ is the one of the recipe's grid that is
   * best on its validation examples.
   *
   * @param checkpoint whole; the driver reads it, and sends it to the tasks
   * @param samples that carry the window: a multiple of {@code each}
   * @param each samples of a draw, of which a task makes one or more: a multiple of 1,000
   * @return each replica's score, with its own σ and no curve
   * @throws IllegalArgumentException if the numbers are no such multiples
   * @throws org.gan4j.FormatException if the file is no checkpoint
   * @throws SweepException if Spark gives up, as when a task finds other data than the checkpoint's
   */
  public List<ParzenScore> score(Path checkpoint, int samples, int each) {
    if (each < 1 || each % 1000 != 0 || samples < each || samples % each != 0) {
      throw new IllegalArgumentException(
          "samples must be a multiple of what a task draws at once, and that of 1000, not "
              + samples
              + " and "
              + each);
    }
    Evaluation settings = Checkpoint.recipe(checkpoint).evaluation();
    return SparkFailure.told(() -> score(checkpoint, settings, samples, each));
  }

  private List<ParzenScore> score(Path checkpoint, Evaluation settings, int samples, int each) {
    try (ShippedGan networks = new ShippedGan(spark, checkpoint, data, device)) {
      Draws task = new Draws(networks, each);
      List<Integer> draws = IntStream.range(0, samples / each).boxed().toList();
      int parts = Math.min(draws.size(), Math.max(1, spark.defaultParallelism()));
      // In the order of the draws: sums are the same whoever is first.
      List<List<LogLikelihoods>> all =
          spark.parallelize(draws, parts).mapPartitions(task::of).collect();
      List<LogLikelihoods> sums = new ArrayList<>(all.get(0));
      for (List<LogLikelihoods> part : all.subList(1, all.size())) {
        for (int r = 0; r < sums.size(); r++) {
          sums.set(r, sums.get(r).and(part.get(r)));
        }
      }
      int choosing = settings.validationExamples();
      return sums.stream().map(sum -> sum.score(1, choosing, Integer.MAX_VALUE).score()).toList();
    }
  }

  /** What a task does. */
  private record Draws(ShippedGan networks, int each) implements Serializable {
    /** The window of each of some draws. */
    Iterator<List<LogLikelihoods>> of(Iterator<Integer> draws) throws IOException {
      return networks.use((gan, images) -> windows(gan, images, draws)).iterator();
    }

    private List<List<LogLikelihoods>> windows(Gan gan, DataSet images, Iterator<Integer> draws) {
      Recipe recipe = gan.recipe();
      List<List<LogLikelihoods>> windows = new ArrayList<>();
      try (Sampler sampler = new Sampler(gan, each);
          DeviceImages validation =
              new DeviceImages(gan.device(), images.validation(), images.scaling());
          DeviceImages test = new DeviceImages(gan.device(), images.test(), images.scaling())) {
        while (draws.hasNext()) {
          windows.add(
              LogLikelihoods.of(
                  gan.device(),
                  sampler.draw(recipe.seed(), Sampler.Stream.TEST, draws.next()),
                  validation,
                  test,
                  recipe.evaluation().sigmas()));
        }
      }
      return windows;
    }
  }
}
