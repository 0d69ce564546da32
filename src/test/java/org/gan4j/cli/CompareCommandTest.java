package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("fonts") // pages and runs have charts
class CompareCommandTest {
  private static final Path LONG = Path.of("docs/results/mnist-10k");
  private static final Path THREE = Path.of("docs/results/mnist-30-epochs");

  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
  }

  private List<String> rows() {
    return commands.out().lines().map(line -> line.replaceAll(" {2,}", "|")).toList();
  }

  @Test
  void onlyWhatDiffersAndWhatCameOfIt() throws IOException {
    Path page = folder.resolve("new/folder/both.html");
    assertEquals(0, commands.run("compare", LONG, THREE, "--out", page), commands.err());
    List<String> rows = rows();
    assertEquals("|mnist-10k|mnist-30-epochs", rows.get(0));
    assertTrue(rows.contains("learning_rate.initial|0.2|0.1"), commands.out());
    assertTrue(rows.contains("stop.epochs|110|30"), commands.out());
    assertTrue(rows.contains("replicas|1|3"), commands.out());
    assertTrue(rows.contains("iterations|8800|15000"), commands.out());
    assertTrue(rows.contains("last validation, nats|107.6|122.2"), commands.out());
    assertTrue(
        rows.contains("Parzen test, nats|103.6 ± 5.0|125.8 ± 5.1 (3 seeds)"), commands.out());
    assertFalse(commands.out().contains("batch"), commands.out());
    assertFalse(commands.out().contains("run."), commands.out());
    assertEquals("page: " + page, rows.get(rows.size() - 1));
    String html = Files.readString(page);
    assertTrue(html.contains("<td>learning_rate.initial</td><td>0.2</td><td>0.1</td>"));
    assertEquals(2, html.split("class=\"chart\" alt=\"Loss of D\"").length, "one such chart");
  }

  @Test
  void equalRecipesDifferInNothing() throws IOException {
    assertEquals(0, commands.run("compare", LONG, LONG), commands.err());
    assertEquals("|" + LONG + "|" + LONG, rows().get(0));
    assertEquals("iterations|8800|8800", rows().get(1));
    assertTrue(Files.readString(commands.runs().resolve("compare.html")).contains(">Nothing.<"));
  }

  /** What was measured on other samples or in other features is told. */
  @Test
  void measuresComeWithWhatTheyWereMeasuredOn() {
    Path some = Path.of("docs/reproduction/averaged-225");
    assertEquals(0, commands.run("compare", some, LONG), commands.err());
    assertTrue(
        rows().stream()
            .anyMatch(
                row ->
                    row.startsWith(
                        "measured on|2000 samples, 2000 tests, features of mnist-conv-1 (sha256 ")),
        commands.out());
  }

  @Test
  void wrongArguments() {
    assertEquals(2, commands.run("compare", LONG));
    assertTrue(commands.err().contains("RUN"), commands.err());
    assertEquals(2, commands.run("compare", LONG, folder));
    assertTrue(commands.err().contains("is not the folder of a run"), commands.err());
    assertEquals(2, commands.run("compare", LONG, THREE, "--out", "page.txt"));
    assertTrue(commands.err().contains("--out must name a .html file"), commands.err());
  }
}
