package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {
  private static final int COUNT = 4;

  @TempDir Path folder;

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private DataException failure(byte[] imageFile) throws IOException {
    Path path = write("images", imageFile);
    DataException e = assertThrows(DataException.class, () -> Idx.read(path));
    assertOneLineAbout(path, e);
    return e;
  }

  private static void assertOneLineAbout(Path path, DataException e) {
    assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsPlainAndGzippedWhateverTheName(boolean gzipped) throws IOException {
    byte[] images = IdxFiles.images(COUNT);
    byte[] labels = IdxFiles.labels(COUNT);
    Images read =
        Idx.read(
            write("images" + (gzipped ? "" : ".gz"), gzipped ? IdxFiles.gzip(images) : images),
            write("labels" + (gzipped ? "" : ".gz"), gzipped ? IdxFiles.gzip(labels) : labels),
            10);
    assertEquals(new ImageShape(1, 3, 2), read.shape());
    assertEquals(COUNT, read.count());
    assertEquals(7 * 7, read.pixel(1, 1));
    assertEquals(3, read.label(3));
  }

  @Test
  void wrongMagicNamesBoth() throws IOException {
    String message = failure(IdxFiles.labels(100)).getMessage();
    assertTrue(message.contains("0x00000801, not 0x00000803"), message);
  }

  @Test
  void emptyFile() throws IOException {
    assertTrue(failure(new byte[0]).getMessage().contains("ends after 0 bytes"));
  }

  @Test
  void missingFile() {
    Path path = folder.resolve("nowhere");
    DataException e = assertThrows(DataException.class, () -> Idx.read(path));
    assertOneLineAbout(path, e);
    assertTrue(e.getMessage().contains("does not exist"), e.getMessage());
  }

  @Test
  void folderInPlaceOfAFile() {
    assertOneLineAbout(folder, assertThrows(DataException.class, () -> Idx.read(folder)));
  }

  @ParameterizedTest
  @CsvSource({
    "65536, 65536, 1", // 2^32: an int overflows to 0
    "2147483647, 2147483647, 2147483647",
    "1073741825, 1, 1",
    "-1, 28, 28",
    "0, 28, 28",
    "4, 0, 2",
    "4, -3, -2"
  })
  void dimensionsOutOfRange(int count, int rows, int columns) throws IOException {
    byte[] file = IdxFiles.idx(0x803, new int[] {count, rows, columns}, new byte[24]);
    assertTrue(failure(file).getMessage().contains("dimensions"));
  }

  @Test
  void sidesOutOfRange() throws IOException {
    byte[] file = IdxFiles.idx(0x803, new int[] {1, 5000, 1}, new byte[5000]);
    assertTrue(failure(file).getMessage().contains("4096"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHeaderThatPromisesAGigabyteCostsNoMemory(boolean gzipped) throws IOException {
    byte[] file = IdxFiles.idx(0x803, new int[] {1 << 30, 1, 1}, new byte[24]);
    long before = allocatedBytes();
    failure(gzipped ? IdxFiles.gzip(file) : file);
    assertTrue(allocatedBytes() - before < 64L << 20);
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @Test
  void trailingGarbage() throws IOException {
    byte[] images = IdxFiles.images(COUNT);
    byte[] longer = Arrays.copyOf(images, images.length + 1);
    assertTrue(failure(longer).getMessage().contains("goes on"));
    assertTrue(failure(IdxFiles.gzip(longer)).getMessage().contains("goes on"));
  }

  @Test
  void corruptedGzip() throws IOException {
    byte[] file = IdxFiles.gzip(IdxFiles.images(COUNT));
    file[file.length - 6] ^= 1; // in the CRC
    assertTrue(failure(file).getMessage().contains("gunzip"));
  }

  @Test
  void countsThatDiffer() throws IOException {
    Path images = write("images", IdxFiles.images(COUNT));
    Path labels = write("labels", IdxFiles.labels(COUNT + 1));
    DataException e = assertThrows(DataException.class, () -> Idx.read(images, labels, 10));
    assertOneLineAbout(images, e);
    assertOneLineAbout(labels, e);
    assertTrue(e.getMessage().contains("4 images have 5 labels"), e.getMessage());
  }

  @Test
  void labelsOutOfRange() throws IOException {
    Path images = write("images", IdxFiles.images(COUNT));
    Path labels = write("labels", IdxFiles.labels(COUNT));
    DataException e = assertThrows(DataException.class, () -> Idx.read(images, labels, 3));
    assertTrue(e.getMessage().contains("label 3 of image 3"), e.getMessage());
  }

  @Test
  void everyTruncationIsADataException() throws IOException {
    byte[] plain = IdxFiles.images(COUNT);
    byte[] gzipped = IdxFiles.gzip(plain);
    for (byte[] file : new byte[][] {plain, gzipped}) {
      for (int length = 0; length < file.length; length++) {
        failure(Arrays.copyOf(file, length));
      }
    }
  }

  @Test
  void flippedBytesAreReadOrADataException() throws IOException {
    Random random = new Random(1);
    byte[] plain = IdxFiles.images(COUNT);
    for (byte[] file : new byte[][] {plain, IdxFiles.gzip(plain)}) {
      for (int position = 0; position < file.length; position++) {
        for (int bits : new int[] {1, 0x80, 0xff, 1 + random.nextInt(255)}) {
          byte[] damaged = file.clone();
          damaged[position] ^= (byte) bits;
          Path path = write("images", damaged);
          assertDoesNotThrow(() -> readOrDataException(path));
        }
      }
    }
  }

  private static void readOrDataException(Path path) {
    try {
      Idx.read(path);
    } catch (DataException e) {
      assertOneLineAbout(path, e);
    }
  }
}
