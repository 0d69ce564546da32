package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.gan4j.TinyRecipe;

/** The command line in this JVM, in a folder of its own, with a recipe that trains in a moment. */
final class TinyCommands {
  private static final List<String> COMPUTING =
      List.of(
          "train",
          "evaluate",
          "study",
          "reproduce",
          "measure",
          "sample",
          "figures",
          "complete",
          "infer",
          "classify",
          "checks",
          "classifier");

  /** The same on every machine, and without a word on why there is no GPU. */
  private static final List<String> ON_THE_CPU = List.of("--device", "cpu");

  private final Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  TinyCommands(Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(recipe(), TinyRecipe.YAML);
  }

  Path recipe() {
    return folder.resolve("tiny.yaml");
  }

  /** From here on the recipe is one whose networks are told the class. */
  void makeConditional() throws IOException {
    Files.writeString(
        recipe(),
        """
        base: mnist-10k
        name: tiny-conditional
        condition: {type: classes, count: 10}
        generator:
          - type: join
            branches: [{inputs: 100}, {inputs: 10}]
          - {type: dense, units: 784, activation: sigmoid, weights: {type: uniform, irange: 0.05}}
        discriminator:
          - type: join
            branches: [{inputs: 784}, {inputs: 10}]
          - {type: dense, units: 1, activation: linear, weights: {type: uniform, irange: 0.05}}
        batch: 400
        stop: {iterations: 2}
        evaluation: {samples: 100, validation_examples: 100}
        """);
  }

  Path runs() {
    return folder.resolve("runs");
  }

  /** Runs a command, whose results and messages are then those of {@link #out} and {@link #err}. */
  int run(Object... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> words = new ArrayList<>(Arrays.stream(args).map(Object::toString).toList());
    if (COMPUTING.contains(words.get(0)) && !words.contains("--device")) {
      words.addAll(1, ON_THE_CPU);
    }
    return Main.execute(
        Main.commandLine(new PrintWriter(out), new PrintWriter(err), runs()),
        words.toArray(String[]::new));
  }

  /** Trains the recipe in a folder of that name, and nothing must go wrong. */
  Path train(String name, Object... more) {
    Path run = folder.resolve(name);
    List<Object> args = new ArrayList<>(List.of("train", recipe(), "--out", run));
    args.addAll(List.of(more));
    succeed(args.toArray());
    return run;
  }

  void succeed(Object... args) {
    int code = run(args);
    assertEquals("", err());
    assertEquals(0, code);
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  /** The lines of the results that begin so. */
  List<String> lines(String text) {
    return out().lines().filter(line -> line.startsWith(text)).toList();
  }

  /** The names in a folder, sorted; none if it is not there. */
  static List<String> names(Path folder) {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
