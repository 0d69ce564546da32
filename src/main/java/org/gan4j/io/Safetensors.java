package org.gan4j.io;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.gan4j.FormatException;
import org.gan4j.io.SafetensorsHeader.Entry;

/**
 * Files in the <a href="https://github.com/huggingface/safetensors">safetensors</a> format: named
 * tensors and some text. Numbers are little-endian, tensors row by row.
 *
 * <p>An instance is an open file to read from; several threads may use it at once. The file's
 * header is checked when it is opened, and what a file claims never makes the reader allocate more
 * than a small multiple of the header the file really has.
 */
public final class Safetensors implements AutoCloseable {
  /** The JDK keeps a copy of each piece outside the heap, so pieces are small. */
  private static final int CHUNK_BYTES = 1 << 18;

  private final Path file;

  /** A channel would be closed for all by an interrupt of one who reads. */
  private final RandomAccessFile content;

  private final SafetensorsHeader header;
  private final long dataStart;

  /** The types of elements. */
  public enum DType {
    /** 32-bit floating point. */
    F32(4),
    /** 64-bit floating point. */
    F64(8),
    /** 64-bit signed integer. */
    I64(8),
    /** 8-bit unsigned integer. */
    U8(1);

    private final int bytes;

    DType(int bytes) {
      this.bytes = bytes;
    }

    /**
     * The size of one element.
     *
     * @return bytes
     */
    public int bytes() {
      return bytes;
    }
  }

  /**
   * What a tensor is, without its data.
   *
   * @param name its name, unique in its file; valid Unicode
   * @param dtype the type of its elements
   * @param shape its dimensions, slowest first, each 0 or more, at most {@link #MAX_RANK}; none for
   *     a scalar
   */
  public record TensorInfo(String name, DType dtype, List<Long> shape) {
    /** The most dimensions that a tensor may have. */
    public static final int MAX_RANK = 16;

    public TensorInfo {
      if (name == null || !Json.isUnicode(name)) {
        throw new IllegalArgumentException("a tensor's name must be valid Unicode, not " + name);
      }
      if (dtype == null) {
        throw new IllegalArgumentException("tensor " + Printable.quoted(name) + " has no dtype");
      }
      shape = List.copyOf(shape);
      if (shape.size() > MAX_RANK || shape.stream().anyMatch(d -> d < 0)) {
        throw new IllegalArgumentException(
            "tensor %s can't have shape %s: at most %d dimensions, each 0 or more"
                .formatted(Printable.quoted(name), shape, MAX_RANK));
      }
      try {
        Math.multiplyExact(product(shape), dtype.bytes());
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "tensor %s of shape %s is too large".formatted(Printable.quoted(name), shape), e);
      }
    }

    /**
     * The same with the dimensions as arguments.
     *
     * @param name its name
     * @param dtype the type of its elements
     * @param shape its dimensions, slowest first
     */
    public TensorInfo(String name, DType dtype, long... shape) {
      this(name, dtype, LongStream.of(shape).boxed().toList());
    }

    /**
     * The number of elements.
     *
     * @return the product of the dimensions, 1 for a scalar
     */
    public long elements() {
      return product(shape);
    }

    /**
     * The size of the data.
     *
     * @return bytes
     */
    public long bytes() {
      return elements() * dtype.bytes();
    }

    /** Type and shape for a message, such as {@code F32[1200, 7]}. */
    String type() {
      return dtype + shape.toString();
    }

