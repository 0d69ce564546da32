package org.gan4j.gan;

import java.util.List;
import java.util.Locale;
import org.gan4j.data.ImageShape;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.Kernels;
import org.gan4j.device.MaxoutShape;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.ParameterShape;
import org.gan4j.layers.Planes;
import org.gan4j.recipe.Recipe;

/**
 * About how much memory a recipe takes on the CPU, beside its data: known before anything is
 * allocated.
 *
 * @param generator parameters of one generator
 * @param discriminator parameters of one discriminator
 * @param bytes weights, velocities and activations of all replicas, the samples that carry the
 *     Parzen window, work space for the largest layer and the largest convolution, and Java itself
 */
public record MemoryNeed(long generator, long discriminator, long bytes) {
  private static final int FLOAT = Float.BYTES;

  /** Java with the libraries, but without data. */
  private static final long JAVA = 200L << 20;

  /** The largest tiles of the Parzen window. */
  private static final long TILES = 1L << 26;

  /** oneDNN rounds the channels of an image up to a multiple of this. */
  private static final int BLOCK = 16;

  /**
   * Estimates.
   *
   * @param recipe whose layers fit each other
   * @return what it takes
   * @throws IllegalArgumentException if they don't
   */
  public static MemoryNeed of(Recipe recipe) {
    return of(recipe, false);
  }

  /**
   * Estimates.
   *
   * @param recipe whose layers fit each other
   * @param bf16 whether products have their factors in bf16, of which there are copies then
   * @return what it takes
   * @throws IllegalArgumentException if the layers don't fit
   */
  public static MemoryNeed of(Recipe recipe, boolean bf16) {
    int noise = recipe.generatorInputs();
    int width = LayerStack.outputs(recipe.generator(), noise);
    long generator = LayerStack.parameterCount(recipe.generator(), noise);
    long discriminator =
        LayerStack.parameterCount(recipe.discriminator(), width + recipe.condition().width());
    // The window has a copy of the samples, and their norms.
    long window = FLOAT * (width + 1L) * recipe.evaluation().samples() * recipe.replicas();
    // Products pack copies of the larger factor.
    long packed = 2 * FLOAT * largest(recipe.generator(), noise);
    long arenas = arenas(recipe);
    long copies = bf16 ? arenas / 2 + packed : 0;
    long work = packed + convolutions(recipe) + winners(recipe);
    long bytes = arenas + copies + window + work + TILES + JAVA;
    return new MemoryNeed(generator, discriminator, bytes);
  }

  /** Exactly what the networks, a training step and a sampler reserve, but for the data. */
  static long arenas(Recipe recipe) {
    CountingDevice device = new CountingDevice();
    try (Gan gan = new Gan(device, recipe, shape(recipe));
        DeviceArena arena = device.arena(recipe.replicas())) {
      Trainer.step(gan, null, arena);
      new GanNorms(gan).close();
      new Sampler(gan, recipe.evaluation().samples()).close();
      return device.bytes();
    }
  }

  /** Of an example: as the networks' images say, else any that has as many values. */
  private static ImageShape shape(Recipe recipe) {
    int width = LayerStack.outputs(recipe.generator(), recipe.generatorInputs());
    Planes given = LayerStack.image(recipe.generator(), null);
    int inputs = width + recipe.condition().width();
    Planes sample =
        given != null ? given : LayerStack.requiredImage(recipe.discriminator(), inputs);
    return sample == null
        ? new ImageShape(1, 1, width)
        : new ImageShape(sample.channels(), sample.height(), sample.width());
  }

  /** The greediest convolution's: they use one work space, one after the other. */
  private static long convolutions(Recipe recipe) {
    int m = recipe.batch();
    int sampled = Math.max(m, Math.min(Sampler.BLOCK, recipe.evaluation().samples()));
    return Math.max(
        convolutions(recipe.generator(), sampled), convolutions(recipe.discriminator(), 2 * m));
  }

  private static long convolutions(List<LayerSpec> layers, int rows) {
    return LayerStack.convolutions(layers).stream()
        .mapToLong(shape -> convolution(shape, rows))
        .max()
        .orElse(0);
  }

  /**
   * At most the bytes that the CPU needs for a convolution or one of its gradients beside its
   * buffers: copies of its operands with their channels in blocks, and the filters' gradient.
   *
   * @param shape the geometry
   * @param rows examples
   * @return bytes
   */
  public static long convolution(ConvolutionShape shape, int rows) {
    long images = blocks(shape.channels()) * shape.height() * shape.width();
    long results = blocks(shape.filters()) * shape.outputHeight() * shape.outputWidth();
    long filters =
        blocks(shape.channels()) * blocks(shape.filters()) * shape.kernel() * shape.kernel();
    return FLOAT * (rows * (images + results) + 2 * filters);
  }

  /** The greediest maxout layer's: they use one work space, one after the other. */
  private static long winners(Recipe recipe) {
    long most = 0;
    int width =
        LayerStack.outputs(recipe.generator(), recipe.generatorInputs())
            + recipe.condition().width();
    for (LayerSpec layer : recipe.discriminator()) {
      int units = layer.outputs(width);
      for (ParameterShape shape : layer.parameters(width)) {
        int pieces = shape.columns() / units;
        if (shape.rows() == width && pieces > 1 && pieces <= Kernels.MAX_PIECES) {
          most =
              Math.max(most, maxout(new MaxoutShape(2 * recipe.batch(), width, units, pieces, 1)));
        }
      }
      width = units;
    }
    return most;
  }

  /**
   * At most the bytes that the CPU needs for going back through maxout by its winners: lists of
   * slopes, and copies of its input and of the gradient with respect to it.
   *
   * @param s the layer
   * @return bytes
   */
  public static long maxout(MaxoutShape s) {
    long rows = s.rows() + 16L;
    long lists = s.units() * (29 * rows + 4L * s.pieces() + 16) + 8 * 160 * rows;
    return lists + (s.inputs() + 16L) * (FLOAT * rows + 1) + 1024;
  }

  private static long blocks(int channels) {
    return (channels + BLOCK - 1L) / BLOCK * BLOCK;
  }

  private static long largest(List<LayerSpec> layers, int inputs) {
    long largest = 0;
    int width = inputs;
    for (LayerSpec layer : layers) {
      largest = Math.max(largest, LayerStack.parameterCount(List.of(layer), width));
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
