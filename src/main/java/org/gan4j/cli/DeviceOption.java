package org.gan4j.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import picocli.CommandLine.Option;

/** What computes, and how. */
class DeviceOption {
  /** With one of them {@code --set} begins where it is about the device and not the recipe. */
  private static final List<String> PREFIXES = List.of("cuda.", "cpu.");

  private static final String KERNELS = "cuda.kernels";
  private static final String MATH = "cuda.math";
  private static final String GRAPH = "cuda.graph";
  private static final String ALGORITHMS = "cuda.algorithms";
  private static final String LAUNCH = "cuda.launch";
  private static final String UPDATES = "cuda.updates";
  private static final String MAXOUT = "cpu.maxout";
  private static final String CPU_MATH = "cpu.math";

  /** All there are, and their values, for help texts. */
  static final String FIELDS =
      KERNELS
          + "=fused|library, "
          + MATH
          + "=tf32|fp32|bf16, "
          + GRAPH
          + "=parallel|chain, "
          + ALGORITHMS
          + "=proposed|timed, "
          + LAUNCH
          + "=complete|programmatic, "
          + UPDATES
          + "=apart|fused, "
          + MAXOUT
          + "=winners|dense, "
          + CPU_MATH
          + "=fp32|bf16";

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "auto",
      description =
          "auto, cpu, cuda or cuda:N for the GPU of that number, from 0 (default:"
              + " ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the CPU device, 1 or more (default: one for each processor).")
  private Integer threads;

  /** The options' own words, for another command. */
  List<String> words() {
    return threads == null
        ? List.of("--device", device)
        : List.of("--device", device, "--threads", threads.toString());
  }

  /** Those of the assignments that are about the device, or those that are not. */
  static List<String> only(boolean ofTheDevice, List<String> assignments) {
    return assignments.stream()
        .filter(each -> PREFIXES.stream().anyMatch(each::startsWith) == ofTheDevice)
        .toList();
  }

  /** Whether one of the assignments says in which precision products are. */
  static boolean nameMath(List<String> assignments) {
    return Stream.of(MATH, CPU_MATH)
        .anyMatch(name -> assignments.stream().anyMatch(each -> each.startsWith(name + "=")));
  }

  /**
   * Opens the device.
   *
   * @param assignments such as cuda.math=fp32
   * @param err told why auto takes the CPU
   */
  final Device open(List<String> assignments, PrintWriter err) {
    if (threads != null && threads < 1) {
      throw new IllegalArgumentException("--threads must be 1 or more, not " + threads);
    }
    DeviceOptions options = options(assignments).withThreads(threads == null ? 0 : threads);
    return Device.open(
        device,
        options,
        notice -> {
          err.println(notice);
          err.flush();
        });
  }

  static DeviceOptions options(List<String> assignments) {
    DeviceOptions options = DeviceOptions.DEFAULT;
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      String name = equals < 0 ? assignment : assignment.substring(0, equals);
      String value = equals < 0 ? "" : assignment.substring(equals + 1);
      options =
          switch (name) {
            case KERNELS ->
                options.withKernels(choice(name, value, DeviceOptions.KernelSet.values()));
            case MATH -> options.withMath(choice(name, value, DeviceOptions.Math.values()));
            case GRAPH -> options.withGraph(choice(name, value, DeviceOptions.Graph.values()));
            case ALGORITHMS ->
                options.withAlgorithms(choice(name, value, DeviceOptions.Algorithms.values()));
            case LAUNCH -> options.withLaunch(choice(name, value, DeviceOptions.Launch.values()));
            case UPDATES ->
                options.withUpdates(choice(name, value, DeviceOptions.Updates.values()));
            case MAXOUT -> options.withMaxout(choice(name, value, DeviceOptions.Maxout.values()));
            case CPU_MATH ->
                options.withCpuMath(choice(name, value, DeviceOptions.CpuMath.values()));
            default ->
                throw new IllegalArgumentException(
                    name
                        + " is unknown; of the device there are "
                        + String.join(
                            ", ",
                            KERNELS,
                            MATH,
                            GRAPH,
                            ALGORITHMS,
                            LAUNCH,
                            UPDATES,
                            MAXOUT,
                            CPU_MATH));
          };
    }
    return options;
  }

  private static <E extends Enum<E>> E choice(String name, String value, E[] choices) {
    List<String> names =
        Arrays.stream(choices).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
    int index = names.indexOf(value);
    if (index < 0) {
      throw new IllegalArgumentException(
          name + " must be " + String.join(" or ", names) + ", not '" + value + "'");
    }
    return choices[index];
  }
}
