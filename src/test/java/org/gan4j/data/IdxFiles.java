package org.gan4j.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;

/** Makes small IDX files. */
final class IdxFiles {
  static final int ROWS = 3;
  static final int COLUMNS = 2;

  private IdxFiles() {}

  /** Any IDX file: a magic number, dimensions and values, fitting or not. */
  static byte[] idx(int magic, int[] dimensions, byte[] values) {
    ByteBuffer file = ByteBuffer.allocate(4 + 4 * dimensions.length + values.length);
    file.putInt(magic);
    for (int dimension : dimensions) {
      file.putInt(dimension);
    }
    return file.put(values).array();
  }

  /** {@code count} images of 3x2, value j of all being 7 · j mod 256. */
  static byte[] images(int count) {
    byte[] values = new byte[count * ROWS * COLUMNS];
    for (int j = 0; j < values.length; j++) {
      values[j] = (byte) (7 * j);
    }
    return idx(0x803, new int[] {count, ROWS, COLUMNS}, values);
  }

  /** {@code count} labels: 0, 1, 2 ... 9, 0 ... */
  static byte[] labels(int count) {
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      values[i] = (byte) (i % 10);
    }
    return idx(0x801, new int[] {count}, values);
  }

  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
