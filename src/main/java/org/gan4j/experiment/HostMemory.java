package org.gan4j.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.device.Device;
import org.gan4j.gan.MemoryNeed;
import org.gan4j.recipe.Recipe;

/** What the Linux kernel says is left, whatever limit Java's own heap has. */
final class HostMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final String AVAILABLE = "MemAvailable:";

  private HostMemory() {}

  /**
   * Refuses a run that can't fit into the host's memory. Its data is there already, and is copied
   * once more. A card refuses by itself what it has no room for.
   *
   * @throws IllegalArgumentException if the run would live in the host's memory, and that has not
   *     enough left
   */
  static void requireFit(Device device, Recipe recipe, DataSet data) {
    if (!device.usesHostMemory()) {
      return;
    }
    long dataBytes = 0;
    for (Images part : List.of(data.train(), data.validation(), data.test())) {
      dataBytes += (long) part.count() * part.shape().size();
    }
    MemoryNeed.of(recipe).requireFit(dataBytes, available());
  }

  /** Bytes; far too many to matter where the kernel doesn't tell. */
  private static long available() {
    try {
      for (String line : Files.readAllLines(MEMINFO)) {
        if (line.startsWith(AVAILABLE)) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
        }
      }
    } catch (IOException | NumberFormatException e) {
      return Long.MAX_VALUE;
    }
    return Long.MAX_VALUE;
  }
}
