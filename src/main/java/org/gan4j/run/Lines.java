package org.gan4j.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The lines of a file of a run, one at a time: a long run of many replicas has files of any length,
 * but none of their lines is long.
 */
final class Lines {
  /** Some ten times what the most replicas have to say. */
  static final int LONGEST = 1 << 22;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;

  private Lines(InputStream in) {
    this.in = in;
  }

  /** What is done with a line. */
  interface Use {
    void of(String line) throws IOException;
  }

  /**
   * Reads a file. Any byte is a character of ISO 8859-1: one that is damaged spoils its line alone,
   * and what is written again stays as it is.
   *
   * @param file of lines, the last of which may lack its end
   * @param use of each line; one that is longer than any run's is given as an empty one
   * @throws IOException if it can't be read
   */
  static void read(Path file, Use use) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Lines lines = new Lines(in);
      StringBuilder line = new StringBuilder();
      while (lines.next(line)) {
        use.of(line.toString());
      }
    }
  }

  /** False at the end of the file. */
  private boolean next(StringBuilder line) throws IOException {
    line.setLength(0);
    int c = read();
    if (c < 0) {
      return false;
    }
    boolean tooLong = false;
    for (; c >= 0 && c != '\n'; c = read()) {
      tooLong |= line.length() == LONGEST;
      if (!tooLong) {
        line.append((char) c);
      }
    }
    int last = line.length() - 1;
    if (tooLong) {
      line.setLength(0);
    } else if (last >= 0 && line.charAt(last) == '\r') {
      line.setLength(last);
    }
    return true;
  }

  private int read() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, in.read(buffer));
    }
    return end == 0 ? -1 : Byte.toUnsignedInt(buffer[at++]);
  }
}
