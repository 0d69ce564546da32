package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;

class TfdTest {
  @TempDir Path folder;

  private Path write(MatFile content, String name) throws IOException {
    return Mat5.writeToFile(content, folder.resolve(name).toFile()).toPath();
  }

  private DataLocation here() {
    return DataLocation.of(Optional.of(folder), Map.of(), folder).offline();
  }

  @ParameterizedTest
  @EnumSource(names = {"UInt8", "Double", "Int16"})
  void imagesAreTransposedAndPartedByFold(MatlabType type) throws IOException {
    write(TfdFile.content(48, type), "TFD_48x48.mat");
    DataSet set = DataSets.open("tfd:2", here(), Progress.NONE);
    assertEquals("tfd:2", set.name());
    assertEquals("Toronto Face Database, fold 2", set.title());
    assertEquals(new ImageShape(1, 48, 48), set.shape());
    assertEquals(Scaling.UNIT, set.scaling());
    assertEquals(3, set.train().count());
    assertPart(set.validation(), 2, 2);
    assertPart(set.test(), 3, 2);
    assertFalse(set.test().labelled());
  }

  private static void assertPart(Images part, int code, int fold) {
    int next = 0;
    for (int i = 0; i < TfdFile.COUNT; i++) {
      if (TfdFile.code(i, fold) == code) {
        assertEquals(TfdFile.pixel(i, 0, 0), part.pixel(next, 0));
        assertEquals(TfdFile.pixel(i, 5, 11), part.pixel(next, 5 * 48 + 11));
        assertEquals(TfdFile.pixel(i, 47, 1), part.pixel(next, 47 * 48 + 1));
        next++;
      }
    }
    assertEquals(next, part.count());
  }

  @Test
  void largeImagesAndLabelledParts() throws IOException {
    Path file = write(TfdFile.content(96, MatlabType.UInt8), "TFD_96x96.mat");
    assertEquals(new ImageShape(1, 96, 96), DataSets.open("tfd-96", here(), Progress.NONE).shape());
    Tfd tfd = Tfd.read(file, 96);
    Images train = tfd.images(Tfd.Part.TRAIN, 0);
    assertEquals(Tfd.CLASSES, train.classes());
    // Images 3, 6, 7 and 8 of fold 0.
    assertEquals(
        List.of(3, 6, 0, 1),
        List.of(label(train, 0), label(train, 1), label(train, 2), label(train, 3)));
    int valid = tfd.images(Tfd.Part.VALID, 0).count();
    assertEquals(train.count() + valid, tfd.images(Tfd.Part.FULL_TRAIN, 0).count());
    assertFalse(tfd.images(Tfd.Part.UNLABELLED, 0).labelled());
  }

  private static int label(Images images, int index) {
    return images.label(index);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tfd:5", "tfd:x", "tfd:", "tfd-96:-1"})
  void foldMustExist(String name) {
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> DataSets.open(name, here(), Progress.NONE));
    assertEquals("a fold of TFD is 0 to 4, as in tfd:1, not '" + name + "'", e.getMessage());
  }

  @Test
  void onlyTfdHasFolds() {
    assertEquals(List.of("tfd:0", "tfd:1", "tfd:2", "tfd:3", "tfd:4"), DataSets.folds("tfd:3"));
    assertEquals(List.of("faces"), DataSets.folds("faces"));
  }

  private String failure() {
    Exception e =
        assertThrows(DataException.class, () -> DataSets.open("tfd", here(), Progress.NONE));
    assertEquals(1, e.getMessage().lines().count());
    return e.getMessage();
  }

  @Test
  void wrongFilesAreNamedWithWhatIsWrong() throws IOException {
    assertTrue(failure().startsWith(folder + " lacks TFD_48x48.mat: the Toronto Face"), failure());
    Path file = folder.resolve("TFD_48x48.mat");
    String check = "; check that it is the published file";

    write(
        Mat5.newMatFile().addArray("images", TfdFile.images(48, MatlabType.UInt8)),
        "TFD_48x48.mat");
    assertEquals(file + " has no array 'folds'" + check, failure());

    write(TfdFile.content(96, MatlabType.UInt8), "TFD_48x48.mat");
    assertEquals(file + ": the array 'images' is 11 x 96 x 96, not N x 48 x 48" + check, failure());

    MatFile other = TfdFile.content(48, MatlabType.UInt8);
    other.addArray("folds", Mat5.newMatrix(TfdFile.COUNT, 4));
    write(other, "TFD_48x48.mat");
    assertEquals(file + ": the array 'folds' is 11 x 4, not 11 x 5" + check, failure());

    other.addArray("folds", Mat5.newString("text"));
    write(other, "TFD_48x48.mat");
    assertEquals(file + ": the array 'folds' is text, not full numbers" + check, failure());

    other = TfdFile.content(48, MatlabType.UInt8);
    other.addArray("folds", Mat5.newMatrix(TfdFile.COUNT, Tfd.FOLDS));
    write(other, "TFD_48x48.mat");
    assertEquals(
        file + ": the array 'folds' gives fold 0 no VALID images; check the file", failure());
  }

  @Test
  void pixelsMustBeBytes() throws IOException {
    MatFile content = TfdFile.content(48, MatlabType.Double);
    content.<Matrix>getArray("images").setDouble(0, 0.5);
    write(content, "TFD_48x48.mat");
    Path file = folder.resolve("TFD_48x48.mat");
    assertEquals(
        file + ": the array 'images' holds 0.5, which is no whole number; check the file",
        failure());
    content.<Matrix>getArray("images").setDouble(0, 256);
    write(content, "TFD_48x48.mat");
    assertEquals(
        file + ": the array 'images' holds 256, but a pixel is 0 to 255; check the file",
        failure());
  }

  @Test
  void version73AndDamageAreTold() throws IOException {
    Path file = folder.resolve("TFD_48x48.mat");
    byte[] hdf5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    byte[] matlab =
        Arrays.copyOf("MATLAB 7.3 MAT-file, Platform".getBytes(StandardCharsets.US_ASCII), 600);
    byte[] behind = new byte[600];
    System.arraycopy(hdf5, 0, behind, 512, hdf5.length);
    for (byte[] content : List.of(hdf5, matlab, behind)) {
      Files.write(file, content);
      assertTrue(failure().startsWith(file + " is a MAT-file of version 7.3 (HDF5)"), failure());
    }
    write(TfdFile.content(48, MatlabType.UInt8), "TFD_48x48.mat");
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 100, 128, 131, 300, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertTrue(failure().startsWith(file.toString()), failure());
    }
  }
}
