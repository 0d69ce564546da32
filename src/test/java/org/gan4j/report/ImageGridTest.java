package org.gan4j.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.gan4j.data.ImageShape;
import org.gan4j.io.Png;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageGridTest {
  private static final ImageShape GREY = new ImageShape(1, 2, 3);
  private static final int W = 255;

  @TempDir Path folder;

  @Test
  void greyCellsFillRowAfterRow() throws IOException {
    BufferedImage image =
        throughPng(new ImageGrid(GREY, 2, 2).withPadding(1).compose(bytes(3 * GREY.size())));
    assertEquals(BufferedImage.TYPE_BYTE_GRAY, image.getType());
    assertPixels(
        image,
        0,
        new int[][] {
          {W, W, W, W, W, W, W, W, W},
          {W, 0, 1, 2, W, 6, 7, 8, W},
          {W, 3, 4, 5, W, 9, 10, 11, W},
          {W, W, W, W, W, W, W, W, W},
          {W, 12, 13, 14, W, W, W, W, W},
          {W, 15, 16, 17, W, W, W, W, W},
          {W, W, W, W, W, W, W, W, W},
        });
  }

  @Test
  void coloursComeFromTheirChannels() throws IOException {
    ImageGrid grid = new ImageGrid(new ImageShape(3, 1, 2), 1, 2).withPadding(0);
    byte[] values = {10, 20, 30, 40, 50, 60, -1, -2, -3, -4, -5, -6};
    BufferedImage image = throughPng(grid.compose(values));
    assertEquals(3, image.getRaster().getNumBands());
    assertEquals(8, image.getSampleModel().getSampleSize(0));
    assertPixels(image, 0, new int[][] {{10, 20, 255, 254}});
    assertPixels(image, 1, new int[][] {{30, 40, 253, 252}});
    assertPixels(image, 2, new int[][] {{50, 60, 251, 250}});
    assertEquals(0xff0a1e32, image.getRGB(0, 0));
  }

  @Test
  void imagesAreEnlargedAndPaddingIsNot() throws IOException {
    ImageGrid grid = new ImageGrid(new ImageShape(1, 1, 2), 1, 1).withUpscale(3);
    BufferedImage image = throughPng(grid.compose(new byte[] {1, 2}));
    int[] blank = {W, W, W, W, W, W, W, W, W, W};
    int[] line = {W, W, 1, 1, 1, 2, 2, 2, W, W};
    assertPixels(image, 0, new int[][] {blank, blank, line, line, line, blank, blank});
  }

  @Test
  void aLineSetsTheLastColumnApart() throws IOException {
    ImageGrid grid = new ImageGrid(new ImageShape(1, 1, 1), 1, 3).withPadding(1).withSeparator();
    BufferedImage image = throughPng(grid.compose(new byte[] {1, 2, 3}));
    int[] between = {W, W, W, W, W, 0, 0, W, W, W};
    int[] line = {W, 1, W, 2, W, 0, 0, W, 3, W};
    assertPixels(image, 0, new int[][] {between, line, between});
  }

  @Test
  void unitValuesAreClampedAndRounded() {
    ImageGrid grid = new ImageGrid(new ImageShape(1, 1, 9), 1, 1).withPadding(0);
    float half = 0.5f / 255;
    float[] values = {
      0, 1, 0.5f, -1, 2, half * 1.001f, half * 0.999f, Float.NEGATIVE_INFINITY, Float.MAX_VALUE
    };
    assertPixels(grid.compose(values), 0, new int[][] {{0, 255, 128, 0, 255, 1, 0, 0, 255}});
  }

  @Test
  void anotherRangeIsMapped() {
    ImageGrid grid = new ImageGrid(new ImageShape(1, 1, 5), 1, 1).withPadding(0);
    float[] values = {-1, 1, 0, -3, 0.6f};
    assertPixels(grid.compose(values, -1, 1), 0, new int[][] {{0, 255, 128, 0, 204}});
    float max = Float.MAX_VALUE;
    float[] wide = {-max, max, 0, max / 2, 1};
    assertPixels(grid.compose(wide, -max, max), 0, new int[][] {{0, 255, 128, 191, 128}});
    for (float[] range :
        new float[][] {{1, 1}, {1, 0}, {Float.NaN, 1}, {0, Float.POSITIVE_INFINITY}}) {
      assertThrows(IllegalArgumentException.class, () -> grid.compose(values, range[0], range[1]));
    }
  }

  @Test
  void notANumberNamesItsImage() {
    ImageGrid grid = new ImageGrid(new ImageShape(3, 2, 3), 2, 2);
    float[] values = new float[3 * 18];
    values[2 * 18 + 6 + 4] = Float.NaN;
    String message =
        assertThrows(IllegalArgumentException.class, () -> grid.compose(values)).getMessage();
    assertTrue(message.contains("image 2 "), message);
    assertTrue(message.contains("channel 1, row 1, column 1"), message);
  }

  @Test
  void wrongSizesAreRefused() {
    ImageGrid grid = new ImageGrid(GREY, 2, 2);
    assertThrows(IllegalArgumentException.class, () -> grid.compose(new float[7]));
    assertThrows(IllegalArgumentException.class, () -> grid.compose(new byte[5 * 6]));
    assertThrows(IllegalArgumentException.class, () -> new ImageGrid(null, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ImageGrid(GREY, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new ImageGrid(GREY, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> grid.withPadding(-1));
    assertThrows(IllegalArgumentException.class, () -> grid.withUpscale(0));
    assertThrows(IllegalArgumentException.class, () -> grid.withUpscale(Integer.MAX_VALUE));
    assertThrows(IllegalArgumentException.class, () -> new ImageGrid(GREY, 2, 1).withSeparator());
  }

  @Test
  void sizesAreKnownBeforehand() {
    ImageGrid grid = new ImageGrid(new ImageShape(1, 28, 28), 5, 6).withUpscale(2).withSeparator();
    assertEquals(2 + 6 * 58 + 4, grid.width());
    assertEquals(2 + 5 * 58, grid.height());
    BufferedImage image = grid.compose(new float[0]);
    assertEquals(grid.width(), image.getWidth());
    assertEquals(grid.height(), image.getHeight());
  }

  @Test
  void aFailedWriteLeavesTheOldFile() throws IOException {
    BufferedImage image = new ImageGrid(GREY, 1, 1).compose(bytes(6));
    Path missing = folder.resolve("missing").resolve("a.png");
    String message =
        assertThrows(UncheckedIOException.class, () -> Png.write(missing, image)).getMessage();
    assertTrue(message.contains(missing.toString()), message);
    assertTrue(message.contains("no such file or folder; "), message);
    assertFalse(message.contains("\n"), message);

    Path file = folder.resolve("a.png");
    Png.write(file, image);
    byte[] before = Files.readAllBytes(file);
    BufferedImage transparent = new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB);
    assertThrows(IllegalArgumentException.class, () -> Png.write(file, transparent));
    assertArrayEquals(before, Files.readAllBytes(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  private static byte[] bytes(int count) {
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      values[i] = (byte) i;
    }
    return values;
  }

  private BufferedImage throughPng(BufferedImage image) throws IOException {
    Path file = folder.resolve("grid.png");
    Png.write(file, image);
    return ImageIO.read(file.toFile());
  }

  private static void assertPixels(BufferedImage image, int band, int[][] expected) {
    assertEquals(expected.length, image.getHeight());
    assertEquals(expected[0].length, image.getWidth());
    for (int y = 0; y < expected.length; y++) {
      int[] row = image.getRaster().getSamples(0, y, image.getWidth(), 1, band, (int[]) null);
      assertArrayEquals(expected[y], row, "row " + y);
    }
  }
}
