package org.gan4j.cli;

/** The command line. */
public final class Main {
  private Main() {}

  /**
   * Runs one command.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    System.out.println(String.join(" ", args));
  }
}
