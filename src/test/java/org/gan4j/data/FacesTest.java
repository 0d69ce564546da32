package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;

class FacesTest {
  @TempDir Path folder;

  private DataSet open() {
    return DataSets.open(
        "faces", DataLocation.of(Optional.of(folder), Map.of(), folder), Progress.NONE);
  }

  private void write(int rows, int columns) throws IOException {
    Matrix faces = Mat5.newMatrix(rows, columns, MatlabType.UInt8);
    for (int image = 0; image < columns; image++) {
      for (int p = 0; p < rows; p++) {
        // Brighter to the right, by 3 a column; the image's number in the first column.
        faces.setInt(p, image, p < 64 ? image % 256 : p / 64 * 3);
      }
    }
    Files.createDirectories(folder.resolve("olivetti"));
    Path file = folder.resolve("olivetti/olivettifaces.mat");
    Mat5.writeToFile(Mat5.newMatFile().addArray("faces", faces), file.toFile());
  }

  @Test
  void isUprightScaledAndSplitByPerson() throws IOException {
    write(4096, 400);
    DataSet set = open();
    assertEquals(new ImageShape(1, 48, 48), set.shape());
    assertEquals(320, set.train().count());
    assertEquals(40, set.validation().count());
    assertEquals(40, set.test().count());
    assertEquals(31, set.train().label(319));
    assertEquals(32, set.validation().label(0));
    assertEquals(39, set.test().label(39));
    // A new pixel is 4/3 old ones wide: the first is 3/4 of column 0 and 1/4 of column 1.
    assertEquals(Math.round(7 * 0.75f + 3 * 0.25f), set.train().pixel(7, 0));
    // The last covers a third of column 62 and all of column 63.
    assertEquals(Math.round((62 * 3 * 0.25f) + 63 * 3 * 0.75f), set.train().pixel(7, 47));
    assertEquals(set.train().pixel(7, 20), set.train().pixel(7, 47 * 48 + 20));
  }

  @Test
  void asTheyAreWithTheLastFivePeopleForTesting() throws IOException {
    write(4096, 400);
    DataSet set =
        DataSets.open(
            "faces-64", DataLocation.of(Optional.of(folder), Map.of(), folder), Progress.NONE);
    assertEquals(new ImageShape(1, 64, 64), set.shape());
    assertEquals(310, set.train().count());
    assertEquals(40, set.validation().count());
    assertEquals(50, set.test().count());
    assertEquals(30, set.train().label(309));
    assertEquals(31, set.validation().label(0));
    assertEquals(34, set.validation().label(39));
    assertEquals(35, set.test().label(0));
    assertEquals(310 % 256, set.validation().pixel(0, 64 * 5));
    assertEquals(63 * 3, set.test().pixel(49, 64 * 5 + 63));
    assertFalse(set.title().contains("stand-in"));
  }

  @Test
  void saysThatItIsAStandIn() throws IOException {
    write(4096, 400);
    assertTrue(open().title().contains("stand-in"), open().title());
    assertTrue(open().title().contains("not that database"), open().title());
    assertTrue(open().provenance().startsWith("stand-in for TFD"), open().provenance());
  }

  @Test
  void otherShapesAreRefused() throws IOException {
    write(4096, 399);
    Exception e = assertThrows(DataException.class, this::open);
    assertEquals(
        folder.resolve("olivetti/olivettifaces.mat")
            + ": the array 'faces' is 4096 x 399, not 4096 x 400; check that it is the published"
            + " file",
        e.getMessage());
  }

  @Test
  void publishedFile() {
    DataSet set =
        DataSets.open("faces", RealData.having("olivetti/olivettifaces.mat"), Progress.NONE);
    assertArrayEquals(
        IntStream.range(0, 40).map(person -> person < 32 ? 10 : 0).toArray(),
        set.train().classCounts());
    assertEquals(
        0.44,
        IntStream.range(0, 2304)
            .mapToDouble(p -> set.train().meanImage()[p])
            .average()
            .orElseThrow(),
        0.1);
  }
}
