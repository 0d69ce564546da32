package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.gan4j.FormatException;
import org.gan4j.SmallDisk;
import org.gan4j.device.Device;
import org.gan4j.device.StateLayout;
import org.gan4j.io.Json;
import org.gan4j.io.Safetensors;
import org.gan4j.io.Safetensors.DType;
import org.gan4j.io.Safetensors.Tensor;
import org.gan4j.io.Safetensors.TensorInfo;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is no whole checkpoint gives one line, and changes nothing. */
class CheckpointDamageTest {
  private static final Recipe RECIPE = SmallGans.recipe(UpdateOrder.ALTERNATING, 2);

  @TempDir private Path folder;
  private Path good;
  private Path bad;
  private Device device;
  private Gan gan;
  private Map<String, ByteBuffer> before;

  @BeforeEach
  void checkpoint() {
    good = TinyRun.trained(folder.resolve("good"), RECIPE, 4);
    bad = folder.resolve("bad");
    device = Device.cpu();
    gan = TinyRun.begin(device, RECIPE);
    before = TinyRun.tensors(gan);
  }

  @AfterEach
  void close() {
    gan.close();
    device.close();
  }

  private void assertUnchanged() {
    assertEquals(before, TinyRun.tensors(gan));
  }

  private String assertRefused() {
    Exception restored = assertThrows(FormatException.class, () -> Checkpoint.restore(gan, bad));
    Exception opened =
        assertThrows(FormatException.class, () -> Checkpoint.open(device, bad).close());
    for (Exception e : new Exception[] {restored, opened}) {
      assertTrue(e.getMessage().contains(bad.toString()), e.getMessage());
      TinyRun.assertOneLine(e.getMessage());
    }
    assertUnchanged();
    return restored.getMessage();
  }

  @Test
  void truncatedAnywhere() throws IOException {
    byte[] whole = Files.readAllBytes(good);
    for (int length = 0; length < whole.length; length += length < 16 ? 1 : 331) {
      Files.write(bad, Arrays.copyOf(whole, length));
      assertRefused();
    }
    Files.write(bad, Arrays.copyOf(whole, whole.length - 1));
    assertRefused();
    Files.write(bad, Arrays.copyOf(whole, whole.length + 1));
    assertRefused();
  }

  @Test
  void foreignFiles() throws IOException {
    assertRefused();
    Files.createDirectory(bad);
    assertRefused();
    Files.delete(bad);
    Files.writeString(bad, "epoch,loss\n1,0.5\n".repeat(100));
    assertRefused();
    Safetensors.write(bad, Map.of(), List.of());
    assertTrue(assertRefused().contains("not a checkpoint"), assertRefused());
    Safetensors.write(bad, Map.of("format", "pt"), List.of());
    assertTrue(assertRefused().contains("format pt"), assertRefused());
  }

