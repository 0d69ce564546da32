package org.gan4j.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.InflaterInputStream;

/**
 * Reads the elements of a MAT-file of version 5 one after the other. Whatever an element says of
 * its size, no more memory is taken than a small multiple of what is there.
 */
final class MatReader {
  private static final int INT8 = 1;
  private static final int INT32 = 5;
  private static final int UINT32 = 6;
  private static final int ARRAY = 14;
  private static final int COMPRESSED = 15;

  private static final int TAG_BYTES = 8;
  private static final int LOGICAL = 0x200;
  private static final int COMPLEX = 0x800;

  /** Names and dimensions are shorter. */
  private static final int MOST_PROPERTY_BYTES = 1 << 12;

  /** Kinds of arrays; the later ones are of numbers, but for those above. */
  private static final List<String> KINDS =
      List.of("nothing", "a cell array", "a structure", "an object", "text", "a sparse matrix");

  private static final int LAST_NUMBERS = 15;

  /** Of one array of Java. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  private final InputStream in;
  private final ByteOrder order;
  private final Path file;
  private long left;

  /**
   * A reader of a file, or of a part of one.
   *
   * @param in at the first element; not closed
   * @param length bytes of all elements
   */
  MatReader(InputStream in, long length, ByteOrder order, Path file) {
    this.in = in;
    this.left = length;
    this.order = order;
    this.file = file;
  }

  /**
   * What an element begins with.
   *
   * @param type of the element
   * @param bytes of its content
   * @param packed the content, if it is so short that it is in the tag; else null
   */
  private record Tag(int type, long bytes, ByteBuffer packed) {}

  boolean hasNext() {
    return left > 0;
  }

  /**
   * Reads the next array, or passes over it.
   *
   * @param wanted names of arrays that are read
   * @param found gets the array by its name, if it is wanted
   * @throws DataException if the file is damaged, or the array is none of numbers
   * @throws IOException if it can't be read, or ends too early
   */
  void next(List<String> wanted, Map<String, MatArray> found) throws IOException {
    Tag tag = tag();
    if (tag.bytes > left) {
      throw damaged("it has an element of " + tag.bytes + " bytes, of which " + left + " are left");
    }
    left -= tag.bytes;
    Gzip.Limit limit = Gzip.Limit.of(tag.bytes);
    MatReader element = new MatReader(in, tag.bytes, order, file);
    switch (tag.type) {
      case ARRAY -> element.array(wanted, limit, found);
      case COMPRESSED -> element.inflated().array(wanted, limit, found);
      default -> throw damaged("it has an element of type " + tag.type);
    }
    in.skipNBytes(element.left);
  }

  /** What this holds, unpacked. */
  private MatReader inflated() throws IOException {
    InputStream unpacked = new InflaterInputStream(content());
    Tag tag = new MatReader(unpacked, TAG_BYTES, order, file).tag();
    if (tag.type != ARRAY) {
      throw damaged("it has a compressed element of type " + tag.type);
    }
    return new MatReader(unpacked, tag.bytes, order, file);
  }

  private void array(List<String> wanted, Gzip.Limit limit, Map<String, MatArray> found)
      throws IOException {
    ByteBuffer kind = property(UINT32);
    if (kind.remaining() < Integer.BYTES) {
      throw damaged("an array has flags of " + kind.remaining() + " bytes");
    }
    int flags = kind.getInt();
    ByteBuffer sizes = property(INT32);
    String name = StandardCharsets.ISO_8859_1.decode(property(INT8)).toString();
    if (!wanted.contains(name)) {
      return;
    }
    String what = file + ": the array '" + name + "'";
    requireNumbers(what, flags);
    List<Integer> dimensions = new ArrayList<>();
    while (sizes.remaining() >= Integer.BYTES) {
      dimensions.add(sizes.getInt());
    }
    Tag tag = tag();
    MatArray.Type type = MatArray.Type.of(tag.type);
    if (type == null) {
      throw damaged("the array '" + name + "' has numbers of type " + tag.type);
    }
    long bytes = count(what, dimensions) * type.bytes();
    if (tag.bytes != bytes) {
      throw damaged(
          "the array '" + name + "' has " + tag.bytes + " bytes of numbers, not " + bytes);
    }
    if (bytes > Math.min(limit.bytes(), MOST_BYTES)) {
      throw new DataException(
          what
              + " unpacks to "
              + bytes
              + " bytes, more than "
              + Math.min(limit.bytes(), MOST_BYTES)
              + ": that is not the published file; replace it");
    }
    boolean logical = (flags & LOGICAL) != 0;
    found.put(name, new MatArray(what, dimensions, type, content(tag), logical));
  }

  private static void requireNumbers(String what, int flags) {
    int kind = flags & 0xff;
    if (kind < KINDS.size()) {
      throw new DataException(
          what
              + " is "
              + KINDS.get(kind)
              + ", not full numbers"
              + (kind == KINDS.size() - 1 ? "; save it as full(x)" : "")
              + "; check that it is the published file");
    }
    if (kind > LAST_NUMBERS || (flags & COMPLEX) != 0) {
      throw new DataException(
          what + " does not hold real numbers; check that it is the published file");
    }
  }

  private static long count(String what, List<Integer> dimensions) {
    long count = 1;
    for (int dimension : dimensions) {
      if (dimension < 0 || count * dimension > Idx.MAX_VALUES) {
        throw new DataException(
            what + " has sizes " + dimensions + ", more than gan4j holds; check the file");
      }
      count *= dimension;
    }
    return count;
  }

  /** A short element that must be of a type, with what fills it up. */
  private ByteBuffer property(int type) throws IOException {
    Tag tag = tag();
    if (tag.type != type || tag.bytes > MOST_PROPERTY_BYTES || tag.bytes == 0 && type != INT8) {
      throw damaged("an array has a header of type " + tag.type + ", not " + type);
    }
    ByteBuffer content = content(tag);
    if (tag.packed == null) {
      read((int) (-tag.bytes & TAG_BYTES - 1));
    }
    return content;
  }

  private Tag tag() throws IOException {
    ByteBuffer tag = read(TAG_BYTES);
    int first = tag.getInt();
    int length = first >>> 16;
    return length == 0
        ? new Tag(first, Integer.toUnsignedLong(tag.getInt()), null)
        : new Tag(
            first & 0xffff,
            length,
            tag.slice(Integer.BYTES, Math.min(length, Integer.BYTES)).order(order));
  }

  private ByteBuffer content(Tag tag) throws IOException {
    return tag.packed == null ? read((int) tag.bytes) : tag.packed;
  }

  private ByteBuffer read(int bytes) throws IOException {
    if (bytes > left) {
      throw new EOFException("an element ends in the middle");
    }
    byte[] content = in.readNBytes(bytes);
    left -= content.length;
    if (content.length < bytes) {
      throw new EOFException("the file ends in the middle");
    }
    return ByteBuffer.wrap(content).order(order);
  }

  /** What is left, as a stream. */
  private InputStream content() {
    return new InputStream() {
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
        left -= Math.max(0, count);
        return count;
      }
    };
  }

  private DataException damaged(String why) {
    return new DataException(
        file + " can't be read as a MAT-file of version 5 to 7 (" + why + "); replace it");
  }
}
