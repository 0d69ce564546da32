package org.gan4j.gan;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.gan4j.FormatException;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.layers.Checks;
import org.gan4j.layers.Network;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.Condition;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Recipe;

/**
 * A trained generator for use: its weights alone, which never change, and any number of threads may
 * sample from it at once. On the CPU they compute side by side, each in scratch memory of its own;
 * on a GPU one after the other.
 *
 * <p>Samples are made in blocks of {@value #BLOCK}: sample i is a function of (weights, seed, i),
 * however many are asked for and whoever else asks.
 */
public final class Generator implements AutoCloseable {
  /** Samples that are computed at a time, whether all are wanted or not. */
  static final int BLOCK = SharedNetwork.BLOCK;

  private final Noise spec;
  private final Conditions conditionsOrNull;
  private final int conditionWidth;
  private final boolean completes;
  private final ImageShape shape;
  private final boolean sigmoids;
  private final SharedNetwork shared;

  /**
   * Copies the weights of one replica to the CPU.
   *
   * @param gan trained; of this thread; not changed, and free to go on training
   * @param replica which of its generators, from 0
   * @return the generator; close it
   * @throws IllegalArgumentException if there is no such replica
   * @throws IllegalStateException if the networks have no values yet
   */
  public static Generator of(Gan gan, int replica) {
    return SharedNetwork.onCpu(device -> new Generator(device, gan, replica));
  }

  /**
   * Reads the weights of the first replica onto the CPU.
   *
   * @param file a checkpoint, whole or of weights alone
   * @return the generator; close it
   * @throws FormatException if the file is neither, or damaged
   */
  public static Generator open(Path file) {
    return SharedNetwork.onCpu(device -> new Generator(device, file, 0));
  }

  /**
   * Reads the weights of one replica onto the CPU.
   *
   * @param file a checkpoint, whole or of weights alone
   * @param replica which of its generators, from 0
   * @return the generator; close it
   * @throws IllegalArgumentException if there is no such replica
   * @throws FormatException if the file is neither, or damaged
   */
  public static Generator open(Path file, int replica) {
    return SharedNetwork.onCpu(device -> new Generator(device, file, replica));
  }

  /**
   * Copies the weights of one replica to a device.
   *
   * @param device of this thread, opened for this alone: it is closed with this, but not if this
   *     constructor throws
   * @param gan trained; of this thread; not changed, and free to go on training
   * @param replica which of its generators, from 0
   * @throws IllegalArgumentException if there is no such replica
   * @throws IllegalStateException if the networks have no values yet
   */
  public Generator(Device device, Gan gan, int replica) {
    this(
        device,
        gan.recipe(),
        gan.shape(),
        gan.isConditional() ? gan.conditions() : null,
        gan.generatorWeights(replica));
  }

  /**
   * Reads the weights of one replica onto a device.
   *
   * @param device of this thread, opened for this alone: it is closed with this, but not if this
   *     constructor throws
   * @param file a checkpoint, whole or of weights alone
   * @param replica which of its generators, from 0
   * @throws IllegalArgumentException if there is no such replica
   * @throws FormatException if the file is neither, or damaged
   */
  public Generator(Device device, Path file, int replica) {
    this(device, SavedNetworks.read(file), replica);
  }

  private Generator(Device device, SavedNetworks saved, int replica) {
    this(device, saved.recipe(), saved.shape(), saved.conditionsOrNull(), saved.generator(replica));
  }

  private Generator(
      Device device,
      Recipe recipe,
      ImageShape shape,
      Conditions conditionsOrNull,
      Consumer<Network> weights) {
    this.spec = recipe.noise().ofSamples();
    this.conditionsOrNull = conditionsOrNull;
    this.conditionWidth = recipe.condition().width();
    this.completes = recipe.condition() instanceof Condition.Mask;
    this.shape = shape;
    this.sigmoids = Gan.endsInSigmoids(recipe);
    this.shared =
        new SharedNetwork(
            "generator", device, recipe.generator(), recipe.generatorInputs(), weights);
  }

  /**
   * The shape of a sample.
   *
   * @return the shape
   */
  public ImageShape shape() {
    return shape;
  }

