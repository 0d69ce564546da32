package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a run of two iterations. */
@Tag("fonts") // pages and runs have charts
class CommandsTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int gan4j(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.execute(Main.commandLine(new PrintWriter(out), new PrintWriter(err), folder), args);
  }

  private Path run(String name, String... more) {
    Path run = folder.resolve(name);
    String[] fixed = {
      "train",
      "mnist-10k",
      "--iterations",
      "2",
      "--out",
      run.toString(),
      "--set",
      "generator.0.units=9",
      "--set",
      "generator.1.units=8",
      "--set",
      "discriminator.1.units=4",
      "--set",
      "discriminator.3.units=3",
      "--set",
      "evaluation.samples=20"
    };
    String[] args = Stream.of(fixed, more).flatMap(Arrays::stream).toArray(String[]::new);
    assertEquals(0, gan4j(args), err.toString());
    return run;
  }

  @Test
  void figuresOfARun() throws IOException {
    Path run = run("run");
    String first = Files.readString(run.resolve("figure2.csv"));
    Files.delete(run.resolve("figure2.png"));
    Files.delete(run.resolve("figure3.png"));
    assertEquals(0, gan4j("figures", run.toString()), err.toString());
    assertTrue(Files.exists(run.resolve("figure2.png")));
    assertTrue(Files.exists(run.resolve("figure3.png")));
    assertEquals(first, Files.readString(run.resolve("figure2.csv")));
    List<String> lines = first.lines().toList();
    assertEquals("row,training_example,distance", lines.get(0));
    assertEquals(9, lines.size());
    assertTrue(lines.get(8).matches("7,\\d+,\\d+\\.\\d{4}"), first);
    assertTrue(out.toString().contains(first), out.toString());
  }

  @Test
  void samplesOfThePublishedModel() throws IOException {
    Path picture = folder.resolve("digits.png");
    assertEquals(0, gan4j("sample", "mnist", "--count", "9", "--out", picture.toString()));
    byte[] first = Files.readAllBytes(picture);
    assertEquals(0, gan4j("sample", "mnist", "--count", "9", "--out", picture.toString()));
    assertArrayEquals(first, Files.readAllBytes(picture));
    for (String option : List.of("--interpolate", "--best")) {
      assertEquals(2, gan4j("sample", "mnist", option, "--out", picture.toString()), option);
      String last = err.toString().lines().reduce((a, b) -> b).orElseThrow();
      assertTrue(last.startsWith("gan4j: ") && last.contains("model"), err.toString());
    }
    assertEquals(2, gan4j("sample", "no-such-model", "--out", picture.toString()));
    assertTrue(err.toString().contains("no-such-model"), err.toString());
  }

  @Test
  void table1OfRuns() throws IOException {
    Path run = run("run", "--replicas", "2");
    Path table = folder.resolve("table");
    assertEquals(0, gan4j("table1", run.toString(), "--out", table.toString()), err.toString());
    assertTrue(out.toString().contains("| gan4j | n/a | n/a |"), out.toString());
    assertTrue(
        out.toString().contains("Not in the table: recipe mnist-10k, seed 2, scores "),
        out.toString());
    assertEquals(out.toString(), Files.readString(table.resolve("table1.md")));
    assertTrue(
        Files.readString(table.resolve("table1.json")).contains("\"recipe\": \"mnist-10k\""));

    Files.writeString(run.resolve("score.json"), "{\"mean\": 1}");
    assertFailure(
        run.resolve("score.json")
            + " is not a score of gan4j: \"replicas\" is missing (line 1, column 1);"
            + " gan4j train --resume RUN writes it again",
        "table1",
        run.toString());
    assertFailure(
        table + " is not the folder of a finished run: it needs config.yaml and score.json",
        "table1",
        table.toString());
    assertFailure(
        "--folds is for data sets that have folds, mnist-10k has none",
        "evaluate",
        run.toString(),
        "--folds");
  }

  @Test
  void table1TrainsWhatIsMissingOnce() throws IOException {
    TinyCommands commands = new TinyCommands(folder);
    Path run = commands.runs().resolve("table1-tiny");
    Object[] table = {
      "table1", "--train", commands.recipe(), "--device", "cpu", "--replicas", 2, "--epochs", 1
    };
    commands.succeed(table);
    assertTrue(commands.out().contains("run folder: " + run), commands.out());
    assertTrue(commands.out().contains("recipe tiny, seed 2, scores "), commands.out());
    byte[] score = Files.readAllBytes(run.resolve("score.json"));

    commands.succeed(table);
    assertFalse(commands.out().contains("run folder: "), commands.out());
    assertTrue(commands.out().contains("recipe tiny, seed 2, scores "), commands.out());

    Files.delete(run.resolve("score.json"));
    commands.succeed(table);
    assertTrue(commands.out().contains("run folder: " + run), commands.out());
    assertArrayEquals(score, Files.readAllBytes(run.resolve("score.json")));

    assertEquals(2, commands.run("table1", "--train", "tfd-smal"));
    assertTrue(commands.err().contains("tfd-smal"), commands.err());
  }

  @Test
  void pretrainedRunsMustFit() throws IOException {
    assertFailure(
        "tfd-small begins with a trained generator: train tfd-pretrain-small first, then name its"
            + " folder with --pretrained RUN",
        "train",
        "tfd-small");
    Path run = run("run");
    Path again = run("again", "--pretrained", run.toString());
    assertTrue(Files.exists(again.resolve("score.json")));
    String origin = "pretrained: \"" + run.resolve("checkpoint-latest.safetensors");
    assertTrue(Files.readString(again.resolve("config.yaml")).contains(origin), origin);
    assertEquals(0, gan4j("train", "--resume", again.toString(), "--iterations", "3"));
    assertTrue(Files.readString(again.resolve("config.yaml")).contains(origin), origin);
    assertEquals(
        2, gan4j("train", "mnist-10k", "--pretrained", run.toString(), "--out", folder + "/other"));
    assertTrue(
        err.toString().contains("its layer 0 is dense with 9 units, relu, but layer 0 here is"),
        err.toString());
  }

  private void assertFailure(String message, String... args) {
    assertEquals(2, gan4j(args));
    assertEquals("gan4j: " + message + System.lineSeparator(), err.toString());
  }
}
