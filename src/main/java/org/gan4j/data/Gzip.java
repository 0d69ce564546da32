package org.gan4j.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.gan4j.io.FileErrors;

/** Reads files that may be gzipped: what counts is how a file begins, not its name. */
final class Gzip {
  private static final int BUFFER_BYTES = 1 << 16;

  /** Real pictures shrink to a third at best; what unpacks to more than so many times is a trap. */
  private static final long MOST_TIMES = 100;

  /** What is smaller can't do harm. */
  private static final long HARMLESS_BYTES = 64 << 20;

  private Gzip() {}

  /** Reads a stream to its end. */
  @FunctionalInterface
  interface Parser<T> {
    /**
     * Reads all of {@code in}.
     *
     * @param in the content, after gunzip; closed by the caller
     * @param file the name of the file, for messages
     * @return what it holds
     * @throws IOException if it can't be read
     */
    T parse(InputStream in, String file) throws IOException;
  }

  /**
   * How much a file may hold.
   *
   * @param bytes of it, unpacked
   * @param otherwise what to do with one that holds more
   */
  record Limit(long bytes, String otherwise) {
    /** Where the format does not say. */
    static Limit of(long packed) {
      return new Limit(
          Math.max(HARMLESS_BYTES, MOST_TIMES * packed), "if it is sound, unpack it first");
    }
  }

  /**
   * Reads a file that unpacks to 64 MiB, or a hundred times its size.
   *
   * @throws DataException if it is missing, can't be read, is damaged or larger
   */
  static <T> T read(Path path, Parser<T> parser) {
    try {
      return read(path, Limit.of(Files.size(path)), parser);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws DataException if it is missing, can't be read, is damaged or larger
   */
  static <T> T read(Path path, Limit limit, Parser<T> parser) {
    try (InputStream raw = Files.newInputStream(path)) {
      return read(raw, path.toString(), limit, parser);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static DataException unreadable(Path path, IOException e) {
    return e instanceof NoSuchFileException
        ? new DataException(path + " does not exist; put the file there", e)
        : new DataException(path + " can't be read (" + FileErrors.reason(e) + "); check it", e);
  }

  /**
   * Reads a stream.
   *
   * @param raw a file as it is, before gunzip; not closed
   * @throws DataException if it can't be read, is damaged or larger, or of a kind that is no data
   */
  static <T> T read(InputStream raw, String file, Limit limit, Parser<T> parser) {
    try {
      return parser.parse(open(raw, file, limit), file);
    } catch (EOFException | ZipException e) {
      throw new DataException(
          file
              + " is damaged: gunzip fails ("
              + (e.getMessage() == null ? "it ends too early" : e.getMessage())
              + "); replace it",
          e);
    } catch (IOException e) {
      throw new DataException(file + " can't be read (" + FileErrors.reason(e) + "); check it", e);
    }
  }

  private static InputStream open(InputStream raw, String file, Limit limit) throws IOException {
    BufferedInputStream content = new BufferedInputStream(raw, BUFFER_BYTES);
    byte[] head = head(content);
    if (head.length > 1 && head[0] == 0x1f && head[1] == (byte) 0x8b) {
      InputStream unpacked = new GZIPInputStream(content, BUFFER_BYTES);
      content = new BufferedInputStream(new LimitedInput(unpacked, limit, file), BUFFER_BYTES);
      head = head(content);
    }
    Optional<FileKind> kind = FileKind.of(head);
    if (kind.isPresent()) {
      throw new DataException(file + " " + kind.get().words());
    }
    return content;
  }

  private static byte[] head(BufferedInputStream content) throws IOException {
    content.mark(FileKind.HEAD_BYTES);
    byte[] head = content.readNBytes(FileKind.HEAD_BYTES);
    content.reset();
    return head;
  }
}
