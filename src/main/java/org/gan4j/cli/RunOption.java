package org.gan4j.cli;

import java.nio.file.Path;
import org.gan4j.run.RunFolder;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The run that a command is about, and which of its checkpoints. */
final class RunOption {
  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run;

  @Option(
      names = "--best",
      description = "The best checkpoint by validation, even if train scored the latest.")
  private boolean best;

  /** The folder, as it was named. */
  Path path() {
    return run;
  }

  /** Whether the best checkpoint is asked for. */
  boolean wantsBest() {
    return best;
  }

  /**
   * Opens the folder.
   *
   * @throws IllegalArgumentException if it holds no checkpoint
   */
  RunFolder folder() {
    return RunFolder.open(run);
  }

  /**
   * The checkpoint that is asked for.
   *
   * @throws IllegalArgumentException if it is not there
   */
  Path checkpoint() {
    return folder().checkpoint(best);
  }
}
