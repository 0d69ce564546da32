package org.gan4j.data;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One array of numbers in a MAT-file.
 *
 * @param what file and array, for messages
 * @param dimensions rows, columns and so on
 * @param type how the numbers are stored
 * @param stored the numbers, the first dimension varying fastest
 * @param logical whether they are truth values, 0 and 1
 */
record MatArray(
    String what, List<Integer> dimensions, Type type, ByteBuffer stored, boolean logical) {
  /** How a number is stored; the numbers of these are MATLAB's. */
  enum Type {
    INT8(1, 1),
    UINT8(2, 1),
    INT16(3, 2),
    UINT16(4, 2),
    INT32(5, 4),
    UINT32(6, 4),
    SINGLE(7, 4),
    DOUBLE(9, 8),
    INT64(12, 8);

    private final int number;
    private final int bytes;

    Type(int number, int bytes) {
      this.number = number;
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }

    /** Null for a number that stands for something else. */
    static Type of(int number) {
      return Arrays.stream(values()).filter(t -> t.number == number).findFirst().orElse(null);
    }
  }

  /**
   * Checks the dimensions; 0 stands for any.
   *
   * @throws DataException if they are others
   */
  void require(Integer... wanted) {
    boolean fits = wanted.length == dimensions.size();
    for (int d = 0; fits && d < wanted.length; d++) {
      fits = wanted[d] == 0 ? dimensions.get(d) > 0 : wanted[d].equals(dimensions.get(d));
    }
    if (!fits) {
      throw new DataException(
          what
              + " is "
              + joined(dimensions)
              + ", not "
              + joined(Arrays.asList(wanted)).replaceAll("\\b0\\b", "N")
              + "; check that it is the published file");
    }
  }

  private static String joined(List<Integer> sizes) {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining(" x "));
  }

  /**
   * A value.
   *
   * @throws DataException if it is no whole number that an int holds
   */
  int value(int index) {
    return switch (type) {
      case INT8 -> stored.get(index);
      case UINT8 -> Byte.toUnsignedInt(stored.get(index));
      case INT16 -> stored.getShort(2 * index);
      case UINT16 -> Short.toUnsignedInt(stored.getShort(2 * index));
      case INT32 -> stored.getInt(4 * index);
      case UINT32 -> whole(Integer.toUnsignedLong(stored.getInt(4 * index)));
      case SINGLE -> whole(stored.getFloat(4 * index));
      case DOUBLE -> whole(stored.getDouble(8 * index));
      case INT64 -> whole(stored.getLong(8 * index));
    };
  }

  private int whole(double value) {
    if (value != (int) value) {
      throw new DataException(
          what + " holds " + value + ", which is no whole number; check the file");
    }
    return (int) value;
  }

  /**
   * A value as a pixel: of truth values, true is white.
   *
   * @throws DataException if it is no byte
   */
  byte pixel(int index) {
    int value = logical ? 255 * value(index) : value(index);
    if (value < 0 || value > 255) {
      throw new DataException(
          what + " holds " + value + ", but a pixel is 0 to 255; check the file");
    }
    return (byte) value;
  }
}