  /** A flipped bit may make another recipe of it; it never ends in anything but one line. */
  @Test
  void flippedBitsInTheHeader() throws IOException {
    byte[] whole = Files.readAllBytes(good);
    int header = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt();
    Random random = new Random(7);
    Path own = folder.resolve("own");
    Checkpoint.save(own, gan, Map.of());
    for (int at = 0; at < 8 + header; at += 1 + random.nextInt(20)) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(bad, flipped);
      try {
        Checkpoint.restore(gan, bad);
        Checkpoint.restore(gan, own);
      } catch (FormatException | IllegalArgumentException e) {
        TinyRun.assertOneLine(e.getMessage());
      }
      try {
        Checkpoint.open(device, bad).close();
      } catch (FormatException e) {
        TinyRun.assertOneLine(e.getMessage());
      }
    }
    assertUnchanged();
  }

  @Test
  void flippedBitsInTheData() throws IOException {
    byte[] whole = Files.readAllBytes(good);
    int data = 8 + ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt();
    Random random = new Random(8);
    for (int at = data; at < whole.length; at += 1 + random.nextInt(200)) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(bad, flipped);
      assertTrue(assertRefused().contains("the file is damaged"), "byte " + at);
    }
  }

  @Test
  void tensorsOfOtherShapesOrNone() {
    for (String name : TinyRun.tensors(good).keySet()) {
      TinyRun.forge(good, bad, Map.of(), (n, b) -> n.equals(name) ? flat(name + "x", b) : null);
      assertRefused();
      TinyRun.forge(good, bad, Map.of(), (n, b) -> n.equals(name) ? flat(name, b) : null);
      assertRefused();
    }
  }

  private static Tensor flat(String name, byte[] bytes) {
    TensorInfo info = new TensorInfo(name, DType.U8, bytes.length);
    return new Tensor(info, sink -> sink.write(ByteBuffer.wrap(bytes)));
  }

  @ParameterizedTest
  @CsvSource({
    "shape, ''",
    "shape, 1x3",
    "shape, 1x3x4x5",
    "shape, 2x3x4",
    "shape, 1x3x99999999999",
    "shape, 1x1x1",
    "training_set, ''",
    "recipe.batch, ''",
    "recipe.batch, many",
    "recipe.batch, 0",
    "recipe.extra, 1",
    "recipe.batch.more, 1",
    "recipe.generator.0.units, 1048576",
    "recipe.replicas, 1024",
    "recipe.generator.7.type, dense",
    "recipe.discriminator, []",
    "recipe.learning_rate.per_replica.0, 0.1",
    "recipe.update, sideways",
  })
  void damagedMetadata(String key, String value) {
    TinyRun.forge(good, bad, Map.of(key, value), (name, bytes) -> null);
    Exception e = assertThrows(FormatException.class, () -> Checkpoint.open(device, bad).close());
    assertTrue(e.getMessage().startsWith(bad.toString()), e.getMessage());
    TinyRun.assertOneLine(e.getMessage());
    assertThrows(RuntimeException.class, () -> Checkpoint.restore(gan, bad));
    assertUnchanged();
  }

  @Test
  void fieldsNestedWithoutEnd() {
    TinyRun.forge(good, bad, Map.of("recipe" + ".a".repeat(100_000), "1"), (name, bytes) -> null);
    assertThrows(FormatException.class, () -> Checkpoint.open(device, bad).close());
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 0x7ff8000000000000L, 3})
  void absurdStateWordsAreRefusedOrDoNoHarm(long value) {
    for (int word = 0; word < CheckpointTensors.stateWords(RECIPE); word++) {
      int at = word * Long.BYTES;
      TinyRun.forge(
          good,
          bad,
          Map.of(),
          (name, bytes) -> {
            if (name.equals("state")) {
              ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
              return new Tensor(
                  new TensorInfo(name, DType.I64, 1, CheckpointTensors.stateWords(RECIPE)),
                  sink -> sink.write(ByteBuffer.wrap(bytes)));
            }
            return null;
          });
      try (Gan opened = Checkpoint.open(device, bad)) {
        TinyRun.train(opened, 2);
        assertTrue(opened.state().totals(0).isFinite(), "word " + word);
      } catch (FormatException | IllegalArgumentException e) {
        TinyRun.assertOneLine(e.getMessage());
      }
    }
  }

  /** What the step decides is computed anew, so damage there is mended. */
  @Test
  void learningRateFollowsFromTheStep() {
    TinyRun.forge(
        good,
        bad,
        Map.of(),
        (name, bytes) -> {
          if (!name.equals("state")) {
            return null;
          }
          Arrays.fill(
              bytes,
              StateLayout.LEARNING_RATE * Long.BYTES,
              (StateLayout.FACTORS + 1) * Long.BYTES,
              (byte) -1);
          return new Tensor(
              new TensorInfo(name, DType.I64, 1, CheckpointTensors.stateWords(RECIPE)),
              sink -> sink.write(ByteBuffer.wrap(bytes)));
        });
    Checkpoint.restore(gan, bad);
    assertEquals(TinyRun.tensors(good), TinyRun.tensors(gan));
  }

  @ParameterizedTest
  @ValueSource(strings = {"absent/checkpoint", "good/checkpoint"})
  void unwritablePlaces(String place) {
    Path file = folder.resolve(place);
    Exception e = assertThrows(FormatException.class, () -> Checkpoint.save(file, gan, Map.of()));
    assertTrue(e.getMessage().startsWith("can't write " + file + ": "), e.getMessage());
    TinyRun.assertOneLine(e.getMessage());
  }

  @Test
  void fullDiskLeavesTheOldCheckpoint() throws Exception {
    try (SmallDisk disk = new SmallDisk(folder.resolve("disk"), 64)) {
      Path file = disk.folder().resolve("checkpoint");
      Checkpoint.save(file, gan, Map.of());
      byte[] old = Files.readAllBytes(file);
      disk.fill(4);
      TinyRun.train(gan, 1);
      Exception e = assertThrows(FormatException.class, () -> Checkpoint.save(file, gan, Map.of()));
      assertTrue(e.getMessage().contains("No space left"), e.getMessage());
      TinyRun.assertOneLine(e.getMessage());
      assertArrayEquals(old, Files.readAllBytes(file));
      try (Stream<Path> files = Files.list(disk.folder())) {
        assertEquals(2, files.count(), "no temporary file stays behind");
      }
    }
  }

  /** As another tool does: tensors in another order, no checksum, or one that is not its own. */
  @Test
  void savedAgainByAnotherTool() throws IOException {
    savedAgain(TinyRun.tensors(good));
    Checkpoint.restore(gan, bad);
    assertEquals(TinyRun.tensors(good), TinyRun.tensors(gan));
    assertTrue(Checkpoint.remark(bad).orElseThrow().contains("its checksum is gone"));
    TinyRun.assertOneLine(Checkpoint.remark(bad).orElseThrow());
    assertEquals(Optional.empty(), Checkpoint.remark(good));
    before = TinyRun.tensors(gan);
    Map<String, ByteBuffer> more = new TreeMap<>(TinyRun.tensors(good));
    more.put("checksun", ByteBuffer.allocate(4));
    savedAgain(more);
    assertTrue(assertRefused().contains("\"checksun\" and no checksum"), assertRefused());
    more.remove("checksun");
    more.put("checksum", ByteBuffer.allocate(4));
    savedAgain(more);
    assertTrue(assertRefused().contains("has to leave out"), assertRefused());
  }

  /** In the order of their names from the last to the first. */
  private void savedAgain(Map<String, ByteBuffer> tensors) throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (Safetensors in = Safetensors.open(good)) {
      header.put("__metadata__", in.metadata());
      for (String name : new TreeMap<>(tensors).descendingKeySet()) {
        byte[] bytes = tensors.get(name).array();
        boolean known = in.names().contains(name);
        TensorInfo info = known ? in.info(name) : new TensorInfo(name, DType.U8, bytes.length);
        List<Integer> place = List.of(data.size(), data.size() + bytes.length);
        header.put(
            name,
            Map.of("dtype", info.dtype().name(), "shape", info.shape(), "data_offsets", place));
        data.write(bytes);
      }
    }
    byte[] json = Json.write(header, Json.Layout.LINE).getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(bad, file.putLong(json.length).put(json).put(data.toByteArray()).array());
  }
}
