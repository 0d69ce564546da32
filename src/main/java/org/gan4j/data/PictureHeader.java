package org.gan4j.data;

import java.awt.color.ICC_Profile;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.imageio.stream.ImageInputStream;

/**
 * What a picture's file says beside its pixels, as far as ImageIO does not heed it.
 *
 * @param orientation how its rows lie
 * @param profile what its colours are, where ImageIO's reader does not say; broken if there is one
 *     that is no profile
 * @param inks whether a JPEG file has four components: cyan, magenta, yellow and black
 * @param adobe the colour transform that Adobe's marker in a JPEG file names; −1 without a marker
 */
record PictureHeader(Orientation orientation, Profile profile, boolean inks, int adobe) {
  /** Adobe's transform of four components: the first three as luminance and chrominance. */
  static final int YCCK = 2;

  private static final PictureHeader PLAIN = upright(Orientation.UPRIGHT);

  private static final int SOI = 0xffd8;
  private static final int SOS = 0xda;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int RIFF = 0x52494646;
  private static final int WEBP = 0x57454250;
  private static final int EXIF_CHUNK = 0x45584946;
  private static final String EXIF = "Exif\0\0";
  private static final String ADOBE = "Adobe";

  /** A colour profile, if there is one. */
  record Profile(Optional<ICC_Profile> icc, boolean broken) {
    static final Profile NONE = new Profile(Optional.empty(), false);
    static final Profile BROKEN = new Profile(Optional.empty(), true);
  }

  private static PictureHeader upright(Orientation orientation) {
    return new PictureHeader(orientation, Profile.NONE, false, -1);
  }

  /**
   * Reads what there is.
   *
   * @param in the file, at its beginning; left at its beginning
   * @throws IOException if it can't be read, or is a PNG file that is damaged
   */
  static PictureHeader read(ImageInputStream in) throws IOException {
    try {
      return PngChunks.begins(in) ? png(in) : other(in);
    } finally {
      in.setByteOrder(ByteOrder.BIG_ENDIAN);
      in.seek(0);
    }
  }

  private static PictureHeader png(ImageInputStream in) throws IOException {
    PngChunks chunks = PngChunks.read(in);
    return new PictureHeader(chunks.orientation(), chunks.profile(), false, -1);
  }

  private static PictureHeader other(ImageInputStream in) throws IOException {
    if (in.length() < 12) {
      return PLAIN;
    }
    in.seek(0);
    int first = in.readInt();
    in.readInt();
    int third = in.readInt();
    if (first >>> 16 == SOI) {
      return jpeg(in);
    }
    if (first == RIFF && third == WEBP) {
      return upright(webp(in));
    }
    boolean tiff = first == 0x49492a00 || first == 0x4d4d002a;
    return tiff ? upright(Orientation.read(in, 0, in.length())) : PLAIN;
  }

  private static PictureHeader jpeg(ImageInputStream in) throws IOException {
    Orientation orientation = null;
    boolean inks = false;
    int adobe = -1;
    long at = 2;
    while (at + 4 <= in.length()) {
      in.seek(at);
      int marker = in.readUnsignedShort() & 0xff;
      if (marker == 0xff) { // a fill byte before a marker
        at++;
        continue;
      }
      if (marker == SOS) {
        break;
      }
      int length = in.readUnsignedShort();
      long end = Math.min(in.length(), at + 2 + length);
      if (marker == APP1 && orientation == null && says(in, end, EXIF)) {
        orientation = Orientation.read(in, in.getStreamPosition(), end);
      } else if (marker == APP14 && says(in, end, ADOBE) && in.getStreamPosition() + 7 <= end) {
        in.skipBytes(6);
        adobe = in.readUnsignedByte();
      } else if (isFrame(marker) && length >= 8) {
        in.skipBytes(5);
        inks = in.read() == 4;
      }
      at += 2L + length;
    }
    return new PictureHeader(
        orientation == null ? Orientation.UPRIGHT : orientation, Profile.NONE, inks, adobe);
  }

  /** Start of frame: 0xc0 to 0xcf, without the three among them that are something else. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /** Whether a text is next, which is then read. */
  private static boolean says(ImageInputStream in, long end, String text) throws IOException {
    long start = in.getStreamPosition();
    if (start + text.length() > end) {
      return false;
    }
    byte[] there = new byte[text.length()];
    in.readFully(there);
    return text.equals(new String(there, StandardCharsets.ISO_8859_1));
  }

  private static Orientation webp(ImageInputStream in) throws IOException {
    long at = 12;
    while (at + 8 <= in.length()) {
      in.seek(at);
      int type = in.readInt();
      in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
      long length = in.readUnsignedInt();
      in.setByteOrder(ByteOrder.BIG_ENDIAN);
      long end = Math.min(in.length(), at + 8 + length);
      if (type == EXIF_CHUNK) {
        long start = at + 8;
        return Orientation.read(in, says(in, end, EXIF) ? start + EXIF.length() : start, end);
      }
      at += 8 + length + length % 2;
    }
    return Orientation.UPRIGHT;
  }
}
