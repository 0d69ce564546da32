package org.gan4j.cli;

import java.io.PrintWriter;
import java.util.List;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import picocli.CommandLine.Option;

/** What computes, and how. */
class DeviceOption {
  /** With one of them {@code --set} begins where it is about the device and not the recipe. */
  private static final List<String> PREFIXES = List.of("cuda.", "cpu.");

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
    return assignments.stream()
        .anyMatch(each -> each.startsWith("cuda.math=") || each.startsWith("cpu.math="));
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
    DeviceOptions options =
        DeviceOptions.DEFAULT.with(assignments).withThreads(threads == null ? 0 : threads);
    return Device.open(
        device,
        options,
        notice -> {
          err.println(notice);
          err.flush();
        });
  }
}
