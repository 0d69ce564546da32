package org.gan4j.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Makes the files of small pictures. */
final class PictureFiles {
  private PictureFiles() {}

  /** Blocks of colours that differ everywhere. */
  static BufferedImage blocks(int width, int height, int side) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] colours = new Random(5).ints(width * height, 0, 1 << 24).toArray();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, colours[y / side * width + x / side]);
      }
    }
    return image;
  }

  static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, bytes)) {
      throw new IOException("no writer of " + format);
    }
    return bytes.toByteArray();
  }

  static byte[] jpeg(BufferedImage image, float quality) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality(quality);
      writer.write(null, new IIOImage(image, null, null), how);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** Exif's data with one entry before the orientation. */
  static byte[] exif(int orientation, ByteOrder order) {
    ByteBuffer exif = ByteBuffer.allocate(8 + 2 + 2 * 12 + 4).order(order);
    exif.put((order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM").getBytes(StandardCharsets.US_ASCII));
    exif.putShort((short) 42).putInt(8).putShort((short) 2);
    exif.putShort((short) 0x10f).putShort((short) 2).putInt(4).putInt(0x41414100);
    exif.putShort((short) 0x112).putShort((short) 3).putInt(1);
    exif.putShort((short) orientation).putShort((short) 0).putInt(0);
    return exif.array();
  }

  /** With one segment more, behind the first. */
  static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
    int first = 4 + (jpeg[4] << 8 & 0xff00) + (jpeg[5] & 0xff);
    ByteBuffer all = ByteBuffer.allocate(jpeg.length + 4 + content.length);
    all.put(jpeg, 0, first).putShort((short) marker).putShort((short) (content.length + 2));
    return all.put(content).put(jpeg, first, jpeg.length - first).array();
  }

  static byte[] jpegWithExif(byte[] jpeg, byte[] exif) {
    byte[] content =
        ByteBuffer.allocate(6 + exif.length)
            .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
            .put(exif)
            .array();
    return withSegment(jpeg, 0xffe1, content);
  }

  /** With one chunk more, behind the header. */
  static byte[] withChunk(byte[] png, String type, byte[] content) {
    int header = 8 + 12 + 13;
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    ByteBuffer all = ByteBuffer.allocate(png.length + 12 + content.length);
    all.put(png, 0, header).putInt(content.length).put(name).put(content);
    return all.putInt((int) crc.getValue()).put(png, header, png.length - header).array();
  }

  /** A WebP file of one colour. */
  static byte[] webp(int side, int red, int green, int blue) {
    // Bits from the lowest on: size, no alpha, version 0, no transform, no cache, no groups, then
    // five codes of one symbol each, which takes no bits a pixel.
    StringBuilder bits = new StringBuilder();
    bits(bits, side - 1, 14);
    bits(bits, side - 1, 14);
    bits(bits, 0, 1 + 3 + 1 + 1 + 1);
    for (int symbol : new int[] {green, red, blue, 255, 0}) {
      bits(bits, 0b101, 3);
      bits(bits, symbol, 8);
    }
    byte[] packed = new byte[1 + (bits.length() + 7) / 8];
    packed[0] = 0x2f;
    for (int i = 0; i < bits.length(); i++) {
      packed[1 + i / 8] |= (byte) (bits.charAt(i) - '0' << i % 8);
    }
    int padded = packed.length + packed.length % 2;
    ByteBuffer file = ByteBuffer.allocate(20 + padded).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(12 + padded);
    file.put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII)).putInt(packed.length);
    return file.put(packed).array();
  }

  private static void bits(StringBuilder bits, int value, int count) {
    for (int i = 0; i < count; i++) {
      bits.append(value >> i & 1);
    }
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream in = PictureFiles.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
