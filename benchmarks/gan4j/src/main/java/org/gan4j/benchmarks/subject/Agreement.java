package org.gan4j.benchmarks.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Numbers;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Workload;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.KernelSet;
import org.gan4j.device.DeviceOptions.Math;

/**
 * How well the first iteration of a GPU agrees with the CPU's.
 *
 * @param id which iteration, and the GPU's precision
 * @param math the GPU's precision
 * @param largest the largest there is
 * @param where in which tensor
 * @param beyond all tensors that differ by more than the bound
 * @param error why there was nothing to compare, or empty
 */
record Agreement(
    String id, Math math, double largest, String where, List<String> beyond, String error) {
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

  /** With factors of 7 bits: TF32's largest difference was 0.022, and this has eight times that. */
  private static final double COARSEST = 0.5;

  /** Compares every tensor; a NaN differs infinitely. */
  static Agreement of(String id, Math math, Tensors expected, Tensors found) {
    double largest = 0;
    String where = "";
    List<String> beyond = new ArrayList<>();
    for (String name : expected.names()) {
      double difference = Numbers.difference(expected.get(name), found.get(name));
      if (Double.isNaN(difference)) {
        difference = Double.POSITIVE_INFINITY;
      }
      if (difference > bound(math)) {
        beyond.add(name);
      }
      if (difference >= largest) {
        largest = difference;
        where = name;
      }
    }
    return new Agreement(id, math, largest, where, beyond, "");
  }

  static Agreement failed(String id, Math math, Throwable problem) {
    return new Agreement(id, math, Double.NaN, "", List.of(), problem.toString());
  }

  /** The largest difference of one tensor that is allowed. */
  private static double bound(Math math) {
    return switch (math) {
      case FP32 -> ROUNDING;
      case TF32 -> COARSE;
      case BF16 -> COARSEST;
    };
  }

  boolean agrees() {
    return beyond.isEmpty() && error.isEmpty();
  }

  /** Whether nothing else is worth measuring without it; bf16 is only tried out. */
  private boolean decisive() {
    return math != Math.BF16;
  }

  /** In words. */
  @Override
  public String toString() {
    if (!error.isEmpty()) {
      return id + ": " + error;
    }
    return String.format(Locale.ROOT, "%s: at most %.2e, in %s", id, largest, where)
        + (beyond.isEmpty() ? "" : "; too far: " + String.join(", ", beyond));
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("agrees", agrees());
    json.put("largest", OnGpu.number("%.4e", largest));
    json.put("in", where);
    json.put("bound", OnGpu.number("%.1e", bound(math)));
    json.put("beyond", beyond);
    if (!error.isEmpty()) {
      json.put("error", error);
    }
    return json;
  }

  /**
   * Writes the CPU's first iterations for others to repeat, then compares the GPU's with them.
   *
   * @param json where the comparisons go, after each anew
   * @param folder where the iterations go; made if it is missing
   * @param quick tiny sizes
   * @throws IOException if a file can't be written
   * @throws IllegalStateException if one in single precision or TF32 differs, after everything was
   *     written
   */
  static void exchange(Path json, Path folder, boolean quick) throws IOException {
    Files.createDirectories(folder);
    List<Workload> workloads = new ArrayList<>();
    List<Tensors> expected = new ArrayList<>();
    for (boolean alternating : new boolean[] {false, true}) {
      Workload w = new Workload("mnist", alternating, quick ? 20 : 100, quick ? 50 : 1200, 1);
      workloads.add(w);
      expected.add(record(w, Device.cpu()));
      expected
          .get(expected.size() - 1)
          .write(folder.resolve((alternating ? "alternating" : "simultaneous") + ".tensors"));
    }
    List<Agreement> all = new ArrayList<>();
    // An error on the device stays with its process: bf16, which decides nothing, comes last.
    for (Math math : List.of(Math.FP32, Math.TF32, Math.BF16)) {
      for (int i = 0; i < workloads.size(); i++) {
        all.add(compare(workloads.get(i), math, expected.get(i)));
        System.out.println(all.get(all.size() - 1));
        write(json, all);
      }
    }
    requireAgreement(all);
  }

  private static Agreement compare(Workload workload, Math math, Tensors expected) {
    String id = new Case.Iteration(workload).id() + " " + math;
    try {
      Device device = OnGpu.open(DeviceOptions.DEFAULT.withKernels(KernelSet.FUSED).withMath(math));
      return of(id, math, expected, record(workload, device));
    } catch (RuntimeException | LinkageError e) {
      e.printStackTrace();
      return failed(id, math, e);
    }
  }

  private static Tensors record(Workload workload, Device device) {
    try (Iteration iteration = new Iteration(workload, device)) {
      return iteration.record();
    }
  }

  static void write(Path json, List<Agreement> all) throws IOException {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("agrees", all.stream().allMatch(each -> each.agrees() || !each.decisive()));
    tree.put("agreement", all.stream().map(Agreement::json).toList());
    OnGpu.write(json, tree);
  }

  /** Fails if one of them does not agree, unless it is in bf16. */
  static void requireAgreement(List<Agreement> all) {
    String wrong =
        all.stream()
            .filter(each -> !each.agrees() && each.decisive())
            .map(Agreement::toString)
            .collect(Collectors.joining("; "));
    if (!wrong.isEmpty()) {
      throw new IllegalStateException("CPU and GPU differ: " + wrong);
    }
  }
}
