package org.gan4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.io.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Cifar10Test {
  private static final int RECORDS = 5;
  private static final int RECORD_BYTES = 3073;

  @TempDir Path folder;

  /** Record i of batch b: label (b + i) % 10, and planes that tell them apart. */
  private static byte[] batch(int b) {
    byte[] content = new byte[RECORDS * RECORD_BYTES];
    for (int i = 0; i < RECORDS; i++) {
      content[i * RECORD_BYTES] = (byte) ((b + i) % 10);
      for (int p = 0; p < 3072; p++) {
        content[i * RECORD_BYTES + 1 + p] = (byte) (b * 20 + i * 3 + p / 1024 * 50 + p % 32);
      }
    }
    return content;
  }

  private static String name(int b) {
    return b == 5 ? "test_batch.bin" : "data_batch_" + (b + 1) + ".bin";
  }

  private static String sha256(byte[] content) {
    MessageDigest digest = Sha256.digest();
    digest.update(content);
    return Sha256.hex(digest);
  }

  private static DataFiles.Source source() {
    List<DataFile> files = new ArrayList<>();
    for (int b = 0; b < 6; b++) {
      files.add(new DataFile(name(b), 0, "", batch(b).length, sha256(batch(b))));
    }
    DataFile archive = new DataFile("cifar-10-binary.tar", 0, "", 200_000, "");
    return new DataFiles.Source(
        "cifar10",
        List.of("cifar-10", "cifar-10-batches-bin"),
        files,
        Optional.of(archive),
        List.of(URI.create("http://127.0.0.1:9/")),
        "replace it");
  }

  private DataSet open() {
    return Cifar10.open(source(), RECORDS, Split.USUAL, here(), Progress.NONE);
  }

  private DataLocation here() {
    return DataLocation.of(Optional.of(folder), Map.of(), folder).offline();
  }

  private static byte[] tar(String prefix, int batches) throws IOException {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    entry(archive, prefix, new byte[0]);
    entry(archive, prefix + "readme.html", new byte[700]);
    for (int b = 0; b < batches; b++) {
      entry(archive, prefix + name(b), batch(b));
    }
    archive.write(new byte[1024]);
    return archive.toByteArray();
  }

  private static void entry(ByteArrayOutputStream archive, String path, byte[] content)
      throws IOException {
    entry(archive, path, content, '\0');
  }

  private static void entry(ByteArrayOutputStream archive, String path, byte[] content, char type)
      throws IOException {
    byte[] header = new byte[512];
    header[156] = (byte) type;
    byte[] name = path.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(name, 0, header, 0, Math.min(100, name.length));
    byte[] size = String.format("%011o", content.length).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(size, 0, header, 124, size.length);
    archive.write(header);
    archive.write(content);
    archive.write(new byte[(512 - content.length % 512) % 512]);
  }

  /** As GNU tar and as POSIX write names of more than 100 bytes, among other entries. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsArchivesWithLongNames(boolean gnu) throws IOException {
    String path = "a".repeat(120) + "/cifar-10-batches-bin/";
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    entry(archive, "pax_global_header", "52 comment=some\n".getBytes(), 'g');
    entry(archive, path, new byte[0], '5');
    for (int b = 0; b < 6; b++) {
      if (gnu) {
        entry(archive, "././@LongLink", (path + name(b) + '\0').getBytes(), 'L');
      } else {
        String record = " path=" + path + name(b) + "\n";
        String all = "20 mtime=1234567890\n" + (record.length() + 3) + record;
        entry(archive, "PaxHeaders/x", all.getBytes(), 'x');
      }
      entry(archive, "a".repeat(100), batch(b), '0');
    }
    archive.write(new byte[1024]);
    Files.write(folder.resolve("cifar-10-binary.tar.gz"), IdxFiles.gzip(archive.toByteArray()));
    assertWhole(open());
  }

  @Test
  void archivesThatUnpackToMoreThanTheyMayAreRefused() throws IOException {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    entry(archive, "other", new byte[10 << 20]);
    Path file = folder.resolve("cifar-10-binary.tar.gz");
    Files.write(file, IdxFiles.gzip(archive.toByteArray()));
    assertFailure(file + " unpacks to more than the 200000 bytes that it may hold; replace it");
    Path single = folder.resolve(name(0) + ".gz");
    Files.write(single, IdxFiles.gzip(new byte[10 << 20]));
    assertFailure(single + " unpacks to more than the 15365 bytes that it may hold; replace it");
  }

  @Test
  void theVersionForPythonIsNamed() throws IOException {
    Path archive = folder.resolve("cifar-10-binary.tar");
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    entry(content, "cifar-10-batches-py/data_batch_1", batch(0));
    content.write(new byte[1024]);
    Files.write(archive, content.toByteArray());
    assertFailure(
        archive + " holds no data_batch_1.bin: it is the version for Python; get the binary one");
    Files.delete(archive);
    Files.createFile(folder.resolve("cifar-10-python.tar.gz"));
    assertFailure(
        folder + " has CIFAR-10's version for Python; get the binary one, cifar-10-binary.tar.gz");
    Files.write(folder.resolve(name(0)), new byte[] {(byte) 0x80, 4, (byte) 0x95});
    for (int b = 1; b < 6; b++) {
      Files.createFile(folder.resolve(name(b)));
    }
    assertFailure(
        folder.resolve(name(0))
            + " is a Python pickle, which gan4j does not read; get the data set in its binary"
            + " version");
  }

  private void assertWhole(DataSet set) {
    assertEquals("cifar10", set.name());
    assertEquals(new ImageShape(3, 32, 32), set.shape());
    assertEquals(new Scaling.Contrast(55), set.scaling());
    assertEquals(4 * RECORDS, set.train().count());
    assertEquals(RECORDS, set.validation().count());
    assertEquals(RECORDS, set.test().count());
    assertEquals(3 + 2, set.train().label(3 * RECORDS + 2));
    assertEquals(3 * 20 + 2 * 3 + 50 + 7, set.train().pixel(3 * RECORDS + 2, 1024 + 7));
    assertEquals(4, set.validation().label(0));
    assertEquals(5, set.test().label(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "cifar-10", "cifar-10-batches-bin"})
  void readsPlainAndGzippedBatches(String place) throws IOException {
    Path there = Files.createDirectories(folder.resolve(place));
    for (int b = 0; b < 6; b++) {
      boolean plain = b % 2 == 0;
      Files.write(
          there.resolve(name(b) + (plain ? "" : ".gz")),
          plain ? batch(b) : IdxFiles.gzip(batch(b)));
    }
    assertWhole(open());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsTheArchive(boolean gzipped) throws IOException {
    byte[] tar = tar("cifar-10-batches-bin/", 6);
    Files.write(
        folder.resolve("cifar-10-binary.tar" + (gzipped ? ".gz" : "")),
        gzipped ? IdxFiles.gzip(tar) : tar);
    assertWhole(open());
  }

  @Test
  void smallSetNeedsTheFirstAndTheTestBatchOnly() throws IOException {
    Files.write(folder.resolve(name(0)), batch(0));
    Files.write(folder.resolve(name(5)), batch(5));
    DataSet set = Cifar10.openSmall(source(), RECORDS, Split.USUAL, here(), Progress.NONE);
    assertEquals("cifar10-10k", set.name());
    assertEquals(4, set.train().count());
    assertEquals(1, set.validation().count());
    assertEquals(RECORDS, set.test().count());
    assertEquals(5, set.test().label(0));
    assertFailure(
        folder
            + " lacks files of the data set cifar10: put data_batch_2.bin.gz,"
            + " data_batch_3.bin.gz, data_batch_4.bin.gz, data_batch_5.bin.gz (or the same without"
            + " .gz, or cifar-10-binary.tar.gz) there, or name no folder, and they are"
            + " downloaded");
  }

  private void assertFailure(String message) {
    assertEquals(message, assertThrows(DataException.class, this::open).getMessage());
  }

  @Test
  void wrongLengthsAreTold() throws IOException {
    Path first = folder.resolve(name(0));
    byte[] whole = batch(0);
    String rest = " bytes, but a batch has 15365 (5 records of 3073): it is damaged; replace it";
    Files.write(first, Arrays.copyOf(whole, 3080));
    assertFailure(first + " ends after 3080" + rest);
    Files.write(first, new byte[0]);
    assertFailure(first + " ends after 0" + rest);
    Files.write(first, Arrays.copyOf(whole, whole.length + 1));
    assertFailure(first + " goes on after 15365" + rest);
    whole[RECORD_BYTES] = 10;
    Files.write(first, whole);
    assertFailure(
        first
            + " has the label 10 in record 1, not 0 to 9: it is no batch of CIFAR-10, or damaged;"
            + " replace it");
  }

  @Test
  void damagedArchivesAreTold() throws IOException {
    Path archive = folder.resolve("cifar-10-binary.tar");
    byte[] tar = tar("x/", 6);
    Files.write(archive, tar("x/", 4));
    assertFailure(archive + " holds no data_batch_5.bin; replace it");
    Files.write(archive, Arrays.copyOf(tar, 4000));
    assertFailure(
        archive
            + " is damaged: gunzip fails (the archive ends in the middle of a file); replace it");
    tar[512 + 124] = 'x';
    Files.write(archive, tar);
    assertFailure(archive + " is no tar archive, or damaged; replace it");
  }

  @Test
  void publishedBatches() {
    DataSet set =
        DataSets.open(
            "cifar10-10k", RealData.having("cifar-10/data_batch_1.bin.gz"), Progress.NONE);
    assertEquals(8000, set.train().count());
    assertEquals(10_000, set.test().count());
    assertEquals(6, set.train().label(0), "a frog");
    assertEquals(1000, set.test().classCounts()[0]);
    float[] values = set.scaling().values(set.train(), 0);
    double squares = 0;
    for (float value : values) {
      squares += value * value;
    }
    assertEquals(55, Math.sqrt(squares), 1e-3);
  }
}
