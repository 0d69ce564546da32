package org.gan4j.data;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a file in a tar archive: blocks of 512 bytes, a header a file. Long names are read as GNU
 * tar and as POSIX (pax) write them, in an entry of their own before the file's.
 */
final class Tar {
  private static final int BLOCK = 512;
  private static final int NAME_BYTES = 100;
  private static final int SIZE_AT = 124;
  private static final int SIZE_BYTES = 12;
  private static final int TYPE_AT = 156;

  /** A name, or some more properties, of a file. */
  private static final int MOST_TEXT_BYTES = 1 << 20;

  private static final Pattern PAX_PATH = Pattern.compile("(?s)(?:^|\n)\\d+ path=([^\n]*)\n");

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
      String longName = null;
      boolean python = false;
      while (in.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0) {
        String path = longName == null ? text(header, 0, NAME_BYTES) : longName;
        long size = size(header, archive);
        long blocks = (size + BLOCK - 1) / BLOCK * BLOCK;
        longName = null;
        switch (header[TYPE_AT]) {
          case 'L' -> longName = gnuName(content(in, size, blocks, archive));
          case 'x' -> longName = paxName(content(in, size, blocks, archive));
          case 0, '0', '7' -> {
            String file = path.substring(path.lastIndexOf('/') + 1);
            if (file.equals(name)) {
              return parser.parse(new Entry(in, size), archive + " (" + path + ")");
            }
            python |= name.equals(file + ".bin");
            in.skipNBytes(blocks);
          }
          default -> in.skipNBytes(blocks);
        }
      }
      throw new DataException(
          archive
              + " holds no "
              + name
              + (python ? ": it is the version for Python; get the binary one" : "; replace it"));
    };
  }

  private static byte[] content(InputStream in, long size, long blocks, String archive)
      throws IOException {
    if (size > MOST_TEXT_BYTES) {
      throw noArchive(archive);
    }
    byte[] content = in.readNBytes((int) size);
    in.skipNBytes(blocks - size);
    return content;
  }

  private static String gnuName(byte[] content) {
    return text(content, 0, content.length);
  }

  /** Null if they say nothing of the name. */
  private static String paxName(byte[] content) {
    Matcher path = PAX_PATH.matcher(new String(content, StandardCharsets.UTF_8));
    return path.find() ? path.group(1) : null;
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
      throw noArchive(archive);
    }
    return Long.parseLong(octal, 8);
  }

  private static DataException noArchive(String archive) {
    return new DataException(archive + " is no tar archive, or damaged; replace it");
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
