package org.gan4j.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads files that may be gzipped: what counts is how a file begins, not its name. */
final class Gzip {
  private static final int BUFFER_BYTES = 1 << 16;

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
   * Reads a file.
   *
   * @throws DataException if it is missing, can't be read or is damaged
   */
  static <T> T read(Path path, Parser<T> parser) {
    try (InputStream raw = Files.newInputStream(path)) {
      return read(raw, path.toString(), parser);
    } catch (NoSuchFileException e) {
      throw new DataException(path + " does not exist; put the file there", e);
    } catch (IOException e) {
      throw new DataException(path + " can't be opened (" + e + "); check it", e);
    }
  }

  /**
   * Reads a stream.
   *
   * @param raw a file as it is, before gunzip; not closed
   * @throws DataException if it can't be read or is damaged
   */
  static <T> T read(InputStream raw, String file, Parser<T> parser) {
    try {
      return parser.parse(open(raw), file);
    } catch (EOFException | ZipException e) {
      throw new DataException(
          file + " is damaged: gunzip fails (" + e.getMessage() + "); replace it", e);
    } catch (IOException e) {
      throw new DataException(file + " can't be read (" + e + "); check it", e);
    }
  }

  private static InputStream open(InputStream raw) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(raw, BUFFER_BYTES);
    buffered.mark(2);
    boolean gzipped = buffered.read() == 0x1f && buffered.read() == 0x8b;
    buffered.reset();
    return gzipped ? new GZIPInputStream(buffered, BUFFER_BYTES) : buffered;
  }
}
