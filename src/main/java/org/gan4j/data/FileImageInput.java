package org.gan4j.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A file for ImageIO, whose own streams open a file by the text of its name: a name that the locale
 * can't spell is then lost.
 */
final class FileImageInput extends ImageInputStreamImpl {
  private static final int BUFFER_BYTES = 1 << 16;

  private final FileChannel channel;
  private final long length;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
  // Where the buffer's first byte is in the file.
  private long start;

  FileImageInput(Path file) throws IOException {
    channel = FileChannel.open(file);
    length = channel.size();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read() throws IOException {
    checkClosed();
    bitOffset = 0;
    if (!fill()) {
      return -1;
    }
    streamPos++;
    return Byte.toUnsignedInt(buffer.get());
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    checkClosed();
    bitOffset = 0;
    if (count == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int read = Math.min(count, buffer.remaining());
    buffer.get(target, offset, read);
    streamPos += read;
    return read;
  }

  /** Whether the buffer has the byte at the stream's position next; false at the end. */
  private boolean fill() throws IOException {
    if (streamPos < start || streamPos >= start + buffer.limit()) {
      buffer.clear();
      start = streamPos;
      int read = channel.read(buffer, start);
      buffer.flip();
      return read > 0;
    }
    buffer.position((int) (streamPos - start));
    return true;
  }

  @Override
  public void close() throws IOException {
    super.close();
    channel.close();
  }
}