  /**
   * Whether the network ends in sigmoids, as one for values of 0 to 1 does.
   *
   * @return false where samples have no fixed range
   */
  public boolean endsInSigmoids() {
    return sigmoids;
  }

  /**
   * The length of z.
   *
   * @return values of noise for one sample
   */
  public int noiseSize() {
    return spec.size();
  }

  /**
   * Draws samples. From any thread.
   *
   * @param count how many, ≥ 1
   * @param seed decides them
   * @return [count][width], as the network gives them
   * @throws IllegalStateException if this is closed
   */
  public float[] sample(int count, long seed) {
    Checks.range("count", count, 1, Integer.MAX_VALUE / shape.size());
    float[] usual = usual(count);
    return shared.with(worker -> run(worker, count, seed, null, usual));
  }

  /**
   * Draws samples for given conditions. From any thread.
   *
   * @param count how many, ≥ 1
   * @param seed decides them
   * @param conditions [count][{@link #conditionWidth}]; not modified
   * @return [count][width], as the network gives them
   * @throws IllegalArgumentException if there are other conditions than the generator takes
   * @throws IllegalStateException if this is closed
   */
  public float[] sample(int count, long seed, float[] conditions) {
    Checks.range("count", count, 1, Integer.MAX_VALUE / shape.size());
    Sampler.requireConditions(conditions, count, conditionWidth);
    float[] own = conditions.clone();
    return shared.with(worker -> run(worker, count, seed, null, own));
  }

  /** Those of the training set, as often as they occur there. */
  private float[] usual(int count) {
    if (conditionsOrNull == null && conditionWidth > 0) {
      throw new IllegalStateException(
          "a file of ONNX keeps no conditions: give those that samples are wanted for");
    }
    return conditionsOrNull == null ? null : conditionsOrNull.inProportion(0, count);
  }

  /**
   * Values of the condition.
   *
   * @return 0 if the generator takes none
   */
  public int conditionWidth() {
    return conditionWidth;
  }

