package org.gan4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.data.Split;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.SplitSizes;

/** What a task has of the machine that it runs on. */
final class OnExecutor {
  private static final String GPU = "gpu";

  private OnExecutor() {}

  /** A recipe's data, from a folder that every machine has, or from where they stand usually. */
  static DataSet data(Recipe recipe, String folderOrNull) {
    DataLocation where = DataLocation.standard(Optional.ofNullable(folderOrNull).map(Path::of));
    SplitSizes sizes = recipe.split();
    Split split = new Split(sizes.train(), sizes.validation(), sizes.test());
    return DataSets.open(recipe.data(), split, where, Progress.NONE);
  }

  /**
   * The task's own device: its threads are Spark's for it, and its card is the one it was given.
   */
  static Device open(TaskContext context, TaskDevice device) {
    ResourceInformation gpu = context.resourcesJMap().get(GPU);
    boolean any = device.name().equals("auto");
    boolean given = any && gpu != null && gpu.addresses().length > 0;
    String wanted = given ? "cuda:" + gpu.addresses()[0] : any ? "cpu" : device.name();
    DeviceOptions options = device.options();
    return Device.open(
        wanted,
        options.threads() > 0 ? options : options.withThreads(Math.max(1, context.cpus())),
        notice -> {});
  }

  /** A folder and all in it. */
  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
