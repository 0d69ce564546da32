package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import picocli.CommandLine.Option;

/** Where the data is. */
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder with the data set's files. Without it: GAN4J_DATA, the cache, a download.")
  private Path folder;

  /** The data set of a recipe. */
  DataSet open(String name, PrintWriter err) {
    if (folder != null && !Files.isDirectory(folder)) {
      throw new IllegalArgumentException("--data " + folder + ": there is no such folder");
    }
    try (DownloadDisplay display = new DownloadDisplay(err)) {
      return DataSets.open(name, DataLocation.standard(Optional.ofNullable(folder)), display);
    }
  }
}
