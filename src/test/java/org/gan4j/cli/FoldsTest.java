package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.gan4j.data.TfdFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run on data with folds is trained once and scored on each of them, as the paper does it. */
@Tag("fonts") // a run ends with pictures of curves
class FoldsTest {
  private static final String RECIPE =
      """
      name: tiny-faces
      data: tfd
      generator:
        - {type: dense, units: 2304, activation: sigmoid, weights: {type: uniform, irange: 0.05}}
      discriminator:
        - {type: dense, units: 1, activation: linear, weights: {type: uniform, irange: 0.05}}
      batch: 3
      stop: {epochs: 1}
      evaluation: {samples: 10, validation_examples: 2}
      """;

  @TempDir private Path folder;

  @Test
  void table1ScoresAllFoldsOnce() throws IOException {
    TfdFile.write(folder);
    Path recipe = Files.writeString(folder.resolve("faces.yaml"), "base: mnist\n" + RECIPE);
    TinyCommands commands = new TinyCommands(folder);
    Path run = commands.runs().resolve("table1-tiny-faces");
    Object[] table = {"table1", "--train", recipe, "--data", folder, "--device", "cpu"};
    commands.succeed(table);
    assertEquals(5, commands.lines("Toronto Face Database, fold ").size(), commands.out());
    assertFalse(commands.out().contains("fold)"), commands.out());
    assertTrue(commands.lines("| gan4j").get(0).contains(" ± "), commands.out());
    byte[][] scores = new byte[5][];
    for (int fold = 0; fold < 5; fold++) {
      scores[fold] = Files.readAllBytes(run.resolve("score-fold-" + fold + ".json"));
    }
    assertFalse(Arrays.equals(scores[0], scores[1]), "other tests");

    commands.succeed(table);
    assertEquals(0, commands.lines("Toronto Face Database, fold ").size(), commands.out());

    Files.delete(run.resolve("score-fold-3.json"));
    commands.succeed(table);
    assertTrue(Arrays.equals(scores[3], Files.readAllBytes(run.resolve("score-fold-3.json"))));
  }
}
