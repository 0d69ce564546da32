package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdxFolderTest {
  @TempDir Path folder;

  private DataSet open(String name, Split split) {
    DataLocation where = DataLocation.of(Optional.of(folder), Map.of(), folder).offline();
    return DataSets.open(name, split, where, Progress.NONE);
  }

  private DataSet open(String name) {
    return open(name, Split.USUAL);
  }

  private void write(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, name.endsWith(".gz") ? IdxFiles.gzip(content) : content);
  }

  private void writeAll(String before, String mark, String test, String after) throws IOException {
    write(before + "train-images" + mark + "idx3-ubyte" + after, IdxFiles.images(24));
    write(before + "train-labels" + mark + "idx1-ubyte" + after, IdxFiles.labels(24));
    write(before + test + "-images" + mark + "idx3-ubyte" + after, IdxFiles.images(5));
    write(before + test + "-labels" + mark + "idx1-ubyte" + after, IdxFiles.labels(5));
  }

  private String failure(Class<? extends Exception> kind, String name) {
    return assertThrows(kind, () -> open(name)).getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "'', -, t10k, .gz",
    "'', -, test, ''",
    "'', ., t10k, ''",
    "raw/, -, t10k, .gz",
    "MNIST/raw/, -, t10k, ''",
    "emnist-letters-, -, test, .gz",
    "gzip/emnist-letters-, -, test, .gz",
  })
  void takesWhatTheFilesSay(String before, String mark, String test, String after)
      throws IOException {
    writeAll(before, mark, test, after);
    DataSet set = open("idx");
    assertEquals("idx", set.name());
    assertEquals(new ImageShape(1, 3, 2), set.shape());
    assertEquals(20, set.train().count());
    assertEquals(4, set.validation().count());
    assertEquals(5, set.test().count());
    assertEquals(10, set.test().classes());
    assertEquals(4, set.test().label(4));
    assertEquals(0, set.validation().label(0));
  }

  /** As some unpackers leave Kaggle's archive: a folder for each file, with its name. */
  @Test
  void filesInFoldersOfTheirName() throws IOException {
    writeAll("", "-", "t10k", "");
    Path file = folder.resolve("train-images-idx3-ubyte");
    byte[] content = Files.readAllBytes(file);
    Files.delete(file);
    write("train-images-idx3-ubyte/train-images-idx3-ubyte", content);
    assertEquals(20, open("idx").train().count());
  }

  @Test
  void oneOfSeveralIsNamed() throws IOException {
    writeAll("gzip/emnist-letters-", "-", "test", ".gz");
    writeAll("gzip/emnist-digits-", "-", "test", ".gz");
    write("gzip/emnist-digits-test-images-idx3-ubyte.gz", IdxFiles.images(7));
    write("gzip/emnist-digits-test-labels-idx1-ubyte.gz", IdxFiles.labels(7));
    assertEquals(5, open("idx:emnist-letters").test().count());
    assertEquals(7, open("idx:emnist-digits").test().count());
    assertEquals("idx:emnist-digits", open("idx:emnist-digits").name());
    String several =
        folder + " has several data sets; set data to one of idx:emnist-digits, idx:emnist-letters";
    assertEquals(several, failure(IllegalArgumentException.class, "idx"));
    assertEquals(several, failure(IllegalArgumentException.class, "idx:emnist-mnist"));
  }

  @Test
  void withoutLabelsAndWithoutTests() throws IOException {
    write("train-images-idx3-ubyte", IdxFiles.images(20));
    DataSet set = open("idx");
    assertFalse(set.train().labelled());
    assertEquals(16, set.train().count());
    assertEquals(2, set.validation().count());
    assertEquals(2, set.test().count());
    write("t10k-images-idx3-ubyte", IdxFiles.images(5));
    assertEquals(17, open("idx").train().count());
    write("train-labels-idx1-ubyte", IdxFiles.labels(20));
    assertEquals(
        folder
            + " has labels for some of its images only: put both files of labels there, or"
            + " neither",
        failure(DataException.class, "idx"));
  }

  @Test
  void classesOfTestsCountToo() throws IOException {
    write("train-images-idx3-ubyte", IdxFiles.images(6));
    write("train-labels-idx1-ubyte", IdxFiles.labels(6));
    write("t10k-images-idx3-ubyte", IdxFiles.images(8));
    write("t10k-labels-idx1-ubyte", IdxFiles.labels(8));
    assertEquals(8, open("idx").train().classes());
  }

  @Test
  void splitsAsAsked() throws IOException {
    writeAll("", "-", "t10k", "");
    DataSet set = open("idx", new Split(10, 7, 3));
    assertEquals(10, set.train().count());
    assertEquals(7, set.validation().count());
    assertEquals(3, set.test().count());
    assertEquals(open("idx").train().range(0, 10).pixels(), set.train().pixels());
    assertEquals(open("idx").test().range(0, 3).pixels(), set.test().pixels());
    assertEquals(3, set.validation().label(6), "the last of the training files");
    assertEquals(
        "the data set has 24 examples, too few for 20 to train with beside 5; set smaller parts",
        assertThrows(IllegalArgumentException.class, () -> open("idx", new Split(20, 5, 0)))
            .getMessage());
    assertEquals(
        "the data set has 5 examples to test with, not 6",
        assertThrows(IllegalArgumentException.class, () -> open("idx", new Split(0, 0, 6)))
            .getMessage());
  }

  @Test
  void otherSplitsOfOtherDataSets() {
    DataSet small = open("mnist-10k", new Split(500, 100, 200));
    assertEquals(500, small.train().count());
    assertEquals(100, small.validation().count());
    assertEquals(200, small.test().count());
    DataSet usual = open("mnist-10k");
    assertEquals(usual.train().range(0, 500).pixels(), small.train().pixels());
    assertEquals(usual.test().range(800, 1000).pixels(), small.test().pixels());
    String message =
        assertThrows(IllegalArgumentException.class, () -> open("tfd", new Split(1, 1, 1)))
            .getMessage();
    assertEquals("tfd is split by its folds: leave the numbers of its parts at 0", message);
    assertThrows(IllegalArgumentException.class, () -> open("faces", new Split(0, 25, 0)));
    assertThrows(IllegalArgumentException.class, () -> new Split(-1, 0, 0));
  }

  @Test
  void missingAndForeignFiles() throws IOException {
    assertEquals(
        folder
            + " lacks train-images-idx3-ubyte.gz (or the same without .gz, or any name that ends"
            + " so); name the folder that has it with --data",
        failure(DataException.class, "idx"));
    writeAll("", "-", "t10k", "");
    write("t10k-images-idx3-ubyte", IdxFiles.idx(0x803, new int[] {5, 2, 3}, new byte[30]));
    assertEquals(
        folder.resolve("t10k-images-idx3-ubyte")
            + " has images of 1x2x3, those to train with are 1x3x2; give two files of one data"
            + " set",
        failure(DataException.class, "idx"));
  }
}
