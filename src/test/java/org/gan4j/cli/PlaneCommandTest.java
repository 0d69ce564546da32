package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The game in the plane, at its shortest. */
@Tag("fonts") // the pictures are charts
class PlaneCommandTest {
  private static final String SHORT =
      "plane --device cpu --units 8 --iterations 50 --samples 300 --out ";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String args) {
    return Main.execute(
        Main.commandLine(new PrintWriter(out), new PrintWriter(err), folder), args.split(" "));
  }

  @Test
  void countsInEveryWayTheSameTwice() throws IOException {
    Path first = folder.resolve("a/first");
    Path second = folder.resolve("second");
    assertEquals(0, run(SHORT + first + " --target ring"), err.toString());
    assertEquals(0, run(SHORT + second + " --target ring"), err.toString());
    assertEquals("", err.toString());
    List<String> lines = Files.readAllLines(first.resolve("plane.csv"));
    assertEquals("by,good,modes,accepted", lines.get(0));
    assertTrue(lines.get(1).matches("prior,\\d\\.\\d{4},\\d+,"), lines.get(1));
    List<String> methods = List.of("rejection", "metropolis", "hamiltonian");
    assertEquals(5, lines.size());
    for (int i = 0; i < 3; i++) {
      String line = lines.get(i + 2);
      assertTrue(line.matches(methods.get(i) + ",\\d\\.\\d{4},\\d+,\\d\\.\\d{4}"), line);
      assertTrue(out.toString().contains(methods.get(i)), out.toString());
    }
    for (String name : TinyCommands.names(first)) {
      assertArrayEquals(
          Files.readAllBytes(first.resolve(name)), Files.readAllBytes(second.resolve(name)), name);
    }
    assertEquals(5, TinyCommands.names(first).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--target square | --target must be grid or ring, not square",
        "--samples 0 | --samples must be 1 to",
        "--units 0 | units must be 1 to 4096, not 0",
        "--iterations 0 | iterations must be 1 to",
      })
  void refuses(String options, String why) {
    Path pictures = folder.resolve("none");
    assertEquals(2, run("plane --device cpu --out " + pictures + " " + options));
    assertTrue(err.toString().contains(why), err.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
    assertEquals(List.of(), TinyCommands.names(pictures));
  }
}
