package org.gan4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.gan4j.device.Device;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.run.RunFolder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java example of the README compiles, runs, and does what it says. */
@Tag("fonts") // the run ends with a chart
class ReadmeTest {
  private static final String BEGIN = "<!-- readme-example:begin -->\n```java\n";
  private static final String END = "```\n<!-- readme-example:end -->";
  private static final String FOLDER = "\"digits\"";
  private static final String LENGTH = "\"stop.epochs=30\"";

  /** The imports, then the statements. */
  private static final String FRAME =
      """
      %s
      public class Example {
        public static void main(String[] args) {
      %s
        }
      }
      """;

  @TempDir private Path folder;

  private static String example() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    return readme.substring(begin, readme.indexOf(END));
  }

  @Test
  void exampleCompilesAndRuns() throws Exception {
    Path run = folder.resolve("run");
    String text = example();
    assertTrue(text.contains(FOLDER) && text.contains(LENGTH), text);
    // The same run, but of a moment.
    String brief =
        text.replace(FOLDER, '"' + run.toString() + '"')
            .replace(LENGTH, "\"stop.iterations=2\", \"evaluation.samples=100\"");
    int statements = brief.indexOf("\n\n");
    assertTrue(brief.substring(statements).strip().lines().count() <= 12, "about ten lines");
    String printed =
        SourceText.run(
            folder,
            "Example",
            FRAME.formatted(brief.substring(0, statements), brief.substring(statements)));
    assertTrue(
        printed.matches(
            "iteration 2, epoch 0\\.0\\nFinished\\[iteration=2, end=LIMIT, score=.*\\n"),
        printed);
    try (Device device = Device.cpu();
        Gan gan = Checkpoint.open(device, RunFolder.open(run).latest())) {
      assertEquals(2, gan.iteration());
      assertEquals(7, gan.recipe().seed());
    }
    assertTrue(Files.exists(run.resolve("report.html")));
  }
}
