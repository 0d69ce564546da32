package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFileTest {
  private static final ImageShape COLOUR = new ImageShape(3, 32, 32);
  private static final ImageShape GREY = new ImageShape(1, 8, 8);

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  private byte[] read(byte[] content, ImageShape shape) throws IOException {
    return PictureFile.read(Files.write(folder.resolve("picture"), content), shape, notes::add);
  }

  private void assertDamaged(byte[] content) {
    IOException e = assertThrows(IOException.class, () -> read(content, COLOUR));
    assertTrue(e.getMessage().matches(".*(damaged|cut|[Ee]nd).*"), e.toString());
  }

  private static void assertNear(byte[] expected, byte[] actual, int tolerance) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      int difference = Byte.toUnsignedInt(expected[i]) - Byte.toUnsignedInt(actual[i]);
      assertTrue(
          Math.abs(difference) <= tolerance,
          "value " + i + " is " + (actual[i] & 0xff) + ", not " + (expected[i] & 0xff));
    }
  }

  /** The picture as it is stored when Exif's number says how to turn it back. */
  private static BufferedImage stored(BufferedImage upright, int number) {
    int w = upright.getWidth();
    int h = upright.getHeight();
    boolean turned = number >= 5;
    BufferedImage stored = new BufferedImage(turned ? h : w, turned ? w : h, upright.getType());
    for (int v = 0; v < h; v++) {
      for (int u = 0; u < w; u++) {
        int rgb = upright.getRGB(u, v);
        switch (number) {
          case 1 -> stored.setRGB(u, v, rgb);
          case 2 -> stored.setRGB(w - 1 - u, v, rgb);
          case 3 -> stored.setRGB(w - 1 - u, h - 1 - v, rgb);
          case 4 -> stored.setRGB(u, h - 1 - v, rgb);
          case 5 -> stored.setRGB(v, u, rgb);
          case 6 -> stored.setRGB(v, w - 1 - u, rgb);
          case 7 -> stored.setRGB(h - 1 - v, w - 1 - u, rgb);
          default -> stored.setRGB(h - 1 - v, u, rgb);
        }
      }
    }
    return stored;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void picturesAreTurnedUprightAsExifSays(int number) throws IOException {
    ImageShape shape = new ImageShape(3, 10, 7);
    BufferedImage upright = PictureFiles.blocks(53, 48, 4);
    byte[] expected = read(PictureFiles.encoded(upright, "png"), shape);
    BufferedImage stored = stored(upright, number);
    byte[] png = PictureFiles.encoded(stored, "png");
    byte[] tiff = PictureFiles.encoded(stored, "tiff");
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      byte[] exif = PictureFiles.exif(number, order);
      assertArrayEquals(expected, read(PictureFiles.withChunk(png, "eXIf", exif), shape));
    }
    assertArrayEquals(
        read(PictureFiles.encoded(stored, "png"), new ImageShape(3, 16, 16)),
        read(tiff, new ImageShape(3, 16, 16)),
        "TIFF without an orientation");
    byte[] smooth = read(PictureFiles.jpeg(PictureFiles.blocks(64, 48, 16), 1), COLOUR);
    byte[] jpeg =
        PictureFiles.jpegWithExif(
            PictureFiles.jpeg(stored(PictureFiles.blocks(64, 48, 16), number), 1),
            PictureFiles.exif(number, ByteOrder.LITTLE_ENDIAN));
    assertNear(smooth, read(jpeg, COLOUR), 3);
  }

  @Test
  void damagedExifLeavesAPictureAsItIs() throws IOException {
    byte[] png = PictureFiles.encoded(PictureFiles.blocks(40, 40, 5), "png");
    byte[] expected = read(png, COLOUR);
    byte[] exif = PictureFiles.exif(6, ByteOrder.BIG_ENDIAN);
    for (int length = 0; length < 8 + 2 + 24; length++) {
      byte[] cut = Arrays.copyOf(exif, length);
      assertArrayEquals(expected, read(PictureFiles.withChunk(png, "eXIf", cut), COLOUR));
    }
    byte[] far = exif.clone();
    Arrays.fill(far, 4, 8, (byte) -1);
    assertArrayEquals(expected, read(PictureFiles.withChunk(png, "eXIf", far), COLOUR));
    byte[] unknown = PictureFiles.exif(9, ByteOrder.BIG_ENDIAN);
    assertArrayEquals(expected, read(PictureFiles.withChunk(png, "eXIf", unknown), COLOUR));
  }

  @Test
  void inksOfAJpegFile() throws IOException {
    byte[] cmyk = PictureFiles.resource("cmyk.jpg");
    assertNear(PictureFiles.resource("cmyk.expected"), read(cmyk, COLOUR), 2);

    // The same numbers, on the left 200, 30, 30 and 255, of which Adobe's marker now says that the
    // first three are luminance and chrominance: of the ink, so red is 255 − what they give.
    byte[] ycck = cmyk.clone();
    ycck[17] = 2;
    int red = (int) Math.round(200 + 1.402 * (30 - 128));
    int blue = (int) Math.round(200 + 1.772 * (30 - 128));
    assertLeft(255 - red, 0, 255 - blue, read(ycck, COLOUR));

    // Without the marker 255 is full ink: here black is.
    byte[] plain = new byte[cmyk.length - 16];
    System.arraycopy(cmyk, 0, plain, 0, 2);
    System.arraycopy(cmyk, 18, plain, 2, plain.length - 2);
    assertLeft(0, 0, 0, read(plain, COLOUR));
  }

  private static void assertLeft(int red, int green, int blue, byte[] image) {
    int[] expected = {red, green, blue};
    for (int i = 0; i < image.length; i++) {
      if (i % 32 < 15 && i % 1024 / 32 < 15) {
        assertEquals(expected[i / 1024], Byte.toUnsignedInt(image[i]), 2, "value " + i);
      }
    }
  }

  private static byte[] solid(int red, int green, int blue) {
    byte[] image = new byte[COLOUR.size()];
    Arrays.fill(image, 0, 1024, (byte) red);
    Arrays.fill(image, 1024, 2048, (byte) green);
    Arrays.fill(image, 2048, 3072, (byte) blue);
    return image;
  }

  @Test
  void profilesOfPngFilesAreHeeded() throws IOException {
    byte[] expected = PictureFiles.resource("display-p3.expected");
    assertNear(expected, read(PictureFiles.resource("display-p3.png"), COLOUR), 2);
    assertEquals(List.of(), notes);
  }

  @Test
  void profilesOfGreyAndIndexedFilesAreHeeded() throws IOException {
    // Linear light: 55 of 255 is about 127 in sRGB.
    BufferedImage grey = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage indexed = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_INDEXED);
    for (int i = 0; i < 64; i++) {
      grey.getRaster().setSample(i % 8, i / 8, 0, 55);
      indexed.setRGB(i % 8, i / 8, 0x333333);
    }
    byte[] linearGrey =
        PictureFiles.withChunk(
            PictureFiles.encoded(grey, "png"), "iCCP", profile(ColorSpace.CS_GRAY));
    assertEquals(127, read(linearGrey, GREY)[0] & 0xff, 2);
    byte[] linear =
        PictureFiles.withChunk(
            PictureFiles.encoded(indexed, "png"), "iCCP", profile(ColorSpace.CS_LINEAR_RGB));
    assertEquals(124, read(linear, GREY)[0] & 0xff, 2);
    assertEquals(List.of(), notes);
  }

  private static byte[] profile(int space) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes("a name\0\0".getBytes(StandardCharsets.US_ASCII));
    try (DeflaterOutputStream deflated = new DeflaterOutputStream(content)) {
      deflated.write(ICC_Profile.getInstance(space).getData());
    }
    return content.toByteArray();
  }

  @Test
  void profilesThatCantBeUsedAreSaid() throws IOException {
    byte[] png = PictureFiles.encoded(PictureFiles.blocks(40, 40, 5), "png");
    byte[] expected = read(png, COLOUR);
    byte[] none = "a name\0\0not a profile".getBytes(StandardCharsets.US_ASCII);
    for (byte[] content : List.of(none, profile(ColorSpace.CS_GRAY))) {
      notes.clear();
      assertArrayEquals(expected, read(PictureFiles.withChunk(png, "iCCP", content), COLOUR));
      assertEquals(List.of("its colour profile can't be used: taken as sRGB"), notes);
    }
  }

  @Test
  void profilesOfJpegFilesAreHeeded() throws IOException {
    byte[] icc = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] segment = new byte[14 + icc.length];
    byte[] name = "ICC_PROFILE\0\1\1".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(name, 0, segment, 0, 14);
    System.arraycopy(icc, 0, segment, 14, icc.length);
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < 64; i++) {
      image.setRGB(i % 8, i / 8, 0x333333);
    }
    byte[] jpeg = PictureFiles.withSegment(PictureFiles.jpeg(image, 1), 0xffe2, segment);
    assertEquals(124, read(jpeg, GREY)[0] & 0xff, 2);
    Arrays.fill(segment, 14, segment.length, (byte) 7);
    read(PictureFiles.withSegment(PictureFiles.jpeg(image, 1), 0xffe2, segment), GREY);
    assertEquals(List.of("its colour profile can't be used: taken as sRGB"), notes);
  }

  @Test
  void damagedJpegFilesAreRefused() throws IOException {
    byte[] whole = PictureFiles.jpeg(PictureFiles.blocks(200, 200, 3), 0.9f);
    read(whole, COLOUR);
    read(Arrays.copyOf(whole, whole.length + 100), COLOUR);
    assertDamaged(Arrays.copyOf(whole, whole.length / 2));
    assertDamaged(Arrays.copyOf(whole, whole.length - 2));
    byte[] zeroTail = whole.clone();
    Arrays.fill(zeroTail, whole.length / 2, whole.length, (byte) 0);
    assertDamaged(zeroTail);
    byte[] hole = whole.clone();
    Arrays.fill(hole, whole.length / 2, whole.length / 2 + 2000, (byte) 0);
    assertDamaged(hole);
  }

  @Test
  void damagedPngFilesAreRefused() throws IOException {
    byte[] whole = PictureFiles.encoded(PictureFiles.blocks(60, 60, 3), "png");
    read(whole, COLOUR);
    read(Arrays.copyOf(whole, whole.length + 100), COLOUR);
    for (int length = 0; length < whole.length; length += 37) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(IOException.class, () -> read(cut, COLOUR));
    }
    assertDamaged(Arrays.copyOf(whole, whole.length - 1));
    assertDamaged(Arrays.copyOf(whole, whole.length - 12));
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 4;
    assertDamaged(flipped);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gif", "bmp", "tiff"})
  void otherKinds(String format) throws IOException {
    BufferedImage image = PictureFiles.blocks(64, 64, 16);
    byte[] whole = PictureFiles.encoded(image, format);
    byte[] png = PictureFiles.encoded(image, "png");
    assertNear(read(png, GREY), read(whole, GREY), format.equals("gif") ? 40 : 0);
    for (int part = 1; part < 8; part++) {
      byte[] cut = Arrays.copyOf(whole, whole.length * part / 8);
      assertThrows(IOException.class, () -> read(cut, COLOUR), "cut to " + part + " eighths");
    }
  }

  @Test
  void webpWhereItsReaderIs() throws IOException {
    byte[] image = read(PictureFiles.webp(16, 10, 120, 230), COLOUR);
    assertArrayEquals(solid(10, 120, 230), image);
  }

  @Test
  void whatIsNoPictureOrAnUnreadableFile() {
    assertThrows(IOException.class, () -> read("not a picture".getBytes(), COLOUR));
    assertThrows(IOException.class, () -> read(new byte[0], COLOUR));
    assertThrows(
        IOException.class, () -> PictureFile.read(folder.resolve("none"), COLOUR, notes::add));
  }

  @ParameterizedTest
  @CsvSource({"9000, 6000", "6000, 9000"})
  void largePicturesAreReadAtAReducedSize(int width, int height) throws IOException {
    // Four quarters of the middle, black and white; 1 bit a pixel here, but one byte when read.
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_BINARY);
    var pixels = image.createGraphics();
    pixels.fillRect(width / 2, 0, width, height / 2);
    pixels.fillRect(0, height / 2, width / 2, height);
    byte[] small = read(PictureFiles.encoded(image, "png"), GREY);
    for (int i = 0; i < 64; i++) {
      boolean white = i % 8 >= 4 ^ i / 8 >= 4;
      assertEquals(white ? 255 : 0, Byte.toUnsignedInt(small[i]), "value " + i);
    }
  }

  @Test
  void tooLargeOnesSaySo() throws IOException {
    byte[] png =
        PictureFiles.encoded(
            new BufferedImage(10_001, 10_000, BufferedImage.TYPE_BYTE_BINARY), "png");
    IOException e = assertThrows(IOException.class, () -> read(png, COLOUR));
    assertEquals(
        "it has 10001 x 10000 pixels, more than 100000000; make it smaller", e.getMessage());
  }

  /** ImageIO's reader of GIFs leaves its tables where codes are damaged. */
  @Test
  void damageIsOfTheFile() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BufferedImage grey = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 64; i++) {
      grey.getRaster().setSample(i % 8, i / 8, 0, i * 37 % 256);
    }
    assertTrue(ImageIO.write(grey, "gif", out));
    byte[] whole = out.toByteArray();
    Path file = folder.resolve("picture.gif");
    int refused = 0;
    for (int at = 6; at < whole.length; at++) {
      for (int value : new int[] {0x00, 0x0f, 0xff}) {
        byte[] damaged = whole.clone();
        damaged[at] = (byte) value;
        Files.write(file, damaged);
        try {
          Images.ofPicture(GREY, file);
        } catch (DataException e) {
          assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
          refused++;
        }
      }
    }
    assertTrue(refused > 10, refused + " refused");
  }
}
