package org.gan4j.gan;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.gan4j.FormatException;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Device;
import org.gan4j.layers.Checks;
import org.gan4j.layers.Network;
import org.gan4j.recipe.Recipe;

/**
 * A trained discriminator for use, as a {@link Generator} is: its weights alone, which never
 * change, with plain weights and no dropout, for any number of threads at once.
 *
 * <p>Examples are values as the network sees them in training: bytes after the scaling of the data
 * set ({@link org.gan4j.data.Scaling#values}).
 */
public final class Discriminator implements AutoCloseable {
  private final Recipe recipe;
  private final ImageShape shape;
  private final int conditionWidth;
  private final SharedNetwork shared;

  /**
   * Copies the weights of one replica to the CPU.
   *
   * @param gan trained; of this thread; not changed, and free to go on training
   * @param replica which of its discriminators, from 0
   * @return the discriminator; close it
   * @throws IllegalArgumentException if there is no such replica
   * @throws IllegalStateException if the networks have no values yet
   */
  public static Discriminator of(Gan gan, int replica) {
    return SharedNetwork.onCpu(device -> new Discriminator(device, gan, replica));
  }

  /**
   * Reads the weights of the first replica onto the CPU.
   *
   * @param file a checkpoint, whole or of weights alone
   * @return the discriminator; close it
   * @throws FormatException if the file is neither, or damaged
   */
  public static Discriminator open(Path file) {
    return SharedNetwork.onCpu(device -> new Discriminator(device, file, 0));
  }

  /**
   * Reads the weights of one replica onto the CPU.
   *
   * @param file a checkpoint, whole or of weights alone
   * @param replica which of its discriminators, from 0
   * @return the discriminator; close it
   * @throws IllegalArgumentException if there is no such replica
   * @throws FormatException if the file is neither, or damaged
   */
  public static Discriminator open(Path file, int replica) {
    return SharedNetwork.onCpu(device -> new Discriminator(device, file, replica));
  }

  /**
   * Copies the weights of one replica to a device.
   *
   * @param device of this thread, opened for this alone: it is closed with this, but not if this
   *     constructor throws
   * @param gan trained; of this thread; not changed, and free to go on training
   * @param replica which of its discriminators, from 0
   * @throws IllegalArgumentException if there is no such replica
   * @throws IllegalStateException if the networks have no values yet
   */
  public Discriminator(Device device, Gan gan, int replica) {
    this(device, gan.recipe(), gan.shape(), gan.discriminatorWeights(replica));
  }

  /**
   * Reads the weights of one replica onto a device.
   *
   * @param device of this thread, opened for this alone: it is closed with this, but not if this
   *     constructor throws
   * @param file a checkpoint, whole or of weights alone
   * @param replica which of its discriminators, from 0
   * @throws IllegalArgumentException if there is no such replica
   * @throws FormatException if the file is neither, or damaged
   */
  public Discriminator(Device device, Path file, int replica) {
    this(device, SavedNetworks.read(file), replica);
  }

  private Discriminator(Device device, SavedNetworks saved, int replica) {
    this(device, saved.recipe(), saved.shape(), saved.discriminator(replica));
  }

  private Discriminator(Device device, Recipe recipe, ImageShape shape, Consumer<Network> weights) {
    this.recipe = recipe;
    this.shape = shape;
    this.conditionWidth = recipe.condition().width();
    int inputs = shape.size() + conditionWidth;
    this.shared =
        new SharedNetwork("discriminator", device, recipe.discriminator(), inputs, weights);
  }

  /**
   * The shape of an example.
   *
   * @return the shape
   */
  public ImageShape shape() {
    return shape;
  }

  /**
   * Values of the condition.
   *
   * @return 0 if the discriminator takes none
   */
  public int conditionWidth() {
    return conditionWidth;
  }

  /**
   * The layers, those without weights among them.
   *
   * @return how many there are: {@link #features} takes numbers below
   */
  public int layers() {
    return recipe.discriminator().size();
  }

  /**
   * Judges examples. From any thread.
   *
   * @param examples [count][width]; not modified
   * @return [count]: D(x), the probability in [0, 1] that x is from the data
   * @throws IllegalArgumentException if that is empty, no whole number of examples or not finite
   * @throws IllegalStateException if this is closed
   */
  public float[] score(float[] examples) {
    return probabilities(logits(examples));
  }

  /**
   * Judges examples with their conditions. From any thread.
   *
   * @param examples [count][width]; not modified
   * @param conditions [count][{@link #conditionWidth}]; not modified
   * @return [count]: D(x | c), the probability in [0, 1] that x is from the data
   * @throws IllegalArgumentException if the examples are none, no whole number of them or not
   *     finite, or there are other conditions than the discriminator takes
   * @throws IllegalStateException if this is closed
   */
  public float[] score(float[] examples, float[] conditions) {
    return probabilities(joined(features(examples, conditions, layers() - 1)));
  }

