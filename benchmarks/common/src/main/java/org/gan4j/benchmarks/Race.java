package org.gan4j.benchmarks;

import java.util.Arrays;

/**
 * Training on real images until the samples are good: where every library begins.
 *
 * @param workload of what
 * @param images [examples][pixels] bytes, whole minibatches of them
 * @param seed decides the weights at the start, and each library's own random numbers
 */
public record Race(Workload workload, byte[] images, int seed) {
  /** Samples that are scored. */
  public static final int SAMPLES = 10_000;

  /** Keeps the logit of a training set without any ink finite; the recipe's own bound. */
  private static final double LEAST_MEAN = 1e-7;

  /** Training by one library; each run is one iteration. */
  public interface Training extends Work {
    /**
     * Draws samples with the plain weights, which does not count as training.
     *
     * @return [{@link #SAMPLES}][pixels]
     */
    float[] samples();
  }

  public Race {
    int minibatch = workload.batch() * workload.pixels();
    if (images.length == 0 || images.length % minibatch != 0) {
      throw new IllegalArgumentException(
          images.length + " bytes are no whole minibatches of " + minibatch);
    }
  }

  /**
   * Training examples.
   *
   * @return how many
   */
  public int examples() {
    return images.length / workload.pixels();
  }

  /**
   * The images as numbers from 0 to 1.
   *
   * @return [examples][pixels]
   */
  public float[] values() {
    return Case.Parzen.scaled(images);
  }

  /**
   * Iterations that see every example once.
   *
   * @return how many
   */
  public int iterationsPerEpoch() {
    return examples() / workload.batch();
  }

  /**
   * Initial weights and biases: the workload's, with the logit of the images' mean as the
   * generator's last bias.
   *
   * @return g0.weights, g0.biases, … d2.biases
   */
  public Tensors parameters() {
    double sum = 0;
    for (byte pixel : images) {
      sum += (pixel & 0xff) / 255.0;
    }
    double mean = Math.min(Math.max(sum / images.length, LEAST_MEAN), 1 - LEAST_MEAN);
    float[] biases = new float[workload.pixels()];
    Arrays.fill(biases, (float) Math.log(mean / (1 - mean)));
    return workload.parameters(seed).put("g" + (Workload.LAYERS - 1) + ".biases", biases);
  }
}
