package org.gan4j.data;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Finds a file in a tar archive (POSIX ustar and older): blocks of 512 bytes, a header a file. */
final class Tar {
  private static final int BLOCK = 512;
  private static final int NAME_BYTES = 100;
  private static final int SIZE_AT = 124;
  private static final int SIZE_BYTES = 12;

  private Tar() {}

  /**
   * A parser of an archive that hands one of its files to a parser of such files.
   *
   * @param name of the file, without the folders it lies in
   * @param parser reads its content
   */
  static <T> Gzip.Parser<T> entry(String name, Gzip.Parser<T> parser) {
    return (in, archive) -> {
      byte[] header = new byte[BLOCK];
      while (in.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0) {
        String path = text(header, 0, NAME_BYTES);
        long size = size(header, archive);
        if (path.substring(path.lastIndexOf('/') + 1).equals(name)) {
          return parser.parse(new Entry(in, size), archive + " (" + path + ")");
        }
        in.skipNBytes((size + BLOCK - 1) / BLOCK * BLOCK);
      }
      throw new DataException(archive + " holds no " + name + "; replace it");
    };
  }

  private static String text(byte[] header, int at, int length) {
    int end = at;
    while (end < at + length && header[end] != 0) {
      end++;
    }
    return new String(header, at, end - at, StandardCharsets.ISO_8859_1).strip();
  }

  private static long size(byte[] header, String archive) {
    String octal = text(header, SIZE_AT, SIZE_BYTES);
    if (!octal.matches("[0-7]{1,11}")) {
      throw new DataException(archive + " is no tar archive, or damaged; replace it");
    }
    return Long.parseLong(octal, 8);
  }

  /** Ends where the file ends. */
  private static final class Entry extends FilterInputStream {
    private long left;

    Entry(InputStream in, long size) {
      super(in);
      left = size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(target, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the archive ends in the middle of a file");
      }
      left -= count;
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = in.skip(Math.min(count, left));
      left -= skipped;
      return skipped;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
