package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.LongStream;
import org.gan4j.data.DataSet;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.StateLayout;
import org.gan4j.io.Safetensors;
import org.gan4j.io.Safetensors.Tensor;
import org.gan4j.io.Safetensors.TensorInfo;
import org.gan4j.layers.Network;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeTree;

/** Short runs of small networks, and their checkpoints byte by byte. */
public final class TinyRun {
  static final DataSet DATA = SmallGans.data();

  private TinyRun() {}

  /** A recipe with some fields changed, each {@code path=value}. */
  public static Recipe with(Recipe recipe, String... changes) {
    Map<String, Object> tree = RecipeTree.of(recipe);
    for (String change : changes) {
      int equals = change.indexOf('=');
      RecipeTree.assign(tree, change.substring(0, equals), change.substring(equals + 1));
    }
    return RecipeTree.recipe(tree);
  }

  /** New networks of a recipe, initialised. */
  static Gan begin(Device device, Recipe recipe) {
    Gan gan = new Gan(device, recipe, SmallGans.SHAPE);
    gan.initialise(DATA);
    return gan;
  }

  static void train(Gan gan, long iterations) {
    try (Trainer trainer = new Trainer(gan, DATA)) {
      trainer.run(iterations);
    }
  }

  /** A checkpoint of a recipe's networks after some iterations. */
  static Path trained(Path file, Recipe recipe, long iterations) {
    try (Device device = Device.cpu();
        Gan gan = begin(device, recipe)) {
      train(gan, iterations);
      Checkpoint.save(file, gan, Map.of());
    }
    return file;
  }

  /** All bytes of all tensors of a checkpoint but its checksum, the training states among them. */
  public static Map<String, ByteBuffer> tensors(Path file) {
    Map<String, ByteBuffer> tensors = new TreeMap<>();
    try (Safetensors in = Safetensors.open(file)) {
      for (String name : in.names()) {
        ByteBuffer bytes = ByteBuffer.allocate((int) in.info(name).bytes());
        in.read(name, 0, bytes);
        tensors.put(name, bytes.flip());
      }
    }
    tensors.remove("checksum");
    return tensors;
  }

  /** The same of networks that live. */
  static Map<String, ByteBuffer> tensors(Gan gan) {
    Map<String, ByteBuffer> tensors = new TreeMap<>();
    put(tensors, "generator.", gan.generator());
    put(tensors, "discriminator.", gan.discriminator());
    if (gan.generatorForUse() != gan.generator()) {
      gan.generatorForUse()
          .parameters()
          .forEach(p -> tensors.put("generator." + p.name() + ".average", bytes(p.value())));
    }
    if (gan.discriminatorForUse() != gan.discriminator()) {
      gan.discriminatorForUse()
          .parameters()
          .forEach(p -> tensors.put("discriminator." + p.name() + ".average", bytes(p.value())));
    }
    tensors.put("state", states(gan, gan.state().buffer()));
    if (gan.state().hasTwo()) {
      tensors.put("discriminator_state", states(gan, gan.state().discriminator()));
    }
    return tensors;
  }

  private static ByteBuffer states(Gan gan, DeviceBuffer buffer) {
    int count = CheckpointTensors.stateWords(gan.recipe());
    ByteBuffer states = bytes(buffer.replicas() * count * Long.BYTES);
    long[] words = new long[StateLayout.WORDS];
    for (int r = 0; r < buffer.replicas(); r++) {
      Buffers.read(buffer, r, words);
      LongStream.of(words).limit(count).forEach(states::putLong);
    }
    return states.flip();
  }

  private static void put(Map<String, ByteBuffer> tensors, String prefix, Network network) {
    for (Parameter parameter : network.parameters()) {
      tensors.put(prefix + parameter.name(), bytes(parameter.value()));
      tensors.put(prefix + parameter.name() + ".velocity", bytes(parameter.velocity()));
      if (!parameter.moments().isEmpty()) {
        tensors.put(prefix + parameter.name() + ".first_moment", bytes(parameter.moments().get(0)));
        tensors.put(
            prefix + parameter.name() + ".second_moment", bytes(parameter.moments().get(1)));
      }
    }
  }

  private static ByteBuffer bytes(DeviceBuffer buffer) {
    ByteBuffer bytes = bytes((int) buffer.length() * buffer.replicas() * Float.BYTES);
    float[] values = new float[(int) buffer.length()];
    for (int r = 0; r < buffer.replicas(); r++) {
      Buffers.read(buffer, r, values);
      for (float value : values) {
        bytes.putFloat(value);
      }
    }
    return bytes.flip();
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Writes a checkpoint anew with other metadata or tensors, and the checksum they have; null
   * leaves a tensor as it is.
   */
  static Path forge(
      Path from, Path to, Map<String, String> metadata, BiFunction<String, byte[], Tensor> change) {
    List<Tensor> tensors = new ArrayList<>();
    Map<String, String> all = new LinkedHashMap<>();
    try (Safetensors in = Safetensors.open(from)) {
      all.putAll(in.metadata());
      all.putAll(metadata);
      all.values().removeIf(String::isEmpty);
      tensors(from)
          .forEach(
              (name, bytes) -> {
                Tensor other = change.apply(name, bytes.array());
                tensors.add(other == null ? same(in.info(name), bytes) : other);
              });
    }
    tensors.add(CheckpointTensors.checksum());
    Safetensors.write(to, all, tensors);
    return to;
  }

  private static Tensor same(TensorInfo info, ByteBuffer bytes) {
    return new Tensor(info, sink -> sink.write(bytes.duplicate()));
  }

  /** What every message of a failure must be. */
  public static void assertOneLine(String message) {
    assertFalse(message.isBlank());
    assertEquals(1, message.lines().count(), message);
  }

  /**
   * A copy of a checkpoint in which one value of a tensor is NaN, with the checksum that it has.
   */
  static Path spoilt(Path file, Path copy, String tensor, int value) {
    return forge(
        file,
        copy,
        Map.of(),
        (name, bytes) -> {
          if (!name.equals(tensor)) {
            return null;
          }
          ByteBuffer changed = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
          changed.putFloat(Float.BYTES * value, Float.NaN);
          try (Safetensors in = Safetensors.open(file)) {
            return new Safetensors.Tensor(in.info(name), sink -> sink.write(changed));
          }
        });
  }
}
