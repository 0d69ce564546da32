package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.gan4j.TinyRecipe;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSets;
import org.gan4j.data.Images;
import org.gan4j.data.Progress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that completes images, from its training to its pictures and measures. */
@Tag("fonts") // every run ends with a chart
class CompletionRunTest {
  private static final int SIDE = 28;
  private static final int PADDING = 2;

  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
    Files.writeString(
        commands.recipe(),
        """
        name: tiny-complete
        data: mnist-10k
        condition: {type: mask, size: 784, squared_error: 10}
        noise: {distribution: uniform, size: 784}
        generator:
          - type: join
            branches: [{inputs: 784}, {inputs: 784}]
          - {type: dense, units: 4, activation: relu, weights: {type: uniform, irange: 0.05}}
          - {type: dense, units: 784, activation: sigmoid, weights: {type: uniform, irange: 0.05}}
        discriminator:
          - type: join
            branches: [{inputs: 784}, {inputs: 784}]
          - {type: dense, units: 1, activation: linear, weights: {type: uniform, irange: 0.05}}
        batch: 400
        learning_rate: {initial: 0.1}
        momentum: {initial: 0.5, last: 0.5, epochs: 2}
        stop: {epochs: 2}
        evaluation: {every_epochs: 1, samples: 100, validation_examples: 100}
        samples_every: 1
        """);
  }

  private static int[] cell(BufferedImage picture, int row, int column) {
    int x = PADDING + column * (SIDE + PADDING);
    int y = PADDING + row * (SIDE + PADDING);
    return picture.getRaster().getSamples(x, y, SIDE, SIDE, 0, (int[]) null);
  }

  @Test
  void whatIsVisibleIsKeptToTheBit() throws IOException {
    Path run = commands.train("run");
    Path out = folder.resolve("out.png");
    Images tests =
        DataSets.open(
                "mnist-10k", DataLocation.of(Optional.empty(), Map.of(), folder), Progress.NONE)
            .test();
    commands.succeed(
        "complete", run, "--test", "3,5", "--hide", "4,6,10,8", "--count", 3, "--out", out);
    BufferedImage picture = ImageIO.read(out.toFile());
    assertEquals(5 * (SIDE + PADDING) + PADDING, picture.getWidth());
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 5; column++) {
        int[] shown = cell(picture, row, column);
        for (int i = 0; i < shown.length; i++) {
          boolean hidden = i % SIDE >= 4 && i % SIDE < 14 && i / SIDE >= 6 && i / SIDE < 14;
          if (!hidden || column == 0) {
            assertEquals(tests.pixel(row == 0 ? 3 : 5, i), shown[i], column + ", pixel " + i);
          } else if (column == 1) {
            assertEquals(128, shown[i]);
          }
        }
      }
    }
  }

  @Test
  void picturesAndMasksOfOnesOwn() throws IOException {
    Path run = commands.train("run");
    Path out = folder.resolve("out.png");
    Path image = folder.resolve("image.png");
    Path mask = folder.resolve("mask.png");
    BufferedImage own = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < SIDE * SIDE; i++) {
      own.getRaster().setSample(i % SIDE, i / SIDE, 0, i % 256);
    }
    ImageIO.write(own, "png", image.toFile());
    BufferedImage hiding = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    hiding.setRGB(20, 3, Color.WHITE.getRGB());
    ImageIO.write(hiding, "png", mask.toFile());
    commands.succeed("complete", run, "--image", image, "--hide", mask, "--count", 1, "--out", out);
    int[] completed = cell(ImageIO.read(out.toFile()), 0, 2);
    int[] given = own.getRaster().getSamples(0, 0, SIDE, SIDE, 0, (int[]) null);
    completed[3 * SIDE + 20] = given[3 * SIDE + 20];
    assertArrayEquals(given, completed);
  }

  @Test
  void isScoredSampledAndMeasured() {
    Path run = commands.train("run", "--replicas", 2);
    commands.succeed("sample", run, "--count", 4, "--out", folder.resolve("out.png"));
    commands.succeed("evaluate", run);
    commands.succeed(
        "measure",
        run,
        "--samples",
        5,
        "--only",
        "completion_halves,completion_quadrants,completion_agreement");
    for (String part : new String[] {"bottom-left", "nearest neighbour", "mean image", "whole"}) {
      assertTrue(commands.out().contains(part), commands.out());
    }
    assertTrue(TinyCommands.names(run).contains("measures.json"));
    commands.succeed("measure", run, "--samples", 5, "--validation", "--only", "parzen");
    assertTrue(commands.out().contains("not kept"), commands.out());
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

  private void refused(int code, String text, Object... args) {
    assertEquals(code, commands.run(args), commands.err());
    assertEquals(1, commands.err().lines().count(), commands.err());
    assertTrue(commands.err().contains(text), commands.err());
  }

  @Test
  void wrongUseIsOneLine() throws IOException {
    Path run = commands.train("run");
    Path small = folder.resolve("small.png");
    ImageIO.write(
        new BufferedImage(SIDE, SIDE - 1, BufferedImage.TYPE_BYTE_GRAY), "png", small.toFile());
    Path black = folder.resolve("black.png");
    ImageIO.write(
        new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY), "png", black.toFile());
    Path text = folder.resolve("text.png");
    Files.writeString(text, "no picture");
    refused(2, "give either --image FILE.png or --test N", "complete", run);
    refused(2, "is not inside an image of 28 x 28", "complete", run, "--test=1", "--hide=20,0,9,9");
    refused(2, "what is hidden must be one of left", "complete", run, "--test=1", "--hide=middle");
    refused(2, "--test must be 0 to 999", "complete", run, "--test=1000");
    refused(2, "--count must be 1 to 1000", "complete", run, "--test=1", "--count=0");
    refused(1, "28 x 28 are needed", "complete", run, "--test=1", "--hide=" + small);
    refused(1, "28 x 28 are needed", "complete", run, "--image", small);
    refused(1, "hides nothing", "complete", run, "--test=1", "--hide=" + black);
    refused(1, "not a picture", "complete", run, "--image", text);
    refused(1, "no such file", "complete", run, "--image", folder.resolve("absent.png"));
    refused(
        2,
        "set condition.size and noise.size",
        "train",
        commands.recipe(),
        "--set",
        "noise.size=100");
    refused(2, "halves must be", "train", commands.recipe(), "--set", "condition.halves=-1");
  }

  @Test
  void runsOfAnotherKindAreRefused() throws IOException {
    Files.writeString(commands.recipe(), TinyRecipe.YAML);
    Path run = commands.train("plain");
    refused(2, "does not complete images", "complete", run, "--test=1");
    assertEquals(0, commands.run("measure", run, "--samples", 5, "--only", "completion_halves"));
    assertTrue(commands.out().contains("no generator that completes images"), commands.out());
  }
}
