package org.gan4j.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of a text that is made of results. */
final class Readme {
  static final String BEGIN = "<!-- benchmarks:begin -->\n";
  static final String END = "<!-- benchmarks:end -->";

  private Readme() {}

  /** The text with the tables of these results between its markers. */
  static String with(String text, Results results, Results races) {
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException(
          "no place for the table: put "
              + BEGIN.strip()
              + " and "
              + END
              + " on lines of their own");
    }
    return text.substring(0, begin + BEGIN.length())
        + Table.summary(results)
        + Table.summary(races, results.environment())
        + text.substring(end);
  }

  /** Writes the tables; a file that is not there yet gets nothing else. */
  static void update(Path file, Results results, Results races) throws IOException {
    String text = Files.exists(file) ? Files.readString(file) : BEGIN + END + "\n";
    Files.writeString(file, with(text, results, races));
  }
}
