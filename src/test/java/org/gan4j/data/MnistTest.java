package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.gan4j.io.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MnistTest {
  @TempDir Path temporary;

  private DataLocation nowhere() {
    return DataLocation.of(Optional.empty(), Map.of(), temporary).offline();
  }

  @Test
  void smallSetIsInTheJar() {
    DataSet set = DataSets.open("mnist-10k", nowhere(), Progress.NONE);
    assertEquals("mnist-10k", set.name());
    assertEquals(new ImageShape(1, 28, 28), set.shape());
    assertEquals(Scaling.UNIT, set.scaling());
    assertArrayEquals(
        new int[] {795, 906, 788, 811, 799, 702, 798, 853, 753, 795}, set.train().classCounts());
    assertArrayEquals(
        new int[] {96, 117, 101, 111, 100, 72, 110, 108, 93, 92}, set.validation().classCounts());
    assertArrayEquals(
        new int[] {110, 104, 102, 110, 81, 89, 106, 109, 98, 91}, set.test().classCounts());
  }

  @ParameterizedTest
  @CsvSource({
    "mnist-10k-images-idx3-ubyte.gz,"
        + "2889698e6bc3614913e76901316712919d1998fc2b44512451bfe65bc1e668b1",
    "mnist-10k-labels-idx1-ubyte.gz,"
        + "651e38e2ac0632f5113ec18f1df4977117f953197819034009971a6675a0df78"
  })
  void smallSetIsAsItsNoticeSays(String file, String sha256) throws IOException {
    MessageDigest digest = Sha256.digest();
    try (InputStream in = new GZIPInputStream(Mnist.class.getResourceAsStream(file));
        InputStream notice = Mnist.class.getResourceAsStream("mnist-10k-NOTICE.txt")) {
      digest.update(in.readAllBytes());
      assertEquals(sha256, Sha256.hex(digest));
      assertTrue(new String(notice.readAllBytes()).contains(sha256));
    }
  }

  @Test
  void splitsATinySetOfTheSameLayout() throws IOException {
    PublishedFiles tiny = PublishedFiles.mnistLike(12, 4);
    tiny.writeTo(Files.createDirectory(temporary.resolve("mnist")));
    DataLocation where = DataLocation.of(Optional.of(temporary), Map.of(), temporary);
    DataSet set =
        Mnist.DIGITS.open(tiny.source(List.of()), new Split(0, 2, 0), where, Progress.NONE);
    assertEquals(10, set.train().count());
    assertEquals(2, set.validation().count());
    assertEquals(4, set.test().count());
    assertEquals(1, set.validation().label(1));
  }

  @Test
  void wholeSet() throws IOException {
    DataLocation where = DataLocation.of(Optional.of(realData()), Map.of(), temporary);
    DataSet set = DataSets.open("mnist", where, Progress.NONE);
    assertEquals(50_000, set.train().count());
    assertEquals(10_000, set.validation().count());
    assertArrayEquals(
        new int[] {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009},
        set.test().classCounts());
    int[] counts = set.train().classCounts();
    int[] validation = set.validation().classCounts();
    for (int i = 0; i < counts.length; i++) {
      counts[i] += validation[i];
    }
    assertArrayEquals(
        new int[] {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, counts);

    DataSet small = DataSets.open("mnist-10k", nowhere(), Progress.NONE);
    assertEquals(set.train().range(0, 8000).pixels(), small.train().pixels());
    assertEquals(set.train().range(9000, 10_000).pixels(), small.test().pixels());
    assertEquals(set.train().range(8000, 9000).labels(), small.validation().labels());
  }

  private static Path realData() {
    String variable = System.getenv(DataLocation.FOLDER_VARIABLE);
    Path folder = Path.of(variable == null ? "../shared/data" : variable);
    assumeTrue(
        Files.exists(folder.resolve("mnist/train-images-idx3-ubyte.gz")), "no MNIST in " + folder);
    return folder;
  }

  @Test
  void unknownNamesGetTheKnownOnes() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> DataSets.open("minst", nowhere(), Progress.NONE));
    assertEquals(
        "no data set is called 'minst'; there are " + String.join(", ", DataSets.names()),
        e.getMessage());
  }

  @Test
  void theUsualPlaces() {
    Path home = temporary.toAbsolutePath();
    DataLocation plain = DataLocation.of(Optional.empty(), Map.of("GAN4J_DATA", ""), home);
    assertEquals(home.resolve(".cache/gan4j"), plain.cache());
    assertEquals(Optional.empty(), plain.sharedFolder());

    Map<String, String> variables =
        Map.of("GAN4J_DATA", "data", "XDG_CACHE_HOME", home.resolve("c").toString());
    DataLocation set = DataLocation.of(Optional.empty(), variables, home);
    assertEquals(home.resolve("c/gan4j"), set.cache());
    assertEquals(Optional.of(Path.of("data")), set.sharedFolder());

    DataLocation relative = DataLocation.of(Optional.empty(), Map.of("XDG_CACHE_HOME", "c"), home);
    assertEquals(home.resolve(".cache/gan4j"), relative.cache());
    assertEquals(home, plain.withCache(home).cache());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host/", "file:///tmp", "host", "http:/x"})
  void mirrorsAreOnTheWeb(String mirror) {
    DataLocation where = nowhere();
    List<URI> mirrors = List.of(URI.create(mirror));
    assertThrows(IllegalArgumentException.class, () -> where.withMirrors(mirrors));
  }
}
