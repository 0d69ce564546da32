package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** From a run's features to classes, by few labels. */
@Tag("fonts") // every run ends with a chart
class ClassifyCommandTest {
  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
  }

  private void refused(int code, String why, Object... args) {
    assertEquals(code, commands.run(args), commands.err());
    assertEquals(1, commands.err().lines().count(), commands.err());
    assertTrue(commands.err().contains(why), commands.err());
    assertFalse(commands.err().contains("Exception"), commands.err());
  }

  private static JsonValue read(Path run) throws IOException {
    return Json.parse(Files.readString(run.resolve("classify.json")), FormatException::new);
  }

  private static Path picture(Path file, int side) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = side / 6; y < side - side / 6; y++) {
      image.getRaster().setSample(side / 2, y, 0, 255);
    }
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private void assertPrinted(String line) {
    String said = commands.out();
    assertTrue(Pattern.compile("^" + line + "$", Pattern.MULTILINE).matcher(said).find(), said);
  }

  @Test
  void aTableASheetAndAClassifier() throws IOException {
    Path run = commands.train("run");
    commands.succeed("classify", run, "--labels", "20,100,all", "--draws", 3);
    assertPrinted("pixels, 20 labels: \\d+\\.\\d\\d ± \\d+\\.\\d\\d %");
    assertPrinted("error on 1000 tests +20 labels +100 labels +all 8000 labels");
    assertPrinted("pixels, 784 values +\\S+ ± \\S+ % +\\S+ ± \\S+ % +\\d+\\.\\d\\d %");
    assertPrinted("discriminator, layer 0, 8 values .* %");
    assertPrinted("kept: discriminator, layer 0, all 8000 labels, .* % of the tests");
    JsonValue sheet = read(run);
    assertEquals(10, sheet.get("classes").number());
    assertEquals(1000, sheet.get("validation").number());
    List<JsonValue> rows = sheet.get("rows").list();
    assertEquals(6, rows.size());
    assertEquals(3, rows.get(0).get("test_errors").list().size());
    double few = rows.get(0).get("mean").number();
    double all = rows.get(2).get("mean").number();
    assertTrue(all < 0.13 && all < few && few < 0.6, "errors on pixels " + few + ", " + all);
    assertTrue(rows.get(2).get("deviation").isNull());

    // Twice it comes to the same, and other draws to something else.
    commands.succeed("classify", run, "--labels", "20,100", "--draws", 3);
    byte[] kept = Files.readAllBytes(run.resolve("classifier.safetensors"));
    String text = Files.readString(run.resolve("classify.json"));
    commands.succeed("classify", run, "--labels", "20,100", "--draws", 3);
    assertEquals(text, Files.readString(run.resolve("classify.json")));
    assertArrayEquals(kept, Files.readAllBytes(run.resolve("classifier.safetensors")));
    commands.succeed("classify", run, "--labels", "20", "--draws", 3, "--seed", 99);
    assertEquals(99, read(run).get("seed").number());
    double other = read(run).get("rows").list().get(0).get("mean").number();
    assertTrue(other != few, "the same labels");
    commands.succeed("report", run);
    String page = Files.readString(run.resolve("report.html"));
    assertTrue(page.contains("Learning from few labels, iteration 40"), "no section");
    assertTrue(page.contains("<td>discriminator, layer 0, 8 values</td>"), "no row");
  }

  @Test
  void predictsByTheClassifierThatWasKept() throws IOException {
    Path run = commands.train("run");
    Path one = picture(folder.resolve("one.png"), 28);
    Path large = picture(folder.resolve("large.png"), 29);
    refused(2, "has no classifier: gan4j classify " + run, "predict", run, "--image", one);
    commands.succeed("classify", run, "--labels", "all");
    commands.succeed("predict", run, "--image", one, "--image", one);
    assertEquals(2, commands.lines(one + ": class ").size());
    double sum = 0;
    for (int c = 0; c < 10; c++) {
      List<String> found = commands.lines("  " + c + "  ");
      assertEquals(2, found.size(), commands.out());
      sum += Double.parseDouble(found.get(0).substring(5));
    }
    assertEquals(1, sum, 1e-3);
    refused(1, "large.png: it has 29 x 29 pixels, but 28 x 28", "predict", run, "--image", large);
    Files.writeString(folder.resolve("text.png"), "no picture");
    refused(1, "text.png: ", "predict", run, "--image", folder.resolve("text.png"));
    Files.write(run.resolve("classifier.safetensors"), new byte[100]);
    refused(1, "classifier.safetensors", "predict", run, "--image", one);
    refused(2, "Missing required option", "predict", run);
    refused(2, "is not the folder of a run", "predict", folder, "--image", one);
  }

  @Test
  void wrongUseIsOneLine() throws IOException {
    Path run = commands.train("run", "--epochs", 1);
    refused(2, "3 labels can't be as many of each of 10 classes", "classify", run, "--labels", 3);
    refused(2, "--labels takes numbers above 0, or all", "classify", run, "--labels", "100,some");
    refused(2, "--labels takes numbers above 0, or all", "classify", run, "--labels", "0");
    refused(2, "20000 labels are 2000 of each class", "classify", run, "--labels", 20_000);
    refused(2, "--draws must be 1 to 1000", "classify", run, "--draws", 0);
    refused(2, "is not the folder of a run", "classify", folder);
    assertFalse(Files.exists(run.resolve("classify.json")));
    assertFalse(Files.exists(run.resolve("classifier.safetensors")));
  }

  @Test
  void anEncoderBesideTheRunIsMeasuredToo() throws IOException {
    String encoder =
        """
        encoder:
          iterations: 20
          layers:
            - {type: dense, units: 14, activation: tanh, weights: {type: uniform, irange: 0.1}}
            - {type: dense, units: 12, activation: sigmoid, weights: {type: uniform, irange: 0.1}}
            - {type: dense, units: 100, activation: linear, weights: {type: uniform, irange: 0.1}}
        """;
    Files.writeString(commands.recipe(), Files.readString(commands.recipe()) + encoder);
    Path run = commands.train("run", "--epochs", 1);
    commands.succeed("infer", run);
    commands.succeed("classify", run, "--labels", "20", "--draws", 2);
    assertPrinted("encoder, layer 0, 14 values .* %");
    assertPrinted("encoder, layer 1, 12 values .* %");
    assertEquals(0, commands.run("train", "--resume", run, "--epochs", 2), commands.err());
    refused(2, "belongs to another generator", "classify", run, "--labels", "20");
  }

  @Test
  void dataWithoutLabelsAndConditionsAreRefused() throws IOException {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    for (int i = 0; i < 40; i++) {
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setSample(i % 8, i / 8, 0, 50 + 5 * i);
      ImageIO.write(image, "png", pictures.resolve(i + ".png").toFile());
    }
    Path run = folder.resolve("run");
    int code =
        commands.run(
            "train",
            commands.recipe(),
            "--data",
            pictures,
            "--out",
            run,
            "--iterations",
            2,
            "--set",
            "data=images:8:grey",
            "--set",
            "generator.1.units=64",
            "--set",
            "batch=5",
            "--set",
            "split.train=20");
    assertEquals(0, code, commands.err());
    assertEquals(2, commands.run("classify", run, "--data", pictures));
    assertTrue(
        commands.err().contains("images:8:grey has no labels, so there are no classes"),
        commands.err());
    commands.makeConditional();
    Path conditional = folder.resolve("conditional");
    commands.succeed("train", commands.recipe(), "--out", conditional);
    refused(2, "has a condition", "classify", conditional);
  }

  @Test
  void aDiscriminatorWithoutHiddenLayersHasNoFeatures() throws IOException {
    Path run =
        commands.train(
            "run",
            "--iterations",
            2,
            "--set",
            "discriminator=[{type: dense, units: 1, activation: linear,"
                + " weights: {type: uniform, irange: 0.05}}]");
    refused(2, "gan4j infer " + run + " trains one", "classify", run);
  }
}
