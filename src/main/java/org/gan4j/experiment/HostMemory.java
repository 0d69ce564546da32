package org.gan4j.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.gan.MemoryNeed;
import org.gan4j.recipe.Recipe;

/**
 * What the Linux kernel says is left, on the machine and in the container, whatever limit Java's
 * own heap has.
 */
public final class HostMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Path ROOT = Path.of("/");
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
    for (Images part : data.parts()) {
      dataBytes += (long) part.count() * part.shape().size();
    }
    boolean bf16 = device.options().cpuMath() == DeviceOptions.CpuMath.BF16;
    MemoryNeed.of(recipe, bf16).requireFit(dataBytes, available());
  }

  /**
   * What is left.
   *
   * @return bytes; far too many to matter where the kernel doesn't tell
   */
  public static long available() {
    return Math.min(onTheMachine(), ContainerMemory.left(ROOT));
  }

  /**
   * What is left, for people.
   *
   * @return such as "11.2 GiB available"
   */
  public static String description() {
    long available = available();
    if (available == Long.MAX_VALUE) {
      return "unknown";
    }
    boolean contained = available < onTheMachine();
    return MemoryNeed.size(available) + " available" + (contained ? " in this container" : "");
  }

  private static long onTheMachine() {
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
