package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GzipTest {
  @TempDir Path folder;

  private String failure(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("images"), content);
    String message = assertThrows(DataException.class, () -> Idx.read(file)).getMessage();
    assertTrue(message.startsWith(file + " "), message);
    return message.substring(file.toString().length() + 1);
  }

  /** A gigabyte of zeros in a megabyte. */
  @Test
  void whatUnpacksToMoreThanItCanBeIsRefused() throws IOException {
    int size = 1 << 30;
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(ByteBuffer.allocate(16).putInt(0x803).putInt(size).putInt(1).putInt(1).array());
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < size / zeros.length; i++) {
        gzip.write(zeros);
      }
    }
    long most = 100L * packed.size();
    assertEquals(
        "unpacks to more than the "
            + most
            + " bytes that it may hold; if it is sound, unpack it first",
        failure(packed.toByteArray()));
  }

  @ParameterizedTest
  @CsvSource({
    "'version https://git-lfs.github.com/spec/v1', is a Git LFS pointer",
    "'\n <!DOCTYPE html><html>', is a web page",
    "'<html><head>', is a web page",
    "'PK\u0003\u0004 and so on', is a ZIP archive",
    "'\u0080\u0002}q', is a Python pickle",
    "'\u0080\u0004\u0095', is a Python pickle",
    "'\u0093NUMPY', is a NumPy array",
    "'BZh91', is packed by bzip2",
    "'\u00fd7zXZ\u0000', is packed by xz",
    "PAR1, is a Parquet file"
  })
  void otherKindsOfFilesAreNamed(String content, String words) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(failure(bytes).startsWith(words), failure(bytes));
    byte[] packed = IdxFiles.gzip(bytes);
    assertTrue(failure(packed).startsWith(words), failure(packed));
  }

  @Test
  void gzippedTwice() throws IOException {
    byte[] twice = IdxFiles.gzip(IdxFiles.gzip(IdxFiles.images(3)));
    assertEquals("is gzipped twice; unpack it once with gunzip", failure(twice));
  }
}
