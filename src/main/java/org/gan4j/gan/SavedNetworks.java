package org.gan4j.gan;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.gan4j.FormatException;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Buffers;
import org.gan4j.io.OnnxReader;
import org.gan4j.io.Safetensors;
import org.gan4j.layers.Checks;
import org.gan4j.layers.Network;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Recipe;

/**
 * The networks of a file, for use: of a checkpoint, whole or of weights alone, or one of them as
 * ONNX.
 *
 * @param file where they are
 * @param metadata of the file
 * @param recipe that made them
 * @param shape of an example
 * @param conditionsOrNull where the networks have a condition
 * @param onnxOrNull the file if it is one of ONNX
 */
record SavedNetworks(
    Path file,
    Map<String, String> metadata,
    Recipe recipe,
    ImageShape shape,
    Conditions conditionsOrNull,
    OnnxReader onnxOrNull) {
  /** Checks the file as a whole. */
  static SavedNetworks read(Path file) {
    if (OnnxReader.isOnnx(file)) {
      OnnxReader onnx = OnnxReader.read(file);
      return of(file, onnx.metadata(), onnx, null);
    }
    try (Safetensors in = Safetensors.open(file)) {
      return of(file, in);
    }
  }

  /** Of a file that is open and no ONNX; checks it as a whole. */
  static SavedNetworks of(Path file, Safetensors in) {
    CheckpointHeader.requireWeights(in, file);
    CheckpointTensors.requireIntact(in, file);
    return of(file, in.metadata(), null, in);
  }

  private static SavedNetworks of(
      Path file, Map<String, String> metadata, OnnxReader onnxOrNull, Safetensors inOrNull) {
    Recipe recipe = CheckpointHeader.recipe(metadata, file);
    ImageShape shape = CheckpointHeader.shape(metadata, file);
    try {
      NetworkFit.require(recipe, shape);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": its recipe is damaged: " + e.getMessage(), e);
    }
    boolean conditional = inOrNull != null && recipe.condition().width() > 0;
    Conditions conditions =
        conditional ? CheckpointTensors.readConditions(recipe, inOrNull, file) : null;
    return new SavedNetworks(file, metadata, recipe, shape, conditions, onnxOrNull);
  }

  Consumer<Network> generator(int replica) {
    return weights("generator.", OnnxNetworks.GENERATOR, replica);
  }

  Consumer<Network> discriminator(int replica) {
    return weights("discriminator.", OnnxNetworks.DISCRIMINATOR, replica);
  }

  /**
   * What writes one replica's values into another's of networks of the same layers.
   *
   * @param in the file, still open when it writes
   */
  Runnable writing(Safetensors in, String prefix, Network network, int from, int to) {
    Checks.range("replica", from, 0, recipe.replicas() - 1);
    CheckpointTensors.requireParameters(in, network, prefix, recipe.replicas(), file);
    return () -> CheckpointTensors.load(in, prefix, from, network, to);
  }

  private Consumer<Network> weights(String prefix, String format, int replica) {
    Checks.range("replica", replica, 0, recipe.replicas() - 1);
    if (onnxOrNull == null) {
      return network -> read(network, prefix, end(prefix), replica);
    }
    if (!format.equals(metadata.get(CheckpointHeader.FORMAT))) {
      throw new FormatException(
          file + " holds no " + prefix.replace(".", "") + " of gan4j: export one to read it here");
    }
    return network -> {
      for (Parameter p : network.parameters()) {
        float[] values = onnxOrNull.tensor(prefix + p.name(), p.size());
        CheckpointTensors.requireFinite(prefix + p.name(), values, file);
        Buffers.write(p.value(), 0, values);
      }
    };
  }

  /** A whole checkpoint has the weights that training goes on with beside those for use. */
  private String end(String prefix) {
    boolean whole = CheckpointHeader.WHOLE.equals(metadata.get(CheckpointHeader.FORMAT));
    double average =
        prefix.equals("discriminator.")
            ? Gan.averageOfDiscriminator(recipe)
            : recipe.generatorAverage();
    return whole && average > 0 ? CheckpointTensors.AVERAGE : "";
  }

  private void read(Network network, String prefix, String end, int replica) {
    try (Safetensors in = Safetensors.open(file)) {
      CheckpointTensors.requireParameters(in, network, prefix, end, recipe.replicas(), file);
      CheckpointTensors.load(in, prefix, end, replica, network, 0);
    }
  }
}
