package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PicturesTest {
  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  private final Progress progress =
      new Progress() {
        @Override
        public void downloaded(String file, long done, long total) {}

        @Override
        public void note(String line) {
          notes.add(line);
        }
      };

  private DataSet open(String name) {
    DataLocation where = DataLocation.of(Optional.of(folder), Map.of(), folder);
    return DataSets.open(name, where, progress);
  }

  private void write(String name, int width, int height, int type, int rgb) throws IOException {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, rgb);
      }
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, name.endsWith("png") ? "png" : "jpg", file.toFile());
  }

  private void writeMany(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      write(i + ".png", 40, 40, BufferedImage.TYPE_INT_RGB, i);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "images, 3x32x32",
    "images:64, 3x64x64",
    "images:48x32, 3x48x32",
    "images:grey, 1x32x32",
    "images:16:gray, 1x16x16",
    "images:16:colour, 3x16x16"
  })
  void optionsGiveTheShape(String name, String shape) throws IOException {
    writeMany(3);
    assertEquals(shape, open(name).shape().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"images:", "images:0", "images:5000", "images:x", "images:grey:32"})
  void otherOptionsAreRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> open(name));
  }

  @Test
  void splitsAlwaysInTheSameWay() throws IOException {
    writeMany(25);
    DataSet set = open("images:2");
    assertEquals(21, set.train().count());
    assertEquals(2, set.validation().count());
    assertEquals(2, set.test().count());
    DataSet again = open("images:2");
    assertEquals(set.train().pixels(), again.train().pixels());
    assertEquals(set.test().pixels(), again.test().pixels());
  }

  @Test
  void colourGreyAndTransparency() throws IOException {
    write("a/c.png", 50, 40, BufferedImage.TYPE_INT_RGB, 0xff102030);
    DataSet set = three("images:8");
    assertArrayEquals(new int[] {0x10, 0x20, 0x30}, planes(set));
    set = three("images:8:grey");
    assertEquals(Math.round(0.299 * 0x10 + 0.587 * 0x20 + 0.114 * 0x30), set.train().pixel(0, 5));
    write("a/c.png", 50, 40, BufferedImage.TYPE_INT_ARGB, 0x80000000);
    assertEquals(127, three("images:8").train().pixel(0, 0), "half black on white");
  }

  /** Copies of the only picture until there are enough to part. */
  private DataSet three(String name) throws IOException {
    Path first = folder.resolve("a/c.png");
    for (String copy : List.of("b.PNG", "d.png")) {
      Files.write(folder.resolve(copy), Files.readAllBytes(first));
    }
    return open(name);
  }

  private static int[] planes(DataSet set) {
    return new int[] {set.train().pixel(0, 0), set.train().pixel(0, 64), set.train().pixel(0, 128)};
  }

  @Test
  void greyFilesKeepTheirNumbers() throws IOException {
    BufferedImage image = new BufferedImage(9, 9, BufferedImage.TYPE_BYTE_GRAY);
    for (int x = 0; x < 9; x++) {
      for (int y = 0; y < 9; y++) {
        image.getRaster().setSample(x, y, 0, 100);
      }
    }
    Files.createDirectories(folder.resolve("a"));
    ImageIO.write(image, "png", folder.resolve("a/c.png").toFile());
    assertArrayEquals(new int[] {100, 100, 100}, planes(three("images:8")));
  }

  @Test
  void cutsAroundTheMiddle() throws IOException {
    BufferedImage image = new BufferedImage(60, 20, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 20; y++) {
      for (int x = 20; x < 40; x++) {
        image.setRGB(x, y, x < 30 ? 0xc80000 : 0x640000);
      }
    }
    Files.createDirectories(folder.resolve("a"));
    ImageIO.write(image, "png", folder.resolve("a/c.png").toFile());
    Images train = three("images:2").train();
    assertEquals(200, train.pixel(0, 0));
    assertEquals(100, train.pixel(0, 3));
  }

  @Test
  void unreadableOnesAreNamedAndCounted() throws IOException {
    writeMany(4);
    Files.writeString(folder.resolve("broken.png"), "not a picture");
    byte[] whole = Files.readAllBytes(folder.resolve("0.png"));
    Files.write(folder.resolve("cut.png"), Arrays.copyOf(whole, 40));
    Files.writeString(folder.resolve("notes.txt"), "ignored");
    DataSet set = open("images");
    assertEquals(4, set.train().count() + set.validation().count() + set.test().count());
    assertTrue(
        notes.contains("skipped " + folder.resolve("broken.png") + ": not a picture"),
        notes.toString());
    assertEquals(3, notes.size(), notes.toString());
    assertEquals(
        "4 pictures of " + folder + "; 2 can't be read (see above); left out: 1 .txt",
        notes.get(2));
  }

  @Test
  void unreadableFilesAreNotNoPictures() throws IOException {
    writeMany(3);
    Files.createSymbolicLink(folder.resolve("gone.jpg"), folder.resolve("nowhere.jpg"));
    open("images");
    assertEquals(
        List.of(
            "skipped " + folder.resolve("gone.jpg") + ": no such file or folder",
            "3 pictures of " + folder + "; 1 can't be read (see above)"),
        notes);
  }

  @Test
  void foldersWithoutPicturesAreRefused() throws IOException {
    assertFailure(folder + " holds no pictures; name a folder that does with --data");
    Path broken = folder.resolve("broken.png");
    Files.writeString(broken, "");
    assertFailure(
        "none of the 1 pictures could be read, such as "
            + broken
            + "; name a folder of pictures with --data");
    Files.delete(broken);
    writeMany(2);
    assertFailure(
        folder
            + " holds 2 readable pictures, but training, validation and testing need one each at"
            + " least; add some");
  }

  private void assertFailure(String message) {
    assertEquals(message, assertThrows(DataException.class, () -> open("images")).getMessage());
  }
}
