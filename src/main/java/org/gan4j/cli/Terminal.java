package org.gan4j.cli;

/** What is known about where the output goes. */
final class Terminal {
  private Terminal() {}

  /** Whether a person watches: both input and output are a terminal. */
  static boolean isInteractive() {
    return System.console() != null && !"dumb".equals(System.getenv("TERM"));
  }
}
