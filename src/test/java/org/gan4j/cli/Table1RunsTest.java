package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which runs make a row of Table 1. */
@Tag("fonts") // every run ends with a chart
class Table1RunsTest {
  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
  }

  private Path run() {
    return commands.runs().resolve("table1-tiny");
  }

  private Object[] table(Object... more) {
    List<Object> words = new ArrayList<>(List.of("table1", "--train", commands.recipe()));
    words.addAll(List.of("--device", "cpu"));
    words.addAll(List.of(more));
    return words.toArray();
  }

  private void assertRefused(String why, Object... words) {
    assertEquals(2, commands.run(words), commands.out());
    assertTrue(commands.err().contains(why), commands.err());
    assertEquals(1, commands.err().lines().count(), commands.err());
  }

  @Test
  void moreEpochsGoOnAndFewerAreRefused() throws IOException {
    commands.succeed(table("--epochs", 1));
    String first = Files.readString(run().resolve("score.json"));
    commands.succeed(table("--epochs", 2));
    assertTrue(commands.out().contains("run folder: " + run()), commands.out());
    assertFalse(first.equals(Files.readString(run().resolve("score.json"))));
    assertRefused("was to be trained for 2 epochs, more than the 1", table("--epochs", 1));
  }

  @Test
  void anotherRecipeOfThatNameIsNotTheRun() throws IOException {
    commands.succeed(table("--epochs", 1));
    assertRefused("replicas: 1 there, 2 here", table("--epochs", 1, "--replicas", 2));
    Files.writeString(
        commands.recipe(),
        Files.readString(commands.recipe()).replaceAll("batch: [0-9]+", "batch: 10"));
    assertRefused("(batch: ", table("--epochs", 1));
  }

  @Test
  void seedsOfOneRowAreOfOneRecipe() {
    Path one = commands.train("one");
    Path other = commands.train("other", "--seed", 2);
    commands.succeed("table1", one, other);
    assertRefused("the same seed 1: give one", "table1", one, one);
    Path unlike = commands.train("unlike", "--seed", 3, "--set", "learning_rate.initial=0.05");
    assertRefused("(learning_rate.initial: ", "table1", one, unlike);
  }

  @Test
  void lengthsAreOfWhatIsTrained() {
    Path one = commands.train("one");
    assertRefused("--epochs is of what --train trains", "table1", one, "--epochs", 3);
    assertRefused(
        "--data, --device are of what --train trains",
        "table1",
        one,
        "--data",
        folder,
        "--device",
        "cpu");
  }

  @Test
  void measuresOfBeforeSayOfWhen() {
    Path run = commands.train("run");
    commands.succeed("measure", run, "--samples", 60, "--only", "precision,recall");
    commands.succeed("train", "--resume", run);
    assertTrue(Files.exists(run.resolve("score.json")), "nothing was trained");
    String wild = "learning_rate.initial=1e30";
    Path other = commands.train("other", "--iterations", 1);
    int code = commands.run("train", "--resume", other, "--set", wild, "--iterations", 30);
    assertEquals(2, code, "another rate is another run");
    assertTrue(Files.exists(other.resolve("score.json")), "refused");
    commands.succeed("train", "--resume", run, "--epochs", 3);
    commands.succeed("compare", run, commands.train("again"));
    String measured =
        commands.out().lines().filter(line -> line.startsWith("precision")).findFirst().get();
    assertTrue(measured.contains("(iteration "), measured);
  }
}
