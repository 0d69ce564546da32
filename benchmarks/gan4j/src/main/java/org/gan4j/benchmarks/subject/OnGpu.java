package org.gan4j.benchmarks.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Numbers;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Workload;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.KernelSet;
import org.gan4j.device.DeviceOptions.Math;

/** What a GPU shows with whole networks: the same function, the same bits twice, and how fast. */
public final class OnGpu {
  /** The system property with the device's name, for a look at this program without a GPU. */
  private static final String DEVICE = "gan4j.benchmarks.device";

  /**
   * Of the Euclidean norm, as among libraries on the CPU: room for a near tie of two maxout pieces,
   * which rounding may turn.
   */
  private static final double ROUNDING = 3e-3;

  /**
   * The same with factors of 10 bits, which turn more of the near ties. Still far from what a wrong
   * mask or a missing term makes.
   */
  private static final double COARSE = 0.1;

  private OnGpu() {}

  /**
   * Runs one task; fails if what it checks does not hold.
   *
   * @param args {@code measure OUT.json [--quick]}: times; {@code exchange FOLDER [--quick]}: the
   *     first iteration on the CPU and on the GPU compared, and written for others to repeat;
   *     {@code repeat OUT.json [--quick]}: long trainings twice; {@code train OUT.json SECONDS
   *     [--data DIR] [--quick]}: mnist with its score, in the time given
   * @throws Exception if it fails
   */
  public static void main(String[] args) throws Exception {
    List<String> rest = new ArrayList<>(Arrays.asList(args).subList(1, args.length));
    boolean quick = rest.remove("--quick");
    Optional<Path> data = data(rest);
    Path out = Path.of(rest.get(0));
    switch (args[0]) {
      case "measure" -> new GpuTimes(quick, out).run();
      case "exchange" -> exchange(out, quick);
      case "repeat" -> GpuTraining.repeat(out, quick);
      case "train" -> GpuTraining.score(out, Double.parseDouble(rest.get(1)), data, quick);
      default -> throw new IllegalArgumentException("no task '" + args[0] + "'");
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

  /** A text in JSON. */
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static void exchange(Path folder, boolean quick) throws IOException {
    Files.createDirectories(folder);
    List<String> lines = new ArrayList<>();
    for (boolean alternating : new boolean[] {false, true}) {
      Workload w = new Workload("mnist", alternating, quick ? 20 : 100, quick ? 50 : 1200, 1);
      Tensors expected = record(w, Device.cpu());
      expected.write(folder.resolve((alternating ? "alternating" : "simultaneous") + ".tensors"));
      for (Math math : Math.values()) {
        Tensors found = record(w, open(new DeviceOptions(KernelSet.FUSED, math)));
        double bound = math == Math.FP32 ? ROUNDING : COARSE;
        lines.add(compare(new Case.Iteration(w).id() + " " + math, expected, found, bound));
      }
    }
    Files.writeString(
        folder.resolve("agreement.json"),
        "{\"agreement\": [\n" + String.join(",\n", lines) + "\n]}\n");
  }

  private static Tensors record(Workload workload, Device device) {
    try (Iteration iteration = new Iteration(workload, device)) {
      return iteration.record();
    }
  }

  private static String compare(String what, Tensors expected, Tensors found, double bound) {
    double worst = 0;
    String where = "";
    for (String name : expected.names()) {
      double difference = Numbers.difference(expected.get(name), found.get(name));
      // Not the other way round: a NaN must not pass.
      if (!(difference <= bound)) {
        throw new IllegalStateException(
            what + ": CPU and GPU differ in " + name + " by " + difference);
      }
      if (difference >= worst) {
        worst = difference;
        where = name;
      }
    }
    System.out.printf(Locale.ROOT, "%s: at most %.2e, in %s%n", what, worst, where);
    return String.format(
        Locale.ROOT,
        "{\"id\": %s, \"largest\": %.4e, \"in\": %s, \"bound\": %.1e}",
        quoted(what),
        worst,
        quoted(where),
        bound);
  }
}