    private static long product(List<Long> shape) {
      return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }
  }

  /** What supplies the data of a tensor, piece by piece. */
  @FunctionalInterface
  public interface Data {
    /**
     * Writes all elements in order.
     *
     * @param sink where to; of no use after the return
     * @throws IOException if the data can't be had; the file is then left as it was
     */
    void writeTo(Sink sink) throws IOException;
  }

  /**
   * A tensor to write.
   *
   * @param info its name, type and shape
   * @param data what supplies its elements
   */
  public record Tensor(TensorInfo info, Data data) {
    /**
     * A tensor of floats that are in memory.
     *
     * @param name its name
     * @param values its elements; not copied, not modified
     * @param shape its dimensions; their product is the number of values
     * @return the tensor
     */
    public static Tensor of(String name, float[] values, long... shape) {
      TensorInfo info = new TensorInfo(name, DType.F32, shape);
      if (info.elements() != values.length) {
        throw new IllegalArgumentException(
            "tensor %s of shape %s can't hold %d values"
                .formatted(Printable.quoted(name), info.shape(), values.length));
      }
      return new Tensor(info, sink -> sink.write(values, 0, values.length));
    }
  }

  /** Takes the data of one tensor. Pieces may be of any size. */
  public static final class Sink {
    private final CheckedOutputStream out;
    private final ByteBuffer chunk;
    private final TensorInfo info;
    private long bytesLeft;

    private Sink(CheckedOutputStream out, ByteBuffer chunk, TensorInfo info) {
      this.out = out;
      this.chunk = chunk;
      this.info = info;
      bytesLeft = info.bytes();
    }

    /**
     * Writes the next bytes of the tensor.
     *
     * @param bytes little-endian elements, from position to limit; consumed
     * @throws IOException if the disk is full
     * @throws IllegalArgumentException if the tensor is smaller than what it was given
     */
    public void write(ByteBuffer bytes) throws IOException {
      take(bytes.remaining());
      while (bytes.hasRemaining()) {
        int n = Math.min(bytes.remaining(), chunk.capacity());
        bytes.get(chunk.array(), 0, n);
        out.write(chunk.array(), 0, n);
      }
    }

    /**
     * Writes the next elements of a tensor of type {@link DType#F32}.
     *
     * @param values holds the elements; not modified
     * @param offset index of the first of them
     * @param count how many
     * @throws IOException if the disk is full
     * @throws IllegalArgumentException if the tensor is of another type, or smaller than what it
     *     was given
     */
    public void write(float[] values, int offset, int count) throws IOException {
      requireRange(offset, count, values.length);
      if (info.dtype() != DType.F32) {
        throw new IllegalArgumentException(
            "tensor " + Printable.quoted(info.name()) + " is " + info.type() + ", given floats");
      }
      take((long) count * Float.BYTES);
      int perChunk = chunk.capacity() / Float.BYTES;
      for (int done = 0; done < count; done += perChunk) {
        int n = Math.min(perChunk, count - done);
        chunk.asFloatBuffer().put(values, offset + done, n);
        out.write(chunk.array(), 0, n * Float.BYTES);
      }
    }

    /**
     * The checksum of all that the file has so far, its header too; of a tensor that has no data
     * yet, what {@link Safetensors#checksumBefore} finds for it.
     *
     * @return CRC-32C, 32 bits
     */
    public long checksum() {
      return out.getChecksum().getValue();
    }

    private void take(long bytes) {
      bytesLeft -= bytes;
      if (bytesLeft < 0) {
        throw wrongSize("more");
      }
    }

    private void finish() {
      if (bytesLeft > 0) {
        throw wrongSize("only " + (info.bytes() - bytesLeft));
      }
    }

    private IllegalArgumentException wrongSize(String supplied) {
      return new IllegalArgumentException(
          "the data of tensor %s must be %d bytes (%s), it supplied %s"
              .formatted(Printable.quoted(info.name()), info.bytes(), info.type(), supplied));
    }
  }

  private Safetensors(Path file, RandomAccessFile content) throws IOException {
    this.file = file;
    this.content = content;
    long size = content.length();
    if (size < Long.BYTES) {
      throw SafetensorsHeader.damaged(file, "it has " + size + " bytes");
    }
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    fill(length, 0);
    long headerBytes = length.getLong(0);
    long most = Math.min(size - Long.BYTES, SafetensorsHeader.MAX_BYTES);
    if (headerBytes < 0 || headerBytes > most) {
      throw SafetensorsHeader.damaged(
          file,
          "it announces a header of %s bytes, at most %d can be read"
              .formatted(Long.toUnsignedString(headerBytes), most));
    }
    dataStart = Long.BYTES + headerBytes;
    byte[] json = new byte[(int) headerBytes];
    fill(ByteBuffer.wrap(json), Long.BYTES);
    header = SafetensorsHeader.parse(json, size - dataStart, file);
  }

  /**
   * Writes a file, whole or not at all: if anything fails, what {@code file} held before is still
   * there. The same input gives the same bytes, whatever the order of the tensors.
   *
   * @param file the file to create or replace; its folder exists
   * @param metadata text by key; may be empty
   * @param tensors what to write, with distinct names; wider types are laid out first, and those of
   *     one width by name
   * @throws FormatException if the file can't be written, for instance because the disk is full
   * @throws IllegalArgumentException if two tensors share a name, a text is not valid Unicode, or a
   *     tensor supplies more or less data than its shape says
   */
  public static void write(Path file, Map<String, String> metadata, List<Tensor> tensors) {
    Map<String, Data> data = new HashMap<>();
    tensors.forEach(t -> data.put(t.info().name(), t.data()));
    SafetensorsHeader header =
        SafetensorsHeader.of(metadata, tensors.stream().map(Tensor::info).toList());
    byte[] start = header.encode();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try {
      AtomicFiles.write(
          file,
          out -> {
            CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
            checked.write(start);
            for (Entry e : header.entries().values()) {
              Sink sink = new Sink(checked, chunk, e.info());
              data.get(e.info().name()).writeTo(sink);
              sink.finish();
            }
          });
    } catch (IOException e) {
      throw new FormatException(
          "can't write %s: %s; what was there before is unchanged, name a folder that can be"
                  .formatted(file, FileErrors.reason(e))
              + " written and has space",
          e);
    }
  }

  /**
   * Opens a file and checks its header.
   *
   * @param file the file
   * @return the open file; the caller closes it
   * @throws FormatException if the file is missing, can't be read, is damaged, or holds a tensor of
   *     a type that is not a {@link DType}
   */
  public static Safetensors open(Path file) {
    // Opening a pipe would wait for a writer for ever.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new FormatException("can't read " + file + ": not a file; name a checkpoint file");
    }
    try {
      RandomAccessFile content = new RandomAccessFile(file.toFile(), "r");
      try {
        return new Safetensors(file, content);
      } catch (Throwable t) {
        content.close();
        throw t;
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * The text of the file.
   *
   * @return text by key, sorted, unmodifiable
   */
  public SortedMap<String, String> metadata() {
    return header.metadata();
  }

  /**
   * The tensors of the file.
   *
   * @return their names, in the order of their data
   */
  public List<String> names() {
    return List.copyOf(header.entries().keySet());
  }

  /**
   * What a tensor is.
   *
   * @param name its name
   * @return its type and shape
   * @throws FormatException if the file has no such tensor
   */
  public TensorInfo info(String name) {
    return entry(name).info();
  }

  /**
   * Makes sure that the file has a tensor of this name, type and shape.
   *
   * @param wanted what it must be
   * @throws FormatException if the tensor is missing or is not that
   */
  public void require(TensorInfo wanted) {
    TensorInfo found = info(wanted.name());
    if (!found.equals(wanted)) {
      throw new FormatException(
          "tensor %s in %s is %s, expected %s; use a checkpoint of the same model"
              .formatted(Printable.quoted(wanted.name()), file, found.type(), wanted.type()));
    }
  }

  /**
   * Reads a whole tensor of type {@link DType#F32}.
   *
   * @param name its name
   * @param values where to; modified, exactly as long as the tensor
   * @throws FormatException if the tensor is missing, of another type or another size, or the file
   *     can't be read
   */
  public void read(String name, float[] values) {
    TensorInfo info = info(name);
    if (info.elements() != values.length) {
      throw new FormatException(
          "tensor %s in %s is %s, expected %d values; use a checkpoint of the same model"
              .formatted(Printable.quoted(name), file, info.type(), values.length));
    }
    read(name, 0, values, 0, values.length);
  }

  /**
   * Reads some elements of a tensor of type {@link DType#F32}.
   *
   * @param name its name
   * @param first index in the tensor of the first element to read
   * @param values where to; modified
   * @param offset index in {@code values} of the first element
   * @param count how many
   * @throws FormatException if the tensor is missing or of another type, or the file can't be read
   * @throws IllegalArgumentException if the tensor or {@code values} has no such range
   */
  public void read(String name, long first, float[] values, int offset, int count) {
    Entry entry = entry(name);
    if (entry.info().dtype() != DType.F32) {
      throw new FormatException(
          "tensor %s in %s is %s, expected F32; use a checkpoint of the same model"
              .formatted(Printable.quoted(name), file, entry.info().type()));
    }
    requireRange(offset, count, values.length);
    requireRange(first, count, entry.info().elements());
    int perChunk = CHUNK_BYTES / Float.BYTES;
    ByteBuffer chunk =
        ByteBuffer.allocate(Math.min(count, perChunk) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int done = 0; done < count; done += perChunk) {
      int n = Math.min(perChunk, count - done);
      readData(chunk.clear().limit(n * Float.BYTES), entry, (first + done) * Float.BYTES);
      chunk.flip().asFloatBuffer().get(values, offset + done, n);
    }
  }

  /**
   * Reads some bytes of a tensor of any type.
   *
   * @param name its name
   * @param firstByte index in the tensor's data of the first byte to read
   * @param bytes where to; filled with little-endian elements from position to limit
   * @throws FormatException if the tensor is missing or the file can't be read
   * @throws IllegalArgumentException if the tensor has no such range
   */
  public void read(String name, long firstByte, ByteBuffer bytes) {
    Entry entry = entry(name);
    requireRange(firstByte, bytes.remaining(), entry.info().bytes());
    readData(bytes, entry, firstByte);
  }

  /**
   * The checksum of all that stands before a tensor's data, the header too.
   *
   * @param name the tensor's name
   * @return CRC-32C, 32 bits
   * @throws FormatException if the tensor is missing or the file can't be read
   */
  public long checksumBefore(String name) {
    long end = dataStart + entry(name).begin();
    CRC32C checksum = new CRC32C();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    try {
      for (long at = 0; at < end; at += chunk.limit()) {
        fill(chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - at)), at);
        checksum.update(chunk.flip());
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    return checksum.getValue();
  }

  /** Closes the file. Reading from it afterwards is an error. */
  @Override
  public void close() {
    try {
      content.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private Entry entry(String name) {
    Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new FormatException(
          "%s has no tensor %s; use a checkpoint of the same model"
              .formatted(file, Printable.quoted(name)));
    }
    return entry;
  }

  private void readData(ByteBuffer bytes, Entry entry, long firstByte) {
    try {
      fill(bytes, dataStart + entry.begin() + firstByte);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Fills a buffer, piece by piece, from a position in the file. */
  private void fill(ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      int n = Math.min(bytes.remaining(), CHUNK_BYTES);
      byte[] piece = bytes.hasArray() ? bytes.array() : new byte[n];
      int offset = bytes.hasArray() ? bytes.arrayOffset() + bytes.position() : 0;
      int got = read(at, piece, offset, n);
      if (got < 0) {
        throw SafetensorsHeader.damaged(file, "it ends at byte " + at);
      }
      if (bytes.hasArray()) {
        bytes.position(bytes.position() + got);
      } else {
        bytes.put(piece, 0, got);
      }
      at += got;
    }
  }

  private int read(long at, byte[] bytes, int offset, int count) throws IOException {
    synchronized (content) {
      content.seek(at);
      return content.read(bytes, offset, count);
    }
  }

  private static void requireRange(long first, long count, long length) {
    if (first < 0 || count < 0 || first > length - count) {
      throw new IllegalArgumentException(
          "%d elements from index %d are out of range, there are %d"
              .formatted(count, first, length));
    }
  }

  private static FormatException unreadable(Path file, IOException e) {
    return new FormatException(
        "can't read %s: %s; check its path and permissions".formatted(file, FileErrors.reason(e)),
        e);
  }
}
