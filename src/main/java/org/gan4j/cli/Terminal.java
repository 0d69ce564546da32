package org.gan4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is known about where the output goes. */
final class Terminal {
  private static final String TERMINALS = "/dev/(pts/.+|tty.*|console)";

  private Terminal() {}

  /** Whether a person watches: results and messages both go to a terminal. */
  static boolean isInteractive() {
    return isTerminal(1) && isTerminal(2) && !"dumb".equals(System.getenv("TERM"));
  }

  /**
   * Java's own answer, {@link System#console}, is about standard input as well, and differs between
   * versions.
   */
  private static boolean isTerminal(int descriptor) {
    try {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
      return target.toString().matches(TERMINALS);
    } catch (IOException e) {
      return false;
    }
  }
}
