package org.gan4j.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The content of a file that may not be longer than its format can be. */
final class LimitedInput extends FilterInputStream {
  private final Gzip.Limit limit;
  private final String file;
  private long read;

  /**
   * Limits a stream.
   *
   * @param limit one byte more is an error
   * @param file its name, for the message
   */
  LimitedInput(InputStream in, Gzip.Limit limit, String file) {
    super(in);
    this.limit = limit;
    this.file = file;
  }

  @Override
  public int read() throws IOException {
    int one = in.read();
    count(one < 0 ? 0 : 1);
    return one;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = in.read(target, offset, length);
    count(Math.max(0, count));
    return count;
  }

  @Override
  public long skip(long wanted) throws IOException {
    long skipped = in.skip(wanted);
    count(skipped);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(long bytes) {
    read += bytes;
    if (read > limit.bytes()) {
      throw new DataException(
          file
              + " unpacks to more than the "
              + limit.bytes()
              + " bytes that it may hold; "
              + limit.otherwise());
    }
  }
}
