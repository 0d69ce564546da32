package org.gan4j.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/theory.md repeats the numbers that the command wrote, all of them and no others. */
class TheoryPageTest {
  private static final Path DOCS = Path.of("docs");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9_.]+)` \\| (\\S+) \\|$");
  private static final Pattern FIELD = Pattern.compile("\"([a-z0-9_.]+)\" : ([^,\\s]+)");
  private static final Pattern PICTURE = Pattern.compile("\\]\\((theory/[^)]+)\\)");

  @Test
  void numbersAreThoseOfTheFile() throws IOException {
    Set<String> written = matches(FIELD, "theory/numbers.json");
    assertTrue(written.size() > 20, "few numbers: " + written);
    assertEquals(written, matches(ROW, "theory.md"));
  }

  private static Set<String> matches(Pattern pattern, String file) throws IOException {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(Files.readString(DOCS.resolve(file)));
    while (matcher.find()) {
      found.add(matcher.group(1) + " = " + matcher.group(2));
    }
    return found;
  }

  @Test
  void picturesAreThere() throws IOException {
    Matcher matcher = PICTURE.matcher(Files.readString(DOCS.resolve("theory.md")));
    int count = 0;
    for (; matcher.find(); count++) {
      Path picture = DOCS.resolve(matcher.group(1));
      assertTrue(Files.isRegularFile(picture), picture + " is missing");
    }
    assertTrue(count > 5, "few pictures");
  }
}
