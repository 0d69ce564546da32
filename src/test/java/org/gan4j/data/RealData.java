package org.gan4j.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The published files, on machines that have them. */
final class RealData {
  private RealData() {}

  /** Skips the test where {@code file} is not there. */
  static DataLocation having(String file) {
    String variable = System.getenv(DataLocation.FOLDER_VARIABLE);
    Path folder = Path.of(variable == null ? "../shared/data" : variable);
    assumeTrue(Files.exists(folder.resolve(file)), file + " is not here");
    return DataLocation.of(Optional.of(folder), Map.of(), folder).offline();
  }
}
