package org.gan4j.data;

import java.awt.Rectangle;
import java.io.IOException;
import java.nio.ByteOrder;
import javax.imageio.stream.ImageInputStream;

/**
 * How the stored rows of a picture lie in the upright one, in the order of Exif's numbers from 1.
 * Stored (x, y) is upright (u, v), or (v, u) where they are swapped, each counted from the far end
 * where it is flipped.
 */
enum Orientation {
  UPRIGHT(false, false, false),
  MIRRORED(false, true, false),
  UPSIDE_DOWN(false, true, true),
  FLIPPED(false, false, true),
  TRANSPOSED(true, false, false),
  TURNED_LEFT(true, false, true),
  TRANSVERSED(true, true, true),
  TURNED_RIGHT(true, true, false);

  private static final int TAG = 0x112;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  private final boolean swapped;
  private final boolean flippedX;
  private final boolean flippedY;

  Orientation(boolean swapped, boolean flippedX, boolean flippedY) {
    this.swapped = swapped;
    this.flippedX = flippedX;
    this.flippedY = flippedY;
  }

  /**
   * Reads Exif's data, which are laid out as a TIFF file.
   *
   * @param in left anywhere, in big-endian order
   * @param start of the data
   * @param end of the data
   * @return what they say; upright if they say nothing that is known
   */
  static Orientation read(ImageInputStream in, long start, long end) throws IOException {
    try {
      return start + 8 <= end ? fromDirectory(in, start, end) : UPRIGHT;
    } finally {
      in.setByteOrder(ByteOrder.BIG_ENDIAN);
    }
  }

  private static Orientation fromDirectory(ImageInputStream in, long start, long end)
      throws IOException {
    in.seek(start);
    int order = in.readUnsignedShort();
    in.setByteOrder(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    in.readUnsignedShort();
    long directory = start + in.readUnsignedInt();
    if (directory + 2 > end) {
      return UPRIGHT;
    }
    in.seek(directory);
    int entries = in.readUnsignedShort();
    for (int e = 0; e < entries && directory + 2 + (e + 1L) * ENTRY_BYTES <= end; e++) {
      in.seek(directory + 2 + (long) e * ENTRY_BYTES);
      if (in.readUnsignedShort() == TAG && in.readUnsignedShort() == SHORT) {
        in.readUnsignedInt();
        int number = in.readUnsignedShort();
        return number >= 1 && number <= values().length ? values()[number - 1] : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  /** Whether the upright picture is as wide as the stored one is high. */
  boolean swapped() {
    return swapped;
  }

  /** Where a part of the upright picture is stored, of {@code width} x {@code height} stored. */
  Rectangle stored(Rectangle part, int width, int height) {
    Rectangle there =
        swapped
            ? new Rectangle(part.y, part.x, part.height, part.width)
            : new Rectangle(part.x, part.y, part.width, part.height);
    if (flippedX) {
      there.x = width - there.x - there.width;
    }
    if (flippedY) {
      there.y = height - there.y - there.height;
    }
    return there;
  }

  /** Whether an upright row, as {@link #stored} finds it, begins at the end of what is stored. */
  boolean rowsReversed() {
    return swapped ? flippedY : flippedX;
  }
}