  /**
   * Draws samples as pictures. From any thread.
   *
   * @param count how many, ≥ 1
   * @param seed decides them: they are those of {@link #sample(int, long)}
   * @return grey or RGB. Values of 0 to 1 are black to white where the network ends in sigmoids;
   *     else each picture has its own range, ½ + ½ · value / the largest absolute value in it
   * @throws IllegalStateException if this is closed, or samples have neither 1 nor 3 channels
   */
  public List<BufferedImage> pictures(int count, long seed) {
    if (!shape.isPicture()) {
      throw new IllegalStateException(
          "a picture has 1 or 3 channels, but samples are of " + shape + ": take sample(…)");
    }
    float[] values = sample(count, seed);
    List<BufferedImage> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pictures.add(picture(values, i * shape.size()));
    }
    return pictures;
  }

  private BufferedImage picture(float[] values, int first) {
    boolean grey = shape.channels() == 1;
    BufferedImage picture =
        new BufferedImage(
            shape.width(),
            shape.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    float largest = 0;
    for (int i = first; i < first + shape.size(); i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    int at = first;
    for (int band = 0; band < shape.channels(); band++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          float value = values[at++];
          float light = sigmoids ? value : largest == 0 ? 0.5f : 0.5f + 0.5f * value / largest;
          picture.getRaster().setSample(x, y, band, Math.round(255 * light));
        }
      }
    }
    return picture;
  }

  /**
   * Generates from given noise. From any thread.
   *
   * @param z [count][{@link #noiseSize}]; not modified
   * @return [count][width]
   * @throws IllegalArgumentException if z is empty, no whole number of rows or not finite
   * @throws IllegalStateException if this is closed
   */
  public float[] generate(float[] z) {
    int count = rows(z);
    float[] own = z.clone();
    float[] usual = usual(count);
    return shared.with(worker -> run(worker, count, 0, own, usual));
  }

  /**
   * Generates from given noise for given conditions. From any thread.
   *
   * @param z [count][{@link #noiseSize}]; not modified
   * @param conditions [count][{@link #conditionWidth}]; not modified
   * @return [count][width]
   * @throws IllegalArgumentException if z or the conditions are not whole rows, as many of each, or
   *     not finite
   * @throws IllegalStateException if this is closed
   */
  public float[] generate(float[] z, float[] conditions) {
    int count = rows(z);
    Sampler.requireConditions(conditions, count, conditionWidth);
    float[] own = z.clone();
    float[] told = conditions.clone();
    return shared.with(worker -> run(worker, count, 0, own, told));
  }

  /**
   * Completes images: draws what is hidden of them from p(x_S | x_∖S). From any thread.
   *
   * @param images [count][width], values as the network sees them; what is hidden may be anything
   *     finite; not modified
   * @param visible [count][width]: 1 where a value is visible, 0 where it is hidden; not modified
   * @param seed decides the completions
   * @return [count][width]: the visible values to the bit, and the network's where they are hidden
   * @throws IllegalArgumentException if there are not as many values of both, no whole images, or a
   *     mask of other values than 0 and 1
   * @throws IllegalStateException if the generator does not complete images, or is closed
   */
  public float[] complete(float[] images, float[] visible, long seed) {
    if (!completes) {
      throw new IllegalStateException(
          "this generator does not complete images: its recipe's condition is no mask");
    }
    requireMasks(images, visible);
    float[] z = compose(visible, images, spec.draw(images.length / spec.size(), seed));
    return compose(visible, images, generate(z, visible));
  }

  private void requireMasks(float[] images, float[] visible) {
    if (images.length == 0 || images.length % shape.size() != 0) {
      throw new IllegalArgumentException(
          "images of " + shape + " have " + shape.size() + " values each, not " + images.length);
    }
    if (visible.length != images.length) {
      throw new IllegalArgumentException(
          "a mask has a value for each of the images' "
              + images.length
              + ", not "
              + visible.length
              + " values");
    }
    Sampler.requireFinite("images", images, shape.size());
    for (float value : visible) {
      if (value != 0 && value != 1) {
        throw new IllegalArgumentException(
            "a mask is 1 where a value is visible and 0 where it is hidden, not " + value);
      }
    }
  }

  private static float[] compose(float[] visible, float[] seen, float[] made) {
    float[] values = new float[visible.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = visible[i] == 0 ? made[i] : seen[i];
    }
    return values;
  }

  private int rows(float[] z) {
    int count = z.length / spec.size();
    if (count == 0 || z.length % spec.size() != 0 || count > Integer.MAX_VALUE / shape.size()) {
      throw new IllegalArgumentException(
          "z must have rows of " + spec.size() + " values, not " + z.length + " values");
    }
    Sampler.requireFinite("z", z, spec.size());
    return count;
  }

  /** Samples from noise of the stream, or from z, for the conditions, if there are any. */
  private float[] run(
      SharedNetwork.Worker worker, int count, long seed, float[] zOrNull, float[] conditions) {
    int width = shape.size();
    float[] samples = new float[Math.multiplyExact(count, width)];
    long zs = (long) BLOCK * spec.size();
    DeviceBuffer noise = worker.in().view(0, zs);
    DeviceBuffer state = worker.state().buffer();
    for (int first = 0; first < count; first += BLOCK) {
      int rows = Math.min(BLOCK, count - first);
      worker.state().begin(0, seed, first / BLOCK);
      if (zOrNull == null) {
        spec.draw(worker.device().kernels(), noise, state, RandomStreams.SAMPLING.first());
      } else {
        worker.write(0, zOrNull, first, rows, spec.size());
      }
      if (conditionWidth > 0) {
        worker.write(zs, conditions, first, rows, conditionWidth);
      }
      worker.pass().forward(worker.out(), worker.in(), state, RandomStreams.SAMPLING.site(1));
      float[] part = new float[rows * width];
      Buffers.read(worker.out().view(0, part.length), 0, part);
      System.arraycopy(part, 0, samples, first * width, part.length);
    }
    return samples;
  }

  /** Waits for the calls that are under way; from then on every call throws. */
  @Override
  public void close() {
    shared.close();
  }
}
