package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose networks are told the class, from its training to its pictures. */
@Tag("fonts") // every run ends with a chart
class ConditionalRunTest {
  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
    Files.writeString(
        commands.recipe(),
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
            branches:
              - inputs: 784
                layers: [{type: maxout, units: 3, pieces: 2, weights: {type: uniform, irange: 0.05}}]
              - inputs: 10
          - {type: dense, units: 1, activation: linear, weights: {type: uniform, irange: 0.05}}
        batch: 400
        stop: {epochs: 2}
        evaluation: {every_epochs: 1, samples: 100, validation_examples: 100}
        samples_every: 1
        """);
  }

  @Test
  void classesAreSampledForTheAsking() throws IOException {
    Path run = commands.train("run");
    Path out = folder.resolve("out.png");
    commands.succeed("sample", run, "--class", "all", "--count", 30, "--out", out);
    BufferedImage all = ImageIO.read(out.toFile());
    commands.succeed("sample", run, "--class", 7, "--count", 4, "--out", out);
    BufferedImage seven = ImageIO.read(out.toFile());
    assertTrue(all.getHeight() > 3 * all.getWidth(), "ten rows of three");
    assertEquals(seven.getWidth(), seven.getHeight());
    commands.succeed("sample", run, "--count", 9, "--out", out);
    commands.succeed("sample", run, "--count", 2, "--interpolate", "--out", out);
    commands.succeed("evaluate", run);
    commands.succeed("measure", run, "--samples", 100, "--only", "class_agreement");
    assertTrue(commands.out().contains("by class"), commands.out());
  }

  @Test
  void eachClassCanBeScoredAsOften() {
    Path run = commands.train("run");
    commands.succeed("evaluate", run, "--per-class", 10);
    assertTrue(commands.out().contains("samples: 10 of each class"), commands.out());
    assertTrue(commands.out().contains("100 samples"), commands.out());
    assertEquals(2, commands.run("evaluate", run, "--per-class", 0));
    assertEquals(2, commands.run("evaluate", run, "--per-class", 5, "--samples", 9));
    assertEquals(1, commands.err().lines().count(), commands.err());
    commands.succeed("export", run, "--onnx", folder.resolve("g.onnx"));
  }

  /** Vectors from a file, for every example and for samples. */
  @Test
  void vectorsOfOnesOwn() throws IOException {
    String recipe = Files.readString(commands.recipe());
    Files.writeString(
        commands.recipe(),
        recipe
            .replace("{type: classes, count: 10}", "{type: values, size: 2}")
            .replace("{inputs: 10}", "{inputs: 2}")
            .replace("inputs: 10\n", "inputs: 2\n"));
    Path vectors = folder.resolve("vectors.csv");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      lines.append(i % 7).append(',').append(i % 3 - 0.5).append('\n');
    }
    Files.writeString(vectors, lines);
    Path run = commands.train("run", "--conditions", vectors);
    commands.succeed("evaluate", run, "--conditions", vectors);
    Path wanted = Files.writeString(folder.resolve("wanted.csv"), "1,0.5\n3,-0.5\n");
    Path out = folder.resolve("out.png");
    commands.succeed("sample", run, "--condition", wanted, "--count", 8, "--out", out);
    BufferedImage rows = ImageIO.read(out.toFile());
    assertTrue(rows.getWidth() > rows.getHeight(), "two rows of four");
    Files.writeString(wanted, "1\n");
    assertEquals(2, commands.run("sample", run, "--condition", wanted));
    assertTrue(commands.err().contains("the run's condition has 2"), commands.err());
    assertEquals(2, commands.run("sample", run, "--condition", wanted, "--class", 1));
    assertEquals(2, commands.run("train", commands.recipe(), "--conditions", wanted));
    assertTrue(commands.err().contains("has 10000 examples"), commands.err());
    assertEquals(1, commands.err().lines().count(), commands.err());
    // Other vectors are other data.
    Files.writeString(vectors, lines.toString().replace("6,", "5,"));
    assertEquals(2, commands.run("evaluate", run, "--conditions", vectors));
  }

  @Test
  void aResumedRunIsTheWholeOne() throws IOException {
    Path whole = commands.train("whole", "--epochs", 2);
    Path parts = commands.train("parts", "--epochs", 1);
    assertEquals(0, commands.run("train", "--resume", parts, "--epochs", 2), commands.err());
    for (String file : new String[] {"samples-0002.png", "figure2.png"}) {
      assertArrayEquals(
          Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(parts.resolve(file)), file);
    }
  }

  @Test
  void wrongClassesAreOneLine() {
    Path run = commands.train("run");
    for (String wrong : new String[] {"10", "-1", "seven", "1e0"}) {
      assertEquals(2, commands.run("sample", run, "--class=" + wrong));
      assertEquals(1, commands.err().lines().count(), commands.err());
      assertTrue(commands.err().contains("--class must be 0 to 9, or all"), commands.err());
    }
    assertEquals(2, commands.run("sample", run, "--class", "1", "--interpolate"));
    assertTrue(commands.err().contains("exclude each other"), commands.err());
    assertEquals(0, commands.run("measure", run, "--samples", 20, "--only", "ais"));
    assertTrue(commands.out().contains("of z alone"), commands.out());
  }
}
