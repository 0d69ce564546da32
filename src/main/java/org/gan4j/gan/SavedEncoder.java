package org.gan4j.gan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.gan4j.FormatException;
import org.gan4j.data.DataSets;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Buffers;
import org.gan4j.io.Safetensors;
import org.gan4j.io.Safetensors.Tensor;
import org.gan4j.io.Sha256;
import org.gan4j.layers.Checks;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.Network;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Recipe;

/**
 * An encoder in a safetensors file: its weights as F32 [1, rows, columns], and as metadata the
 * recipe with the encoder's layers, the shape of an example, and which generator's it is.
 *
 * @param file where it is
 * @param recipe that made it, of one replica
 * @param shape of an example
 * @param generatorId of the generator whose z it infers
 * @param iterations minibatches that it has learnt from
 */
record SavedEncoder(
    Path file, Recipe recipe, ImageShape shape, String generatorId, long iterations) {
  private static final String PREFIX = "encoder.";
  private static final String GENERATOR = "generator_sha256";
  private static final String ITERATIONS = "encoder_iterations";

  static SavedEncoder read(Path file) {
    try (Safetensors in = Safetensors.open(file)) {
      Map<String, String> metadata = in.metadata();
      CheckpointHeader.requireFormat(metadata, CheckpointHeader.ENCODER, "an encoder", file);
      Recipe recipe = CheckpointHeader.recipe(metadata, file);
      ImageShape shape = CheckpointHeader.shape(metadata, file);
      requireFit(in, recipe, shape, file);
      CheckpointTensors.requireIntact(in, file);
      return new SavedEncoder(
          file,
          recipe,
          shape,
          metadata.getOrDefault(GENERATOR, ""),
          CheckpointHeader.whole(metadata, ITERATIONS, file));
    }
  }

  /** Keeps a damaged recipe from allocating what the file does not hold. */
  private static void requireFit(Safetensors in, Recipe recipe, ImageShape shape, Path file) {
    if (recipe.encoder() == null || recipe.encoder().layers().isEmpty()) {
      throw new FormatException(file + ": it does not say the encoder's layers: it is damaged");
    }
    long needed;
    try {
      EncoderTraining.requireFit(recipe, shape);
      needed = LayerStack.parameterCount(recipe.encoder().layers(), shape.size());
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": its recipe is damaged: " + e.getMessage(), e);
    }
    CheckpointTensors.requireCount(in, PREFIX, needed, file);
  }

  /** Writes the values. */
  Consumer<Network> weights() {
    return CheckpointTensors.weights(file, PREFIX);
  }

  static void write(Path file, EncoderTraining training) {
    Map<String, String> metadata = new LinkedHashMap<>();
    CheckpointHeader.describe(
        metadata, CheckpointHeader.ENCODER, training.shape(), training.data(), training.recipe());
    metadata.put("scaling", DataSets.scaling(training.recipe().data()));
    metadata.put(GENERATOR, training.generatorId());
    metadata.put(ITERATIONS, Long.toString(training.iteration()));
    List<Tensor> tensors = new ArrayList<>();
    for (CheckpointTensors.Entry entry : CheckpointTensors.values(PREFIX, training.network())) {
      tensors.add(
          new Tensor(
              CheckpointTensors.info(entry, 1),
              sink -> CheckpointTensors.stream(entry, 0, training.iteration(), sink)));
    }
    tensors.add(CheckpointTensors.checksum());
    Safetensors.write(file, metadata, tensors);
  }

  /**
   * What tells one generator from another: a hash of what its layers compute, of z and of all
   * weights.
   *
   * @param replica of the Gan, from 0
   * @return 64 hexadecimal digits
   */
  static String generatorId(Gan gan, int replica) {
    gan.requireValues();
    Checks.range("replica", replica, 0, gan.recipe().replicas() - 1);
    MessageDigest digest = Sha256.digest();
    List<String> layers = gan.recipe().generator().stream().map(LayerSpec::structure).toList();
    Noise z = gan.recipe().noise();
    String noise =
        "Noise[distribution=%s, size=%d, scale=%s, mean=%s]"
            .formatted(z.distribution(), z.size(), z.scale(), z.mean());
    String structure = noise + " " + layers;
    digest.update(structure.getBytes(StandardCharsets.UTF_8));
    for (Parameter p : gan.generatorForUse().parameters()) {
      float[] values = new float[p.size()];
      Buffers.read(p.value(), replica, values);
      ByteBuffer bytes = ByteBuffer.allocate(p.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      digest.update(bytes.array());
    }
    return Sha256.hex(digest);
  }
}
