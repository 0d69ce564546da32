package org.gan4j.gan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.gan4j.FormatException;
import org.gan4j.data.DataIdentity;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.io.Safetensors.Tensor;
import org.gan4j.layers.Checks;
import org.gan4j.layers.Network;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Recipe;

/**
 * The first layers of a trained network, for what they make of examples: a discriminator's or an
 * encoder's, up to one of its hidden layers. A copy, with plain weights and no dropout, which never
 * changes, for any number of threads at once.
 *
 * <p>Examples are values as the networks see them in training: bytes after the scaling of the data
 * set ({@link org.gan4j.data.Scaling#values}).
 */
public final class HiddenLayers implements AutoCloseable {
  private final HiddenLayer place;
  private final DataIdentity data;
  private final SharedNetwork shared;
  private final List<Tensor> tensors = new ArrayList<>();

  private HiddenLayers(
      Device device, HiddenLayer place, DataIdentity data, Consumer<Network> weights) {
    this.place = place;
    this.data = data;
    this.shared =
        new SharedNetwork(
            "copy of hidden layers",
            device,
            place.layers(),
            place.shape().size(),
            network -> {
              weights.accept(network);
              keep(network);
            });
  }

  /** What a classifier on top of them saves. */
  private void keep(Network network) {
    for (Parameter p : network.parameters()) {
      float[] values = new float[p.size()];
      Buffers.read(p.value(), 0, values);
      tensors.add(Tensor.of(SavedClassifier.PREFIX + p.name(), values, 1, p.rows(), p.columns()));
    }
  }

  /**
   * The hidden layers that a discriminator has.
   *
   * @param gan whose
   * @return their numbers among its layers, from 0, ascending: all with weights but the last
   */
  public static List<Integer> ofDiscriminator(Gan gan) {
    int inputs = gan.shape().size() + gan.recipe().condition().width();
    return HiddenLayer.hidden(gan.recipe().discriminator(), inputs);
  }

  /**
   * Copies the first layers of a discriminator to the CPU.
   *
   * @param gan of this thread; not changed, and free to go on training
   * @param replica which of its discriminators, from 0
   * @param layer the last of those that are copied, one of {@link #ofDiscriminator(Gan)}
   * @return the layers; close them
   * @throws IllegalArgumentException if there is no such replica or hidden layer, or the recipe has
   *     a condition
   * @throws IllegalStateException if the networks have no values yet
   */
  public static HiddenLayers ofDiscriminator(Gan gan, int replica, int layer) {
    Checks.range("replica", replica, 0, gan.recipe().replicas() - 1);
    Recipe recipe = gan.recipe().ofReplica(replica);
    HiddenLayer place = new HiddenLayer(recipe, gan.shape(), HiddenLayer.DISCRIMINATOR, layer);
    requirePlace(place);
    Consumer<Network> weights = gan.discriminatorWeights(replica);
    return SharedNetwork.onCpu(device -> new HiddenLayers(device, place, gan.data(), weights));
  }

  private static void requirePlace(HiddenLayer place) {
    try {
      place.require();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the recipe " + place.recipe().name() + " is not for this: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the first layers of an encoder onto the CPU.
   *
   * @param gan whose encoder it is, as {@link Encoder#isOf} tells; of this thread
   * @param file that {@link EncoderTraining#save} wrote
   * @param layer the last of those that are read, one of {@link Encoder#hiddenLayers}
   * @return the layers; close them
   * @throws IllegalArgumentException if there is no such hidden layer
   * @throws FormatException if the file is no encoder, or damaged
   */
  public static HiddenLayers ofEncoder(Gan gan, Path file, int layer) {
    SavedEncoder saved = SavedEncoder.read(file);
    HiddenLayer place = new HiddenLayer(saved.recipe(), saved.shape(), HiddenLayer.ENCODER, layer);
    requirePlace(place);
    return SharedNetwork.onCpu(
        device -> new HiddenLayers(device, place, gan.data(), saved.weights()));
  }

  /**
   * Which layers they are.
   *
   * @return for people, such as "discriminator, layer 1"
   */
  public String title() {
    return place.title();
  }

  /**
   * The shape of an example.
   *
   * @return the shape
   */
  public ImageShape shape() {
    return place.shape();
  }

  /**
   * Values of an example that leave the last of them.
   *
   * @return ≥ 1
   */
  public int size() {
    return place.size();
  }

  /**
   * What they make of examples. From any thread.
   *
   * @param examples [count][width]; not modified
   * @return [count][{@link #size}]
   * @throws IllegalArgumentException if the examples are none, no whole number of them or not
   *     finite
   * @throws IllegalStateException if this is closed
   */
  public float[] features(float[] examples) {
    int size = size();
    int count = Discriminator.count(shape(), examples, size);
    return shared.leaving(examples.clone(), null, count, place.layer(), size);
  }

  HiddenLayer place() {
    return place;
  }

  DataIdentity data() {
    return data;
  }

  /** Their parameters under the names that they have in a classifier's file. */
  List<Tensor> tensors() {
    return List.copyOf(tensors);
  }

  /** Waits for the calls that are under way; from then on every call throws. */
  @Override
  public void close() {
    shared.close();
  }
}
