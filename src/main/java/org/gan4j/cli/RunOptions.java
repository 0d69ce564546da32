package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.device.Device;
import picocli.CommandLine.Option;

/** What every command that computes takes: where the data is, and what computes. */
final class RunOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder with the data set's files. Without it: GAN4J_DATA, the cache, a download.")
  private Path data;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "auto or cpu (default: ${DEFAULT-VALUE}).")
  private String device;

  Device openDevice() {
    return Device.open(device);
  }

  DataSet openData(String name, PrintWriter err) {
    try (DownloadDisplay display = new DownloadDisplay(err)) {
      return DataSets.open(name, DataLocation.standard(Optional.ofNullable(data)), display);
    }
  }
}
