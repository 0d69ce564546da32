package org.gan4j.gan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Recipes;

/** Says how many MiB the process has grown by what it is told to do. */
public final class NativeGrowth {
  private static final int FEW = 80;
  private static final int MANY = 200;
  private static final int FORGOTTEN = 30;

  private NativeGrowth() {}

  public static void main(String[] arguments) throws IOException {
    DataSet data =
        DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);
    Recipe recipe = Recipes.get("mnist-10k");
    if (arguments[0].equals("counts")) {
      System.out.println(counts(recipe, data));
    } else {
      System.out.println(forgotten(recipe, data));
    }
  }

  private static long counts(Recipe recipe, DataSet data) throws IOException {
    long before = 0;
    try (Device device = Device.cpu();
        Gan gan = new Gan(device, recipe, data.shape())) {
      gan.initialise(data);
      for (int count = 1; count <= MANY; count++) {
        before = count == FEW ? resident() : before;
        try (Sampler sampler = new Sampler(gan, count)) {
          sampler.draw(1, Sampler.Stream.TEST);
        }
      }
    }
    return resident() - before;
  }

  /** With a device of each, and scratch memory of its. */
  private static long forgotten(Recipe recipe, DataSet data) throws IOException {
    forget(recipe, data);
    long before = resident();
    for (int i = 0; i < FORGOTTEN; i++) {
      forget(recipe, data);
    }
    return resident() - before;
  }

  private static void forget(Recipe recipe, DataSet data) {
    new Gan(Device.cpu(), recipe, data.shape()).initialise(data);
  }

  private static long resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        >> 10;
  }
}
