package org.gan4j.gan;

import java.util.List;
import java.util.Locale;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Network;

/**
 * About how much memory a recipe takes on the CPU, beside its data: known before anything is
 * allocated.
 *
 * @param generator parameters of one generator
 * @param discriminator parameters of one discriminator
 * @param bytes weights, velocities and activations of all replicas, the samples that carry the
 *     Parzen window, work space for the largest layer, and Java itself
 */
public record MemoryNeed(long generator, long discriminator, long bytes) {
  private static final int FLOAT = Float.BYTES;

  /** Samples that the sampler makes at a time. */
  private static final int BLOCK = 1000;

  /** Java with the libraries, but without data. */
  private static final long JAVA = 200L << 20;

  /** The largest tiles of the Parzen window. */
  private static final long TILES = 1L << 26;

  /**
   * Estimates.
   *
   * @param recipe whose layers fit each other
   * @return what it takes
   * @throws IllegalArgumentException if they don't
   */
  public static MemoryNeed of(Recipe recipe) {
    int noise = recipe.noise().size();
    int width = Network.outputs(recipe.generator(), noise);
    long generator = Network.parameterCount(recipe.generator(), noise);
    long discriminator = Network.parameterCount(recipe.discriminator(), width);
    // Weights and velocities.
    long floats = 2 * (generator + discriminator);
    floats += activations(recipe.generator(), noise, recipe.batch());
    floats += activations(recipe.discriminator(), width, 2L * recipe.batch());
    floats += activations(recipe.generator(), noise, BLOCK) / 2;
    // The window has a copy of its own.
    floats += 2L * recipe.evaluation().samples() * width;
    // Products pack copies of the larger factor.
    long packed = FLOAT * largest(recipe.generator(), noise);
    return new MemoryNeed(
        generator, discriminator, FLOAT * floats * recipe.replicas() + 2 * packed + TILES + JAVA);
  }

  /** Outputs and their gradients, and the linear pieces under maxout. */
  private static long activations(List<LayerSpec> layers, int inputs, long rows) {
    long values = 0;
    int width = inputs;
    for (LayerSpec layer : layers) {
      width = layer.outputs(width);
      int pieces = layer instanceof LayerSpec.Maxout maxout ? maxout.pieces() : 0;
      values += (2L + pieces) * width;
    }
    return rows * values;
  }

  private static long largest(List<LayerSpec> layers, int inputs) {
    long largest = 0;
    int width = inputs;
    for (LayerSpec layer : layers) {
      largest = Math.max(largest, Network.parameterCount(List.of(layer), width));
      width = layer.outputs(width);
    }
    return largest;
  }

  /**
   * Refuses what can't fit.
   *
   * @param dataBytes the size of the data set
   * @param available bytes that the machine has left
   * @throws IllegalArgumentException if this and the data need more
   */
  public void requireFit(long dataBytes, long available) {
    if (bytes + dataBytes > available) {
      throw new IllegalArgumentException(
          "this run needs about "
              + size(bytes + dataBytes)
              + " of memory, but only "
              + size(available)
              + " are available; use a -small recipe, narrower layers, fewer replicas or fewer"
              + " evaluation.samples");
    }
  }

  /**
   * Bytes for people.
   *
   * @param bytes how many
   * @return in MiB or GiB
   */
  public static String size(long bytes) {
    double mib = bytes / (double) (1 << 20);
    return mib < 1024
        ? String.format(Locale.ROOT, "%.0f MiB", mib)
        : String.format(Locale.ROOT, "%.1f GiB", mib / 1024);
  }
}
