package org.gan4j.gan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.gan4j.FormatException;
import org.gan4j.data.DataIdentity;
import org.gan4j.data.DataSets;
import org.gan4j.data.Scaling;
import org.gan4j.device.Buffers;
import org.gan4j.io.Printable;
import org.gan4j.io.Safetensors;
import org.gan4j.io.Safetensors.Tensor;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.Checks;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.Network;
import org.gan4j.layers.Parameter;
import org.gan4j.layers.ParameterShape;
import org.gan4j.layers.WeightInit;
import org.gan4j.recipe.Recipe;

/**
 * A classifier in a safetensors file: the weights of hidden layers and of the linear layer on top
 * of them as F32 [1, rows, columns], and as metadata the recipe and which of its layers they are.
 * It needs no other file.
 *
 * @param file where it is
 * @param below the hidden layers
 * @param classes that it tells apart
 * @param data that the networks learnt from
 */
record SavedClassifier(Path file, HiddenLayer below, int classes, DataIdentity data) {
  static final String PREFIX = "classifier.";

  /** As many as images may have. */
  private static final int MAX_CLASSES = 256;

  private static final String NETWORK = "network";
  private static final String LAYER = "hidden_layer";
  private static final String CLASSES = "classes";

  static SavedClassifier read(Path file) {
    try (Safetensors in = Safetensors.open(file)) {
      Map<String, String> metadata = in.metadata();
      CheckpointHeader.requireFormat(metadata, CheckpointHeader.CLASSIFIER, "a classifier", file);
      DataIdentity data = CheckpointHeader.data(in, file);
      Recipe recipe = CheckpointHeader.recipe(metadata, file);
      long layer = CheckpointHeader.whole(metadata, LAYER, file);
      long classes = CheckpointHeader.whole(metadata, CLASSES, file);
      HiddenLayer below =
          new HiddenLayer(
              recipe,
              CheckpointHeader.shape(metadata, file),
              metadata.getOrDefault(NETWORK, ""),
              (int) Math.min(layer, Network.SITES));
      long needed;
      try {
        below.require();
        Checks.range(CLASSES, classes, 2, MAX_CLASSES);
        needed = LayerStack.parameterCount(layers(below, (int) classes), below.shape().size());
      } catch (IllegalArgumentException e) {
        throw new FormatException(file + ": its recipe is damaged: " + e.getMessage(), e);
      }
      // Keeps a damaged recipe from allocating what the file does not hold.
      CheckpointTensors.requireCount(in, PREFIX, needed, file);
      CheckpointTensors.requireIntact(in, file);
      return new SavedClassifier(file, below, (int) classes, data);
    }
  }

  private static List<LayerSpec> layers(HiddenLayer below, int classes) {
    List<LayerSpec> layers = new ArrayList<>(below.layers());
    layers.add(linear(classes));
    return layers;
  }

  private static LayerSpec linear(int classes) {
    return new LayerSpec.Dense(
        classes, Activation.LINEAR, new WeightInit.Uniform(0), new BiasInit.Constant(0));
  }

  /**
   * How bytes become what the networks have learnt from.
   *
   * @throws IllegalStateException if they have learnt from no images, or it is not known
   */
  Scaling scaling() {
    String name = below.recipe().data();
    // Early files of 0.1.0 knew the name alone.
    boolean named = data.isEarlier() && DataSets.isKnown(name);
    return data.scaling()
        .or(() -> named ? Optional.of(DataSets.rule(name)) : Optional.empty())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    file
                        + " does not say how the images of "
                        + Printable.line(name)
                        + " become values: classify values"));
  }

  /** From an example to the logits of its classes. */
  List<LayerSpec> layers() {
    return layers(below, classes);
  }

  /** Writes the values. */
  Consumer<Network> weights() {
    return CheckpointTensors.weights(file, PREFIX);
  }

  /** Writes a file of the last layer of a discriminator that has learnt classes. */
  static void write(Path file, HiddenLayers hidden, Gan gan, int replica) {
    List<LayerSpec> layers = gan.recipe().discriminator();
    LayerSpec top = layers.get(layers.size() - 1);
    if (!top.isOnHost()) {
      throw new IllegalArgumentException(
          "the discriminator's last layer is no dense one: " + top.structure());
    }
    int size = hidden.size();
    List<float[]> all = new ArrayList<>();
    List<float[]> withoutBiases = new ArrayList<>();
    for (Parameter p : gan.discriminatorForUse().parameters()) {
      if (p.name().startsWith(layers.size() - 1 + ".")) {
        float[] values = new float[p.size()];
        Buffers.read(p.value(), replica, values);
        all.add(values);
        withoutBiases.add(p.isBiases() ? new float[p.size()] : values);
      }
    }
    // Whatever the layer makes of its parameters: what it gives for unit vectors, and for zeros.
    float[] units = new float[Math.multiplyExact(size, size)];
    for (int i = 0; i < size; i++) {
      units[i * size + i] = 1;
    }
    write(
        file, hidden, top.onHost(units, size, withoutBiases), top.onHost(new float[size], 1, all));
  }

  /**
   * Writes a file.
   *
   * @param weights [hidden values][classes]
   * @param biases [classes]
   */
  static void write(Path file, HiddenLayers hidden, float[] weights, float[] biases) {
    HiddenLayer below = hidden.place();
    int classes = biases.length;
    Checks.range(CLASSES, classes, 2, MAX_CLASSES);
    if (weights.length != below.size() * classes) {
      throw new IllegalArgumentException(
          weights.length
              + " weights are not those from "
              + below.size()
              + " values to "
              + classes
              + " classes");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    CheckpointHeader.describe(
        metadata, CheckpointHeader.CLASSIFIER, below.shape(), hidden.data(), below.recipe());
    metadata.put("scaling", DataSets.scaling(below.recipe().data()));
    metadata.put(NETWORK, below.network());
    metadata.put(LAYER, Integer.toString(below.layer()));
    metadata.put(CLASSES, Integer.toString(classes));
    List<Tensor> tensors = new ArrayList<>(hidden.tensors());
    String top = PREFIX + below.layers().size() + ".";
    List<ParameterShape> shapes = linear(classes).parameters(below.size());
    List<float[]> values = List.of(weights, biases);
    for (int i = 0; i < values.size(); i++) {
      ParameterShape shape = shapes.get(i);
      String name = top + shape.role();
      CheckpointTensors.requireFinite(name, values.get(i), file);
      tensors.add(Tensor.of(name, values.get(i), 1, shape.rows(), shape.columns()));
    }
    tensors.add(CheckpointTensors.checksum());
    Safetensors.write(file, metadata, tensors);
  }
}
