package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Array;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sinks;

class MatFilesTest {
  @TempDir Path folder;

  private Path write(String name, Array array) throws IOException {
    return write(Mat5.newMatFile().addArray(name, array));
  }

  private Path write(MatFile content) throws IOException {
    return Mat5.writeToFile(content, folder.resolve("x.mat").toFile()).toPath();
  }

  private static MatArray read(Path file) {
    return MatFiles.read(file, "x").get("x");
  }

  private String failure(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("x.mat"), content);
    return failure(file);
  }

  private static String failure(Path file) {
    String message = assertThrows(DataException.class, () -> read(file)).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    assertEquals(1, message.lines().count(), message);
    return message.substring(file.toString().length());
  }

  @ParameterizedTest
  @EnumSource(
      names = {"Int8", "UInt8", "Int16", "UInt16", "Int32", "UInt32", "Single", "Double", "Int64"})
  void numbersOfEveryKind(MatlabType type) throws IOException {
    Matrix matrix = Mat5.newMatrix(new int[] {3, 1, 2}, type);
    for (int i = 0; i < 6; i++) {
      matrix.setInt(i, 20 * i + 1);
    }
    MatArray array = read(write("x", matrix));
    assertEquals(List.of(3, 1, 2), array.dimensions());
    for (int i = 0; i < 6; i++) {
      assertEquals(20 * i + 1, array.value(i));
      assertEquals(20 * i + 1, array.pixel(i));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bothOrdersOfBytesWithoutCompression(boolean little) throws IOException {
    Path file = folder.resolve("x.mat");
    Matrix matrix = Mat5.newMatrix(1, 2, MatlabType.Int16);
    matrix.setInt(1, -300);
    Matrix small = Mat5.newMatrix(1, 3, MatlabType.UInt8);
    small.setInt(2, 9);
    ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    try (var sink = Sinks.newStreamingFile(file.toFile()).order(order)) {
      Mat5.newWriter(sink)
          .setDeflateLevel(0)
          .writeMat(Mat5.newMatFile().addArray("y", small).addArray("x", matrix));
    }
    assertEquals(-300, read(file).value(1));
    assertEquals(9, MatFiles.read(file, "y").get("y").value(2));
  }

  @Test
  void truthValuesAreBlackAndWhite() throws IOException {
    Matrix matrix = Mat5.newLogical(1, 2);
    matrix.setBoolean(1, true);
    MatArray array = read(write("x", matrix));
    assertEquals(0, array.pixel(0));
    assertEquals(255, Byte.toUnsignedInt(array.pixel(1)));
    assertEquals(1, array.value(1), "as a number it is 1");
  }

  @Test
  void arraysThatAreNoNumbers() throws IOException {
    String array = ": the array 'x' is ";
    String check = "; check that it is the published file";
    assertEquals(
        array + "a cell array, not full numbers" + check, failure(write("x", Mat5.newCell(1, 1))));
    assertEquals(
        array + "a structure, not full numbers" + check, failure(write("x", Mat5.newStruct())));
    assertEquals(
        array + "text, not full numbers" + check, failure(write("x", Mat5.newString("t"))));
    assertEquals(
        ": the array 'x' does not hold real numbers" + check,
        failure(write("x", Mat5.newComplex(1, 1))));
    // MATLAB's class of a sparse matrix, in place of that of doubles.
    Path file = folder.resolve("x.mat");
    try (var sink = Sinks.newStreamingFile(file.toFile())) {
      Mat5.newWriter(sink)
          .setDeflateLevel(0)
          .writeMat(Mat5.newMatFile().addArray("x", Mat5.newMatrix(2, 2)));
    }
    byte[] sparse = Files.readAllBytes(file);
    sparse[128 + 16] = 5;
    assertEquals(
        array + "a sparse matrix, not full numbers; save it as full(x)" + check, failure(sparse));
  }

  @Test
  void version4() throws IOException {
    ByteBuffer file = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0).putInt(1).putInt(1).putInt(0).putInt(2).put((byte) 'x').put((byte) 0);
    assertTrue(failure(file.array()).startsWith(" is a MAT-file of version 4, which"));
    file.order(ByteOrder.BIG_ENDIAN).clear();
    file.putInt(1050).putInt(1).putInt(1).putInt(0).putInt(2);
    assertTrue(failure(file.array()).startsWith(" is a MAT-file of version 4, which"));
  }

  @Test
  void otherFiles() throws IOException {
    assertEquals(" is no MAT-file of version 5 to 7; replace it", failure(new byte[600]));
    assertEquals(" is no MAT-file of version 5 to 7; replace it", failure("text".getBytes()));
    byte[] pointer = "version https://git-lfs.github.com/spec/v1\n".getBytes();
    assertTrue(failure(pointer).startsWith(" is a Git LFS pointer"), failure(pointer));
  }

  @ParameterizedTest
  @CsvSource({"huge-size.mat", "foreign-type.mat"})
  void foundByFuzzing(String name) throws IOException {
    Path file = Files.write(folder.resolve(name), PictureFiles.resource(name));
    String message =
        assertThrows(DataException.class, () -> MatFiles.read(file, "faces")).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
  }

  /** 2^31 numbers in a file of some hundred bytes, of which an element says so. */
  @Test
  void declaredSizesCostNoMemory() throws IOException {
    ByteBuffer file = ByteBuffer.allocate(128 + 8 + 400).order(ByteOrder.LITTLE_ENDIAN);
    file.put("MATLAB 5.0".getBytes(StandardCharsets.US_ASCII)).position(124);
    file.putShort((short) 0x100).put("IM".getBytes(StandardCharsets.US_ASCII));
    file.putInt(14).putInt(400);
    file.putInt(6).putInt(8).putInt(9).putInt(0);
    file.putInt(5).putInt(8).putInt(1 << 15).putInt(1 << 15);
    file.putInt(1 << 16 | 1).putInt('x');
    file.putInt(2).putInt(1 << 30);
    long before = allocatedBytes();
    assertEquals(
        ": the array 'x' unpacks to 1073741824 bytes, more than 67108864: that is not the"
            + " published file; replace it",
        failure(file.array()));
    file.putInt(128 + 8 + 16 + 8, 1 << 16);
    assertTrue(failure(file.array()).contains("more than gan4j holds"), failure(file.array()));
    assertTrue(allocatedBytes() - before < 8L << 20);
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 6})
  void damagedFilesAreReadOrNamed(int deflate) throws IOException {
    Path file = folder.resolve("x.mat");
    Matrix matrix = Mat5.newMatrix(5, 7, MatlabType.UInt8);
    try (var sink = Sinks.newStreamingFile(file.toFile())) {
      Mat5.newWriter(sink)
          .setDeflateLevel(deflate)
          .writeMat(Mat5.newMatFile().addArray("y", Mat5.newString("text")).addArray("x", matrix));
    }
    byte[] whole = Files.readAllBytes(file);
    assertEquals(35, read(file).stored().capacity());
    for (int length = 0; length < whole.length; length++) {
      failure(Arrays.copyOf(whole, length));
    }
    Random random = new Random(3);
    for (int position = 0; position < whole.length; position++) {
      byte[] damaged = whole.clone();
      damaged[position] ^= (byte) (1 + random.nextInt(255));
      Files.write(file, damaged);
      assertDoesNotThrow(
          () -> {
            try {
              read(file).value(34);
            } catch (DataException e) {
              assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
            }
          });
    }
  }
}
