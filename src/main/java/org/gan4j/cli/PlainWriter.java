package org.gan4j.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import org.gan4j.io.Printable;

/**
 * What all results and messages go through: texts of files among them can't drive the terminal.
 * Only {@link LiveLine} does, past this.
 */
final class PlainWriter extends FilterWriter {
  private PlainWriter(Writer out) {
    super(out);
  }

  /** Flushes at the end of each line. */
  static PrintWriter before(Writer out) {
    return new PrintWriter(new PlainWriter(out), true);
  }

  @Override
  public void write(int c) throws IOException {
    write(String.valueOf((char) c));
  }

  @Override
  public void write(char[] buffer, int from, int length) throws IOException {
    write(String.valueOf(buffer, from, length));
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    StringBuilder plain = new StringBuilder(length);
    for (int i = from; i < from + length; i++) {
      char c = text.charAt(i);
      // Both halves of a pair pass, also in two calls.
      if (c == '\n' || c == '\t' || Character.isSurrogate(c)) {
        plain.append(c);
      } else {
        Printable.append(c, plain);
      }
    }
    out.write(plain.toString());
  }
}
