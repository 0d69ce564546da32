package org.gan4j.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import picocli.CommandLine.Option;

/** What computes, and how, in commands that have nothing else to set. */
final class DeviceSettings extends DeviceOption {
  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Change a field of the device: " + DeviceOptions.FIELDS + "; may be given several times.")
  private List<String> assignments = List.of();

  /** Such as cuda.math=fp32. */
  List<String> assignments() {
    return assignments;
  }

  @Override
  List<String> words() {
    List<String> words = new ArrayList<>(super.words());
    assignments.forEach(assignment -> words.addAll(List.of("--set", assignment)));
    return words;
  }

  /**
   * Opens the device.
   *
   * @param err told why auto takes the CPU
   */
  Device open(PrintWriter err) {
    return open(assignments, err);
  }
}
