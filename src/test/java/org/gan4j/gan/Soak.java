package org.gan4j.gan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.gan4j.device.Device;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;

/**
 * What ci/soak runs: a long training, many devices opened and closed, and networks of many shapes
 * on one device, after which the process must hold no more than early on.
 */
public final class Soak {
  /** A heap of a fixed size that is touched at once leaves the allocator's own ups and downs. */
  private static final long GROWTH_KB = 48 << 10;

  private Soak() {}

  /**
   * What the process holds.
   *
   * @param kilobytes resident
   * @param handles open files
   * @param threads of any kind
   */
  private record Held(long kilobytes, long handles, long threads) {
    static Held now() throws IOException {
      System.gc();
      long kilobytes =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
              .sum();
      return new Held(kilobytes, count("/proc/self/fd"), count("/proc/self/task"));
    }

    private static long count(String folder) throws IOException {
      try (Stream<Path> all = Files.list(Path.of(folder))) {
        return all.count();
      }
    }
  }

  /**
   * Runs them all.
   *
   * @param args steps of the training, rounds of opening and closing, shapes
   */
  public static void main(String[] args) throws IOException {
    long steps = Long.parseLong(args[0]);
    try (Device device = Device.cpu();
        Gan gan = TinyRun.begin(device, SmallGans.simultaneous());
        Trainer trainer = new Trainer(gan, TinyRun.DATA)) {
      check(
          "steps",
          steps,
          count -> {
            trainer.run(count);
            trainer.totals();
          });
    }
    check("rounds", Long.parseLong(args[1]), Soak::rounds);
    try (Device device = Device.cpu()) {
      int[] noise = {0};
      check("shapes", Long.parseLong(args[2]), count -> shapes(device, noise, count));
    }
  }

  /** For products of other sizes oneDNN prepares anew. */
  private static void shapes(Device device, int[] noise, long count) {
    for (long i = 0; i < count; i++) {
      List<String> size = List.of("noise.size=" + ++noise[0]);
      round(device, RecipeYaml.with(SmallGans.simultaneous(), size));
    }
  }

  private static void rounds(long count) {
    for (long i = 0; i < count; i++) {
      try (Device device = Device.cpu()) {
        round(device, SmallGans.simultaneous());
      }
    }
  }

  private static void round(Device device, Recipe recipe) {
    try (Gan gan = TinyRun.begin(device, recipe);
        Trainer trainer = new Trainer(gan, TinyRun.DATA)) {
      trainer.run(2);
      trainer.totals();
    }
  }

  /** The first fifth warms up; what the rest adds must be nothing. */
  private static void check(String what, long count, LongConsumer work) throws IOException {
    long first = Math.max(1, count / 5);
    work.accept(first);
    Held before = Held.now();
    work.accept(count - first);
    Held after = Held.now();
    System.out.printf("%d %s: %s, then %s%n", count, what, before, after);
    if (after.kilobytes > before.kilobytes + GROWTH_KB
        || after.handles > before.handles
        || after.threads > before.threads) {
      throw new AssertionError(what + ": the process holds more and more");
    }
  }
}
