package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run with averaged weights, scored by those of its last step. */
@Tag("fonts") // every run ends with a chart
class OwnWeightsTest {
  private static final String SAID = "by the last step's weights, not their average";

  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
  }

  /** The test score that evaluate prints. */
  private String score(Object... args) {
    commands.succeed(args);
    List<String> lines = commands.out().lines().filter(l -> l.startsWith("parzen test")).toList();
    assertEquals(1, lines.size(), commands.out());
    return lines.get(0);
  }

  @Test
  void scoresAreThoseOfTheSameTrainingWithoutAnAverage() {
    Path plain = commands.train("plain", "--iterations", 60);
    Path averaged =
        commands.train("averaged", "--iterations", 60, "--set", "generator_average=0.0001");
    String expected = score("evaluate", plain);
    assertNotEquals(expected, score("evaluate", averaged));
    assertFalse(commands.out().contains(SAID), commands.out());
    assertEquals(expected, score("evaluate", averaged, "--own-weights"));
    assertTrue(commands.out().contains(SAID), commands.out());
  }

  @Test
  void measuresAreNotKept() {
    Path run = commands.train("averaged", "--set", "generator_average=0.01");
    commands.succeed(
        "measure", run, "--samples", 60, "--only", "precision,recall", "--own-weights");
    assertTrue(commands.out().contains(SAID), commands.out());
    assertTrue(commands.out().contains("not kept"), commands.out());
    assertFalse(Files.exists(run.resolve("measures.json")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--own-weights", "--best", "--samples=100", "--per-class=10"})
  void whatTable1ReadsIsNotOfThem(String option) {
    assertEquals(2, commands.run("evaluate", commands.train("plain"), option, "--folds"));
    assertTrue(commands.err().contains("what table1 reads"), commands.err());
  }

  @Test
  void withoutAnAverageTheyAreRefused() {
    Path run = commands.train("plain");
    for (String command : List.of("evaluate", "measure")) {
      assertEquals(2, commands.run(command, run, "--own-weights"));
      assertTrue(commands.err().contains("generator_average"), commands.err());
      assertEquals("", commands.out());
    }
  }
}
