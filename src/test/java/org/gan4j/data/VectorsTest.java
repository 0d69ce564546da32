package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorsTest {
  @TempDir Path folder;

  private Vectors read(String text) throws IOException {
    return Vectors.read(Files.writeString(folder.resolve("v.csv"), text));
  }

  @Test
  void aLineIsAVector() throws IOException {
    Vectors vectors = read("1,-2.5\r\n .5 ,1e-3\n+4,0");
    assertEquals(2, vectors.width());
    assertEquals(3, vectors.count());
    assertArrayEquals(new float[] {1, -2.5f, 0.5f, 1e-3f, 4, 0}, vectors.values());
    assertArrayEquals(new float[] {7}, read("7\n").values());
    assertEquals(5000, read("3\n".repeat(5000)).count());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'1,2\n3' | line 2: it has 1 numbers, but the first line has 2",
        "'1,2\n\n3,4' | line 2: number 1 is no finite number",
        "'1,x' | line 1: number 2 is no finite number",
        "'1,NaN' | line 1: number 2 is no finite number",
        "'1e99' | line 1: number 1 is no finite number",
        "'0x1p3' | line 1: number 1 is no finite number",
        "'1,2,' | line 1: number 3 is no finite number",
        "'' | holds no vectors",
      })
  void whatIsWrongIsSaidWithItsLine(String text, String message) {
    String said = assertThrows(DataException.class, () -> read(text)).getMessage();
    assertTrue(said.contains(message), said);
    assertTrue(said.startsWith(folder.resolve("v.csv").toString()), said);
  }

  @Test
  void whatIsTooLongIsRefusedBeforeItsEnd() throws IOException {
    assertThrows(DataException.class, () -> read("1".repeat(1 << 20)));
    assertThrows(DataException.class, () -> read("1,".repeat(70_000)));
    assertThrows(DataException.class, () -> Vectors.read(folder.resolve("absent")));
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 1, 2});
    assertThrows(DataException.class, () -> Vectors.read(binary));
  }

  @Test
  void theLastOneIsWhole() {
    float[] five = new float[5];
    assertEquals(5, new Vectors(five, 1).count());
    assertThrows(IllegalArgumentException.class, () -> new Vectors(five, 2));
    assertThrows(IllegalArgumentException.class, () -> new Vectors(five, 6));
    assertThrows(IllegalArgumentException.class, () -> new Vectors(five, 0));
    assertThrows(IllegalArgumentException.class, () -> new Vectors(five, -5));
    assertThrows(IllegalArgumentException.class, () -> new Vectors(new float[0], 1));
  }

  @Test
  void theyAreToldInTheOrderOfTheParts() {
    ImageShape shape = new ImageShape(1, 1, 1);
    DataSet data =
        new DataSet(
            "some",
            "some",
            "none",
            Images.of(shape, new byte[3]),
            Images.of(shape, new byte[1]),
            Images.of(shape, new byte[2]),
            Scaling.UNIT);
    float[] values = new float[12];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    DataSet told = data.withConditions(new Vectors(values, 2));
    assertArrayEquals(Arrays.copyOfRange(values, 0, 6), told.train().conditions());
    assertArrayEquals(Arrays.copyOfRange(values, 6, 8), told.validation().conditions());
    assertArrayEquals(Arrays.copyOfRange(values, 8, 12), told.test().conditions());
    assertThrows(IllegalArgumentException.class, () -> data.withConditions(new Vectors(values, 3)));
  }
}