  /**
   * Classes that it tells.
   *
   * @return K; 0 if the recipe has no labels
   */
  public int classes() {
    return recipe.labels() == null ? 0 : recipe.labels().classes();
  }

  /**
   * Classifies examples, where the recipe has labels. From any thread.
   *
   * @param examples [count][width]; not modified
   * @return [count][{@link #classes}]: the probability of each class, given that x is from the data
   * @throws IllegalArgumentException if that is empty, no whole number of examples or not finite
   * @throws IllegalStateException if this is closed, or the recipe has no labels
   */
  public float[] classify(float[] examples) {
    if (classes() == 0) {
      throw new IllegalStateException("this discriminator has learnt no classes");
    }
    float[] values = features(examples, layers() - 1);
    for (int from = 0; from < values.length; from += classes()) {
      ImageClassifier.softmax(values, from, classes());
    }
    return values;
  }

  /** With labels, of K logits the one of the game: ln Σ e^l. */
  private float[] joined(float[] values) {
    if (classes() == 0) {
      return values;
    }
    float[] logits = new float[values.length / classes()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) ImageClassifier.logSum(values, i * classes(), classes());
    }
    return logits;
  }

  private static float[] probabilities(float[] logits) {
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (1 / (1 + Math.exp(-(double) logits[i])));
    }
    return logits;
  }

  /**
   * Judges examples, before the logistic function. From any thread.
   *
   * @param examples [count][width]; not modified
   * @return [count]: ln(D(x) / (1 − D(x)))
   * @throws IllegalArgumentException if that is empty, no whole number of examples or not finite
   * @throws IllegalStateException if this is closed
   */
  public float[] logits(float[] examples) {
    return joined(features(examples, layers() - 1));
  }

  /**
   * Judges examples with their conditions, before the logistic function. From any thread.
   *
   * @param examples [count][width]; not modified
   * @param conditions [count][{@link #conditionWidth}]; not modified
   * @return [count]: ln(D(x | c) / (1 − D(x | c)))
   * @throws IllegalArgumentException if the examples are none, no whole number of them or not
   *     finite, or there are other conditions than the discriminator takes
   * @throws IllegalStateException if this is closed
   */
  public float[] logits(float[] examples, float[] conditions) {
    return joined(features(examples, conditions, layers() - 1));
  }

  /**
   * Values of an example that leave a layer.
   *
   * @param layer from 0
   * @return ≥ 1
   * @throws IllegalArgumentException if there is no such layer
   */
  public int featureSize(int layer) {
    Checks.range("layer", layer, 0, layers() - 1);
    int width = shape.size() + conditionWidth;
    for (int i = 0; i <= layer; i++) {
      width = recipe.discriminator().get(i).outputs(width);
    }
    return width;
  }

  /**
   * What a layer makes of examples. From any thread.
   *
   * @param examples [count][width]; not modified
   * @param layer from 0; one of dropout gives what the layer before it gives
   * @return [count][{@link #featureSize}]
   * @throws IllegalArgumentException if there is no such layer, or the examples are none, no whole
   *     number of them or not finite
   * @throws IllegalStateException if this is closed
   */
  public float[] features(float[] examples, int layer) {
    int size = featureSize(layer);
    int count = count(shape, examples, size);
    if (conditionWidth > 0) {
      throw new IllegalArgumentException(
          "this discriminator judges examples with their conditions: give "
              + conditionWidth
              + " values of one for each example");
    }
    return shared.leaving(examples.clone(), null, count, layer, size);
  }

  /**
   * What a layer makes of examples and their conditions. From any thread.
   *
   * @param examples [count][width]; not modified
   * @param conditions [count][{@link #conditionWidth}]; not modified
   * @param layer from 0; one of dropout gives what the layer before it gives
   * @return [count][{@link #featureSize}]
   * @throws IllegalArgumentException if there is no such layer, the examples are none, no whole
   *     number of them or not finite, or there are other conditions than the discriminator takes
   * @throws IllegalStateException if this is closed
   */
  public float[] features(float[] examples, float[] conditions, int layer) {
    int size = featureSize(layer);
    int count = count(shape, examples, size);
    if (conditionWidth == 0) {
      throw new IllegalArgumentException("this discriminator takes no condition");
    }
    Sampler.requireConditions(conditions, count, conditionWidth);
    return shared.leaving(examples.clone(), conditions.clone(), count, layer, size);
  }

  /** Checks examples for a network whose output has so many values for each. */
  static int count(ImageShape shape, float[] examples, int size) {
    int width = shape.size();
    int count = examples.length / width;
    if (count == 0 || examples.length % width != 0 || count > Integer.MAX_VALUE / size) {
      throw new IllegalArgumentException(
          "examples of "
              + shape
              + " must have "
              + width
              + " values each, not "
              + examples.length
              + " in all");
    }
    Sampler.requireFinite("examples", examples, width);
    return count;
  }

  /** Waits for the calls that are under way; from then on every call throws. */
  @Override
  public void close() {
    shared.close();
  }
}
