package org.gan4j.gan;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.gan4j.FormatException;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Device;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.Network;
import org.gan4j.recipe.EncoderSettings;
import org.gan4j.recipe.Recipe;

/**
 * A trained encoder for use, which infers z from x (the paper's section 7, 2), as a {@link
 * Generator} is: its weights alone, which never change, with plain weights and no dropout, for any
 * number of threads at once. An {@link EncoderTraining} makes one.
 *
 * <p>Examples are values as the networks see them in training: bytes after the scaling of the data
 * set ({@link org.gan4j.data.Scaling#values}).
 */
public final class Encoder implements AutoCloseable {
  private final EncoderSettings settings;
  private final List<LayerSpec> layers;
  private final ImageShape shape;
  private final int noiseSize;
  private final String generatorId;
  private final long iterations;
  private final SharedNetwork shared;

  /**
   * Copies an encoder to the CPU.
   *
   * @param training of this thread; not changed, and free to go on
   * @return the encoder; close it
   */
  public static Encoder of(EncoderTraining training) {
    return SharedNetwork.onCpu(
        device ->
            new Encoder(
                device,
                training.recipe(),
                training.shape(),
                training.generatorId(),
                training.iteration(),
                Gan.values(training.network(), 0)));
  }

  /**
   * Reads an encoder onto the CPU.
   *
   * @param file that {@link EncoderTraining#save} wrote
   * @return the encoder; close it
   * @throws FormatException if the file is no encoder, or damaged
   */
  public static Encoder open(Path file) {
    return SharedNetwork.onCpu(device -> new Encoder(device, file));
  }

  /**
   * Reads an encoder onto a device.
   *
   * @param device of this thread, opened for this alone: it is closed with this, but not if this
   *     constructor throws
   * @param file that {@link EncoderTraining#save} wrote
   * @throws FormatException if the file is no encoder, or damaged
   */
  public Encoder(Device device, Path file) {
    this(device, SavedEncoder.read(file));
  }

  private Encoder(Device device, SavedEncoder saved) {
    this(
        device,
        saved.recipe(),
        saved.shape(),
        saved.generatorId(),
        saved.iterations(),
        saved.weights());
  }

  private Encoder(
      Device device,
      Recipe recipe,
      ImageShape shape,
      String generatorId,
      long iterations,
      Consumer<Network> weights) {
    this.settings = recipe.encoder();
    this.layers = settings.layers();
    this.shape = shape;
    this.noiseSize = recipe.noise().size();
    this.generatorId = generatorId;
    this.iterations = iterations;
    this.shared = new SharedNetwork("encoder", device, layers, shape.size(), weights);
  }

  /**
   * Whether this infers the z of a generator.
   *
   * @param gan whose generator; of this thread
   * @param replica which of its generators, from 0
   * @return false if it was trained for another one, or for this one before it learnt more
   * @throws IllegalArgumentException if there is no such replica
   * @throws IllegalStateException if the networks have no values yet
   */
  public boolean isOf(Gan gan, int replica) {
    return generatorId.equals(SavedEncoder.generatorId(gan, replica));
  }

  /**
   * Minibatches that it has learnt from.
   *
   * @return ≥ 0
   */
  public long iterations() {
    return iterations;
  }

  /**
   * How it was trained.
   *
   * @return the settings, with layers; {@link #iterations} may be others than theirs
   */
  public EncoderSettings settings() {
    return settings;
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
   * The length of z.
   *
   * @return values of noise for one sample
   */
  public int noiseSize() {
    return noiseSize;
  }

  /**
   * The length of what {@link #features} gives.
   *
   * @return values of an example that enter the last layer
   */
  public int featureSize() {
    return LayerStack.outputs(layers.subList(0, layers.size() - 1), shape.size());
  }

  /**
   * Infers z. From any thread.
   *
   * @param examples [count][width]; not modified
   * @return [count][{@link #noiseSize}]: the z of a sample like each of them, for {@link
   *     Generator#generate(float[])}; near the mean of z where x says little of it
   * @throws IllegalArgumentException if the examples are none, no whole number of them or not
   *     finite
   * @throws IllegalStateException if this is closed
   */
  public float[] encode(float[] examples) {
    return leaving(examples, layers.size() - 1, noiseSize);
  }

  /**
   * What the last layer sees of examples: the values that enter it. From any thread.
   *
   * @param examples [count][width]; not modified
   * @return [count][{@link #featureSize}]
   * @throws IllegalArgumentException if the examples are none, no whole number of them or not
   *     finite
   * @throws IllegalStateException if this is closed
   */
  public float[] features(float[] examples) {
    if (layers.size() == 1) {
      Discriminator.count(shape, examples, noiseSize);
      return shared.with(worker -> examples.clone());
    }
    return leaving(examples, layers.size() - 2, featureSize());
  }

  /**
   * The hidden layers that it has.
   *
   * @return their numbers among its layers, from 0, ascending: all with weights but the last
   */
  public List<Integer> hiddenLayers() {
    return HiddenLayer.hidden(layers, shape.size());
  }

  /**
   * What a hidden layer makes of examples. From any thread.
   *
   * @param examples [count][width]; not modified
   * @param layer one of {@link #hiddenLayers}
   * @return [count][any width]
   * @throws IllegalArgumentException if there is no such hidden layer, or the examples are none, no
   *     whole number of them or not finite
   * @throws IllegalStateException if this is closed
   */
  public float[] features(float[] examples, int layer) {
    if (!hiddenLayers().contains(layer)) {
      throw new IllegalArgumentException(
          "the encoder has no hidden layer " + layer + ", but " + hiddenLayers());
    }
    return leaving(examples, layer, LayerStack.outputs(layers.subList(0, layer + 1), shape.size()));
  }

  private float[] leaving(float[] examples, int layer, int size) {
    int count = Discriminator.count(shape, examples, size);
    return shared.leaving(examples.clone(), null, count, layer, size);
  }

  /** Waits for the calls that are under way; from then on every call throws. */
  @Override
  public void close() {
    shared.close();
  }
}
