package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ToyCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine commands = Main.commandLine(new PrintWriter(out), new PrintWriter(err), folder);
    return Main.execute(commands, args);
  }

  @Test
  void writesFourPanelsAndAnimationTheSameTwice() throws IOException {
    Path pictures = folder.resolve("new/pictures");
    play(pictures);
    BufferedImage figure = ImageIO.read(pictures.resolve("figure1.png").toFile());
    assertEquals(4 * 360, figure.getWidth());
    for (int panel = 0; panel < 4; panel++) {
      assertColours(figure.getSubimage(panel * 360, 30, 360, 200), panel);
    }
    Path animation = pictures.resolve("training.gif");
    assertTrue(
        Files.readString(animation, StandardCharsets.ISO_8859_1).contains("NETSCAPE2.0"),
        "does not repeat");
    assertFrames(animation);
    sameSeedGivesSameBits(pictures);
  }

  private void play(Path pictures) {
    String game = "toy --iterations 60 --k 1 --target mixture --noise uniform --out";
    assertEquals(0, run((game + " " + pictures).split(" ")));
  }

  private void sameSeedGivesSameBits(Path pictures) throws IOException {
    Path again = folder.resolve("again");
    play(again);
    for (String file : new String[] {"figure1.png", "training.gif"}) {
      assertArrayEquals(
          Files.readAllBytes(pictures.resolve(file)), Files.readAllBytes(again.resolve(file)));
    }
  }

  /** Black dots, a green line, blue dashes. */
  private static void assertColours(BufferedImage panel, int number) {
    int[] counts = new int[3];
    for (int y = 0; y < panel.getHeight(); y++) {
      for (int x = 0; x < panel.getWidth(); x++) {
        Color colour = new Color(panel.getRGB(x, y));
        int red = colour.getRed();
        int green = colour.getGreen();
        int blue = colour.getBlue();
        counts[0] += Math.max(red, Math.max(green, blue)) < 80 ? 1 : 0;
        counts[1] += green > red + 60 && green > blue + 60 ? 1 : 0;
        counts[2] += blue > red + 60 && blue > green + 60 ? 1 : 0;
      }
    }
    for (int count : counts) {
      assertTrue(count > 20, "a curve is missing in panel " + number);
    }
  }

  private static void assertFrames(Path animation) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream stream = ImageIO.createImageInputStream(animation.toFile())) {
      reader.setInput(stream);
      assertEquals(61, reader.getNumImages(true));
      BufferedImage first = reader.read(0);
      BufferedImage last = reader.read(60);
      assertNotEquals(0, difference(first, last), "nothing moves");
    } finally {
      reader.dispose();
    }
  }

  private static int difference(BufferedImage a, BufferedImage b) {
    int count = 0;
    for (int y = 30; y < 200; y++) {
      for (int x = 0; x < a.getWidth(); x++) {
        count += a.getRGB(x, y) == b.getRGB(x, y) ? 0 : 1;
      }
    }
    return count;
  }

  @ParameterizedTest
  @CsvSource({
    "--target, ring, '--target must be gaussian or mixture, not ring'",
    "--noise, pink, '--noise must be uniform or normal, not pink'",
    "--objective, other, '--objective must be non-saturating or minimax, not other'",
    "--k, 0, '--k must be 1 to 100, not 0'",
    "--iterations, 1, '--iterations must be 60 to 1000000, not 1'",
  })
  void wrongOptionsAreNamed(String option, String value, String message) {
    assertEquals(2, run("toy", option, value, "--out", folder.toString()));
    assertEquals("gan4j: " + message, err.toString().strip());
  }
}
