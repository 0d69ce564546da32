package org.gan4j.benchmarks.subject;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.gan4j.benchmarks.Workload;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.Graph;
import org.gan4j.io.AtomicFiles;
import org.gan4j.io.Json;

/** What a GPU shows with whole networks: the same function, the same bits twice, and how fast. */
public final class OnGpu {
  /** The system property with the device's name, for a look at this program without a GPU. */
  private static final String DEVICE = "gan4j.benchmarks.device";

  private OnGpu() {}

  /**
   * Runs one task; fails if what it checks does not hold.
   *
   * @param args {@code measure OUT.json [--quick]}: times; {@code measure-library OUT.json
   *     [--quick]}: those of the libraries' kernels; {@code exchange OUT.json FOLDER [--quick]}:
   *     the first iteration on the CPU and on the GPU compared, and the CPU's written to the folder
   *     for others to repeat; {@code repeat OUT.json [--quick]}: long trainings twice; {@code train
   *     OUT.json SECONDS [--data DIR] [--quick]}: mnist with its score, in the time given; {@code
   *     seeds OUT.json [--data DIR] [--quick]}: its first epochs from several seeds; {@code steps
   *     simultaneous|alternating N [--quick]}: N iterations, for a profiler to look at
   * @throws Exception if it fails
   */
  public static void main(String[] args) throws Exception {
    List<String> rest = new ArrayList<>(Arrays.asList(args).subList(1, args.length));
    boolean quick = rest.remove("--quick");
    Optional<Path> data = data(rest);
    Path out = Path.of(rest.get(0));
    switch (args[0]) {
      case "measure" -> new GpuTimes(quick, out, OnGpu::open).run();
      case "measure-library" -> new GpuTimes(quick, out, OnGpu::open).runLibrary();
      case "exchange" -> Agreement.exchange(out, Path.of(rest.get(1)), quick);
      case "repeat" -> GpuTraining.repeat(out, quick);
      case "train" -> GpuTraining.score(out, Double.parseDouble(rest.get(1)), data, quick);
      case "seeds" -> GpuSeeds.run(out, data, quick);
      case "steps" -> steps(rest.get(0).equals("alternating"), Long.parseLong(rest.get(1)), quick);
      default -> throw new IllegalArgumentException("no task '" + args[0] + "'");
    }
  }

  /**
   * Iterations of mnist, each a launch of its own: a profiler sees the same kernels N times. In a
   * row, as branches side by side come in any order.
   */
  private static void steps(boolean alternating, long iterations, boolean quick) {
    Workload w = new Workload("mnist", alternating, quick ? 20 : 100, quick ? 50 : 1200, 1);
    try (Iteration iteration =
        new Iteration(w, open(DeviceOptions.DEFAULT.withGraph(Graph.CHAIN)))) {
      for (long i = 0; i < iterations; i++) {
        iteration.run(1);
      }
    }
  }

  private static Optional<Path> data(List<String> arguments) {
    int at = arguments.indexOf("--data");
    if (at < 0) {
      return Optional.empty();
    }
    arguments.remove(at);
    return Optional.of(Path.of(arguments.remove(at)));
  }

  static Device open(DeviceOptions options) {
    return Device.open(System.getProperty(DEVICE, "cuda"), options, notice -> {});
  }

  /** The file of the same name with another ending. */
  static Path beside(Path file, String ending) {
    String name = file.getFileName().toString();
    return file.resolveSibling(name.substring(0, name.lastIndexOf('.') + 1) + ending);
  }

  /**
   * A number of so many digits in JSON, which has no infinity and no NaN.
   *
   * @param format of {@code String.format}
   */
  static Object number(String format, double value) {
    return Double.isFinite(value) ? Json.number(String.format(Locale.ROOT, format, value)) : null;
  }

  /** Replaces a file as a whole by a JSON object, a row for each object of its lists. */
  static void write(Path file, Map<String, Object> json) throws IOException {
    write(file, Json.write(json, Json.Layout.ROWS));
  }

  /** Replaces a file as a whole, so that a process that is ended leaves the old one. */
  static void write(Path file, String text) throws IOException {
    AtomicFiles.write(file, text);
  }
}
