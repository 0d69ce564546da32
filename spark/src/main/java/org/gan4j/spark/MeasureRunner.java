package org.gan4j.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.gan4j.data.DataSet;
import org.gan4j.device.Buffers;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.eval.MeasureContext;
import org.gan4j.eval.PairwisePart;
import org.gan4j.eval.PairwiseScores;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;

/**
 * Takes the two-sample measures of a trained generator on Spark, of more samples and tests than one
 * machine has memory for the distances of: each task computes those of some of the points to all
 * others. Samples and tests are those that one machine draws and chooses, and so are the measures,
 * to rounding; the p-value of MMD² is not among them.
 */
public final class MeasureRunner {
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
  public MeasureRunner(JavaSparkContext spark, Optional<Path> data, TaskDevice device) {
    this.spark = spark;
    this.data = data;
    this.device = device;
  }

  /**
   * Measures every replica of a checkpoint.
   *
   * @param checkpoint whole; the driver reads it, and sends it to the tasks
   * @param samples of each generator
   * @param tests test examples, chosen at random as {@link MeasureContext} does; all if there are
   *     fewer
   * @param seed of samples and choices
   * @param parts into which the points are cut: a task has the distances of one at a time in
   *     memory, which are 4·(samples + tests)² / parts bytes
   * @return each replica's measures
   * @throws IllegalArgumentException if there are too few samples or tests, or no parts
   * @throws org.gan4j.FormatException if the file is no checkpoint
   * @throws SweepException if Spark gives up, as when a task finds other data than the checkpoint's
   */
  public List<PairwiseScores> measure(
      Path checkpoint, int samples, int tests, long seed, int parts) {
    require("parts", parts, 1);
    require("samples", samples, PairwisePart.LEAST);
    require("tests", tests, PairwisePart.LEAST);
    // Fails here rather than in a task unless it is a checkpoint.
    Checkpoint.recipe(checkpoint);
    return SparkFailure.told(() -> inParts(checkpoint, samples, tests, seed, parts));
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be ≥ " + least + ", not " + value);
    }
  }

  private List<PairwiseScores> inParts(
      Path checkpoint, int samples, int tests, long seed, int parts) {
    try (ShippedGan networks = new ShippedGan(spark, checkpoint, data, device)) {
      double[] sigmas =
          spark.parallelize(List.of(0), 1).map(one -> sigmas(networks, tests, seed)).first();
      List<Integer> all = IntStream.range(0, parts).boxed().toList();
      List<List<PairwisePart>> found =
          spark
              .parallelize(all, parts)
              .map(part -> part(networks, samples, tests, seed, part, parts, sigmas))
              .collect();
      // In the order of the parts: sums are the same whoever is first.
      List<PairwisePart> sums = new ArrayList<>(found.get(0));
      for (List<PairwisePart> each : found.subList(1, found.size())) {
        for (int r = 0; r < sums.size(); r++) {
          sums.set(r, sums.get(r).and(each.get(r)));
        }
      }
      return sums.stream().map(PairwisePart::scores).toList();
    }
  }

  private static double[] sigmas(ShippedGan networks, int tests, long seed) throws IOException {
    return networks.use(
        (gan, images) -> {
          try (MeasureContext context = context(gan, images, tests, seed)) {
            return context.bandwidths();
          }
        });
  }

  private static MeasureContext context(Gan gan, DataSet images, int tests, long seed) {
    return new MeasureContext(gan.device(), images, gan.recipe().evaluation(), tests, seed);
  }

  /** Of every replica. */
  private static List<PairwisePart> part(
      ShippedGan networks, int samples, int tests, long seed, int part, int parts, double[] sigmas)
      throws IOException {
    return networks.use(
        (gan, images) -> {
          List<PairwisePart> all = new ArrayList<>();
          try (MeasureContext context = context(gan, images, tests, seed);
              Sampler sampler = new Sampler(gan, samples)) {
            DeviceBuffer drawn = sampler.draw(seed, Sampler.Stream.TEST);
            for (int r = 0; r < drawn.replicas(); r++) {
              float[] points = new float[Math.toIntExact(drawn.length())];
              Buffers.read(drawn, r, points);
              all.add(context.pairwise(points, part, parts, sigmas));
            }
          }
          return all;
        });
  }
}
