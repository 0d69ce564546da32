package org.gan4j.data;

import java.awt.color.ICC_Profile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import javax.imageio.stream.ImageInputStream;
import org.gan4j.data.PictureHeader.Profile;

/** The chunks of a PNG file, whose checksums ImageIO's reader does not look at. */
final class PngChunks {
  private static final long SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int SIGNATURE_BYTES = Long.BYTES;
  private static final int TYPE_BYTES = 4;
  private static final String END = "IEND";
  private static final String EXIF = "eXIf";
  private static final String PROFILE = "iCCP";

  /** Profiles of printers have 2 MB; what inflates to more than this is none. */
  private static final int MOST_PROFILE_BYTES = 1 << 24;

  private final ImageInputStream in;
  private Orientation orientation = Orientation.UPRIGHT;
  private Profile profile = Profile.NONE;

  private PngChunks(ImageInputStream in) {
    this.in = in;
  }

  /** Whether a file begins as PNG files do; it is left at its beginning. */
  static boolean begins(ImageInputStream in) throws IOException {
    in.seek(0);
    boolean png = in.length() >= SIGNATURE_BYTES && in.readLong() == SIGNATURE;
    in.seek(0);
    return png;
  }

  /**
   * Reads a file to its end.
   *
   * @throws IOException if it is cut, or a chunk's checksum is wrong
   */
  static PngChunks read(ImageInputStream in) throws IOException {
    PngChunks chunks = new PngChunks(in);
    long at = SIGNATURE_BYTES;
    String type = "";
    while (!type.equals(END)) {
      in.seek(at);
      long length = in.length() - at < 12 ? Long.MAX_VALUE / 2 : in.readUnsignedInt();
      if (at + 12 + length > in.length()) {
        throw new IOException("the PNG file is cut: it ends in the middle");
      }
      type = chunks.check(at, length);
      chunks.take(type, at + 8, length);
      at += 12 + length;
    }
    return chunks;
  }

  Orientation orientation() {
    return orientation;
  }

  Profile profile() {
    return profile;
  }

  /** The type of the chunk at {@code at}. */
  private String check(long at, long length) throws IOException {
    byte[] buffer = new byte[1 << 13];
    in.readFully(buffer, 0, TYPE_BYTES);
    String type = new String(buffer, 0, TYPE_BYTES, StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(buffer, 0, TYPE_BYTES);
    for (long left = length; left > 0; ) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new IOException("the PNG file is cut: it ends in the middle");
      }
      crc.update(buffer, 0, read);
      left -= read;
    }
    if (in.readUnsignedInt() != crc.getValue()) {
      throw new IOException("the PNG file is damaged: a checksum is wrong at byte " + at);
    }
    return type;
  }

  private void take(String type, long start, long length) throws IOException {
    if (type.equals(EXIF)) {
      orientation = Orientation.read(in, start, start + length);
    } else if (type.equals(PROFILE)) {
      in.seek(start);
      byte[] content = new byte[(int) Math.min(length, MOST_PROFILE_BYTES)];
      in.readFully(content);
      profile = profile(content);
    }
  }

  /** A name, a zero, the method of compression (0), and the profile compressed. */
  private static Profile profile(byte[] content) {
    int name = 0;
    while (name < content.length && content[name] != 0) {
      name++;
    }
    int start = Math.min(content.length, name + 2);
    try (InputStream inflated =
        new InflaterInputStream(
            new ByteArrayInputStream(Arrays.copyOfRange(content, start, content.length)))) {
      byte[] icc = inflated.readNBytes(MOST_PROFILE_BYTES);
      return new Profile(Optional.of(ICC_Profile.getInstance(icc)), false);
    } catch (IOException | IllegalArgumentException e) {
      return Profile.BROKEN;
    }
  }
}
