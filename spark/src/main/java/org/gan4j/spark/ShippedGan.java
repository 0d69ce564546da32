package org.gan4j.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.recipe.Recipe;

/** Networks of a checkpoint that the driver sends to tasks, each of which opens them for itself. */
final class ShippedGan implements Serializable, AutoCloseable {
  private static final long serialVersionUID = 1;

  /** What a task does with the networks, on a device of its own. */
  @FunctionalInterface
  interface Use<T> {
    T with(Gan gan, DataSet images);
  }

  private final Broadcast<byte[]> networks;
  private final String dataOrNull;
  private final TaskDevice device;

  ShippedGan(JavaSparkContext spark, Path checkpoint, Optional<Path> data, TaskDevice device) {
    this.networks = spark.broadcast(read(checkpoint));
    this.dataOrNull = data.map(Path::toString).orElse(null);
    this.device = device;
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + file + ": " + e, e);
    }
  }

  /** In a task. */
  <T> T use(Use<T> what) throws IOException {
    Path file = Files.createTempFile("gan4j-networks", ".safetensors");
    try {
      Files.write(file, networks.value());
      Recipe recipe = Checkpoint.recipe(file);
      DataSet images = OnExecutor.data(recipe, dataOrNull);
      try (Device opened = OnExecutor.open(TaskContext.get(), device);
          Gan gan = Checkpoint.open(opened, file)) {
        gan.data().require(images);
        return what.with(gan, images);
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public void close() {
    networks.destroy();
  }
}
