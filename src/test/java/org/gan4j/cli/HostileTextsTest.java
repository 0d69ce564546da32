package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.gan4j.io.Printable;
import org.gan4j.io.Safetensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that stands in a file drives the terminal or the browser that shows it. */
@Tag("fonts") // pages and runs have charts
class HostileTextsTest {
  private static final Path PUBLISHED = Path.of("docs/results/mnist-30-epochs");

  /** Sets a window's title, clears the screen, turns the direction of writing. */
  private static final String HOSTILE = "\u001b]0;title\u0007\u009b2J\u202e";

  /** The same in a quoted text of YAML or JSON. */
  private static final String ESCAPED = "\\u001b]0;title\\u0007\\u009b2J\\u202e";

  @TempDir private Path folder;
  private TinyCommands commands;
  private Path run;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
    run = Files.createDirectory(folder.resolve("run"));
    try (Stream<Path> files = Files.list(PUBLISHED)) {
      for (Path file : files.toList()) {
        Files.copy(file, run.resolve(file.getFileName()));
      }
    }
  }

  private void write(String file, String before, String after) throws IOException {
    String text = Files.readString(run.resolve(file));
    assertTrue(text.contains(before), text);
    Files.writeString(run.resolve(file), text.replace(before, after));
  }

  private static void assertHarmless(String text) {
    List<String> odd =
        text.codePoints()
            .filter(c -> !Printable.prints(c) && c != '\n' && c != '\t')
            .mapToObj(Integer::toHexString)
            .toList();
    assertEquals(List.of(), odd, text);
  }

  private void assertHarmless(int code, Object... args) {
    assertEquals(code, commands.run(args), commands.err());
    assertHarmless(commands.out());
    assertHarmless(commands.err());
    assertTrue((commands.out() + commands.err()).contains(ESCAPED), "the text is shown");
  }

  @Test
  void ofARunsFolder() throws IOException {
    write("config.yaml", "name: mnist\n", "name: \"" + ESCAPED + "\"\n");
    write("config.yaml", "gan4j: \"0.1.0\"", "gan4j: \"" + ESCAPED + "\"");
    Files.writeString(
        run.resolve("alarms.jsonl"),
        "{\"iteration\":1,\"replica\":0,\"alarm\":\"collapse\",\"saw\":\"" + ESCAPED + "\"}\n");
    assertHarmless(0, "report", run);
    assertHarmless(0, "compare", run, PUBLISHED);
    assertHarmless(0, "table1", run, "--out", folder);
    assertHarmless(Files.readString(folder.resolve("table1.md")));
    assertHarmless(Files.readString(commands.runs().resolve("compare.html")));
    String page = Files.readString(run.resolve("report.html"));
    assertHarmless(page);
    assertTrue(page.contains("<td>" + ESCAPED + "</td>"), page);
  }

  @Test
  void ofACheckpoint() {
    Safetensors.write(
        run.resolve("checkpoint-latest.safetensors"), Map.of("format", HOSTILE), List.of());
    assertHarmless(1, "evaluate", run);
    assertHarmless(1, "train", "--resume", run);
    assertHarmless(1, "--verbose", "sample", run);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data", "k", "objective", "momentum"})
  void ofARecipe(String field) throws IOException {
    Files.writeString(commands.recipe(), "base: mnist-10k\n" + field + ": \"" + ESCAPED + "\"\n");
    assertHarmless(2, "train", commands.recipe());
  }

  @Test
  void ofTheCommandLine() {
    assertHarmless(2, "train", HOSTILE);
    assertHarmless(2, "evaluate", folder.resolve(HOSTILE));
  }

  @Test
  void whateverIsPrinted() {
    StringWriter terminal = new StringWriter();
    try (PrintWriter out = PlainWriter.before(terminal)) {
      out.printf("%s\t%c%n", "a\u001b[2J\r😀", '\u0007');
      out.write(new char[] {'\ud83d'});
      out.write('\ude00');
    }
    assertEquals("a\\u001b[2J\\u000d😀\t\\u0007\n😀", terminal.toString());
  }
}
