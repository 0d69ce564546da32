package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.gan4j.FormatException;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a run's generator to its encoder, and what that is for. */
@Tag("fonts") // every run ends with a chart
class InferCommandTest {
  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
    String small =
        """
        encoder:
          iterations: 60
          layers:
            - {type: dense, units: 12, activation: sigmoid, weights: {type: uniform, irange: 0.1}}
            - {type: dense, units: 100, activation: linear, weights: {type: uniform, irange: 0.1}}
        """;
    Files.writeString(commands.recipe(), Files.readString(commands.recipe()) + small);
  }

  private void refused(String why, Object... args) {
    assertEquals(2, commands.run(args), commands.err());
    assertEquals(1, commands.err().lines().count(), commands.err());
    assertTrue(commands.err().contains(why), commands.err());
  }

  private static JsonValue read(Path run) throws IOException {
    return Json.parse(Files.readString(run.resolve("infer.json")), FormatException::new);
  }

  private static Path picture(Path file, int side) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(side / 2, side / 3, 0, 255);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  @Test
  void trainsOnceMeasuresAndKeeps() throws IOException {
    Path run = commands.train("run");
    Path encoder = run.resolve("encoder.safetensors");
    commands.succeed("infer", run);
    String said = commands.out();
    assertTrue(said.contains("iteration 60/60"), said);
    for (String line :
        List.of(
            "error of z on 10000 fresh pairs: \\d\\.\\d{4}; the variance of z: 1\\.0000",
            "squared error of G\\(E\\(x\\)\\) on 1000 test images: .* of a random pairing's",
            "  \\d\\d\\.\\d\\d % by hidden layer 0; of validation images \\d\\d\\.\\d\\d %, the most",
            "  9\\d\\.\\d\\d % by pixels")) {
      assertTrue(Pattern.compile("^" + line + "$", Pattern.MULTILINE).matcher(said).find(), said);
    }
    JsonValue first = read(run);
    assertEquals(60, first.get("encoder_iterations").number());
    assertEquals(1000, first.get("tests").number());
    assertTrue(first.get("refined").isNull());
    assertTrue(first.get("code_error").number() < 1.2, said);
    BufferedImage rows = ImageIO.read(run.resolve("reconstructions.png").toFile());
    assertTrue(rows.getHeight() > 3 * rows.getWidth(), "ten rows of three");

    // The second time there is nothing to train, and gradient steps only help.
    byte[] kept = Files.readAllBytes(encoder);
    commands.succeed("infer", run, "--refine", 10);
    assertFalse(commands.out().contains("it/s"), commands.out());
    assertArrayEquals(kept, Files.readAllBytes(encoder));
    JsonValue second = read(run);
    double without = second.get("reconstruction").number();
    assertEquals(first.get("reconstruction").number(), without);
    assertTrue(second.get("refined").number() < without, commands.out());
    BufferedImage wider = ImageIO.read(run.resolve("reconstructions.png").toFile());
    assertTrue(wider.getWidth() > rows.getWidth());

    // Anew it comes to the same.
    commands.succeed("infer", run, "--again");
    assertArrayEquals(kept, Files.readAllBytes(encoder));
    refused("encoder.iterations: 60 there, 5 here", "infer", run, "--iterations", 5);
    commands.succeed("infer", run, "--again", "--iterations", 5);
    assertEquals(5, read(run).get("encoder_iterations").number());
    assertEquals(0, read(run).get("images").number());
    refused("encoder.iterations: 5 there, 60 here", "infer", run, "--set", "encoder.images=16");
    refused("encoder.iterations: 5 there", "infer", run, "--set", "encoder.iterations=6");
    refused("encoder.images", "infer", run, "--again", "--set", "encoder.images=-1");
    refused("not k=2", "infer", run, "--again", "--set", "k=2");
    commands.succeed("infer", run, "--again", "--set", "encoder.images=16");
    commands.succeed("infer", run, "--set", "encoder.images=16", "--set", "cpu.math=fp32");
    assertEquals(16, read(run).get("images").number());
    assertTrue(read(run).get("reconstruction").number() < without, commands.out());
  }

  @Test
  void anEncoderOfAnotherGeneratorIsRefused() throws IOException {
    Path run = commands.train("run", "--epochs", 1);
    Path other = commands.train("other", "--seed", 5, "--epochs", 1);
    Path one = picture(folder.resolve("one.png"), 28);
    commands.succeed("infer", run);
    Files.copy(run.resolve("encoder.safetensors"), other.resolve("encoder.safetensors"));
    refused("belongs to another generator", "infer", other);
    refused("belongs to another generator", "sample", other, "--between", one, one);
    // And so it is when the run goes on.
    assertEquals(0, commands.run("train", "--resume", run, "--epochs", 2), commands.err());
    refused("belongs to another generator than that of iteration 40", "infer", run);
    commands.succeed("infer", run, "--again");
    Files.write(run.resolve("encoder.safetensors"), new byte[100]);
    assertEquals(1, commands.run("infer", run));
    assertEquals(1, commands.err().lines().count(), commands.err());
  }

  @Test
  void walksBetweenTwoImages() throws IOException {
    Path run = commands.train("run", "--replicas", 2);
    Path one = picture(folder.resolve("one.png"), 28);
    Path large = picture(folder.resolve("large.png"), 29);
    Path out = folder.resolve("out.png");
    refused("gan4j infer " + run + " trains one", "sample", run, "--between", one, one);
    commands.succeed("infer", run);
    commands.succeed("sample", run, "--between", one, one, "--out", out);
    BufferedImage row = ImageIO.read(out.toFile());
    assertTrue(row.getWidth() > 10 * row.getHeight(), "twelve images");
    refused("--between", "sample", run, "--between", one, one, "--interpolate");
    assertEquals(1, commands.run("sample", run, "--between", one, large, "--out", out));
    assertEquals(1, commands.err().lines().count(), commands.err());
    assertTrue(commands.err().contains("large.png"), commands.err());
    assertEquals(2, commands.run("sample", run, "--between", one));
  }

  @Test
  void wrongUseIsOneLine() throws IOException {
    Path run = commands.train("run");
    refused("--refine must be 0 to", "infer", run, "--refine", -1);
    refused("--iterations must be 1 or more", "infer", run, "--iterations", 0);
    refused("is not the folder of a run", "infer", folder);
    assertFalse(Files.exists(run.resolve("encoder.safetensors")));
  }

  @Test
  void aConditionalRunIsRefused() throws IOException {
    commands.makeConditional();
    refused("has a condition", "infer", commands.train("run"));
  }

  /** Pictures of one's own have no labels: no accuracy, and all else. */
  @Test
  void dataWithoutLabelsHasNoAccuracy() throws IOException {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    for (int i = 0; i < 40; i++) {
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setSample(i % 8, i / 8, 0, 50 + 5 * i);
      ImageIO.write(image, "png", pictures.resolve(i + ".png").toFile());
    }
    List<Object> args =
        new ArrayList<>(List.of("train", commands.recipe(), "--data", pictures, "--out"));
    Path run = folder.resolve("run");
    args.addAll(Arrays.asList(run, "--iterations", 2));
    for (String set :
        List.of("data=images:8:grey", "generator.1.units=64", "batch=5", "split.train=20")) {
      args.addAll(List.of("--set", set));
    }
    assertEquals(0, commands.run(args.toArray()), commands.err());
    assertEquals(0, commands.run("infer", run, "--data", pictures), commands.err());
    assertTrue(commands.out().contains("the data has no labels"), commands.out());
    assertTrue(read(run).get("feature_accuracy").isNull());
    assertTrue(read(run).get("reconstruction").number() > 0);
  }
}
