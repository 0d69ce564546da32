package org.gan4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.gan4j.FormatException;
import org.gan4j.io.Safetensors.DType;
import org.gan4j.io.Safetensors.Tensor;
import org.gan4j.io.Safetensors.TensorInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  // Round trips

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 3, 33, 1200 * 7, 65536, 65537, 200_001})
  void floatsComeBackBitForBit(long size) {
    float[] values = floats((int) size);
    Path file = folder.resolve("floats");
    Safetensors.write(file, Map.of(), List.of(Tensor.of("w", values, size)));
    float[] back = new float[(int) size];
    Arrays.fill(back, Float.NaN);
    try (Safetensors in = Safetensors.open(file)) {
      in.require(new TensorInfo("w", DType.F32, size));
      in.read("w", back);
    }
    assertArrayEquals(bits(values), bits(back));
  }

  @Test
  void partsOfATensorComeBack() {
    float[] values = floats(1200 * 7);
    Path file = folder.resolve("parts");
    Safetensors.write(
        file,
        Map.of(),
        List.of(Tensor.of("a", new float[] {1}, 1), Tensor.of("w", values, 1200, 7)));
    float[] back = new float[12];
    ByteBuffer bytes = ByteBuffer.allocateDirect(8).order(ByteOrder.LITTLE_ENDIAN);
    try (Safetensors in = Safetensors.open(file)) {
      in.read("w", 8390, back, 1, 10);
      in.read("w", 4 * 33, bytes);
      assertThrows(IllegalArgumentException.class, () -> in.read("w", 8391, back, 1, 10));
      assertThrows(IllegalArgumentException.class, () -> in.read("w", 0, back, 3, 10));
      assertThrows(IllegalArgumentException.class, () -> in.read("w", -1, back, 0, 1));
      assertThrows(
          IllegalArgumentException.class, () -> in.read("w", 4 * 8399, ByteBuffer.allocate(5)));
    }
    assertArrayEquals(Arrays.copyOfRange(values, 8390, 8400), Arrays.copyOfRange(back, 1, 11));
    assertEquals(0, back[0]);
    assertEquals(0, back[11]);
    assertEquals(values[33], bytes.flip().getFloat());
    assertEquals(values[34], bytes.getFloat());
  }

  @Test
  void everyTypeComesBackFromPiecesOfAnySize() {
    Path file = folder.resolve("types");
    byte[] data = new byte[300_000];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (i * 31 >> 3);
    }
    List<TensorInfo> infos =
        List.of(
            new TensorInfo("scalar", DType.I64),
            new TensorInfo("f64", DType.F64, 25, 1500),
            new TensorInfo("empty", DType.F32, 3, 0, 5),
            new TensorInfo("f32", DType.F32, 75_000),
            new TensorInfo("odd", DType.U8, 299_999),
            new TensorInfo("i64", DType.I64, 7));
    Safetensors.write(
        file, Map.of(), infos.stream().map(info -> new Tensor(info, pieces(data, info))).toList());
    try (Safetensors in = Safetensors.open(file)) {
      assertEquals(List.of("f64", "i64", "scalar", "empty", "f32", "odd"), in.names());
      for (TensorInfo info : infos) {
        in.require(info);
        ByteBuffer back = ByteBuffer.allocate((int) info.bytes());
        in.read(info.name(), 0, back);
        assertEquals(ByteBuffer.wrap(data, 0, back.capacity()), back.flip());
      }
    }
  }

  @Test
  void metadataMayBeAnyUnicode() {
    Map<String, String> metadata =
        new TreeMap<>(
            Map.of(
                "", "empty key",
                "empty value", "",
                "quotes \"\\/\b\f\n\r\t\u0000\u001f", "\u007f\u2028\u00e9",
                "π 雪 \uD83D\uDE00", "line 1\nline 2: {\"json\": [1, 2]}"));
    Path file = folder.resolve("unicode");
    Safetensors.write(file, metadata, List.of(Tensor.of("größe \"1\"", new float[] {1}, 1)));
    try (Safetensors in = Safetensors.open(file)) {
      assertEquals(metadata, in.metadata());
      assertEquals(List.of("größe \"1\""), in.names());
    }
  }

  @Test
  void anEmptyFileOfTensorsIsAFile() throws IOException {
    Path file = folder.resolve("nothing");
    Safetensors.write(file, Map.of(), List.of());
    assertEquals("0800000000000000" + "7b7d202020202020", hex(file));
    try (Safetensors in = Safetensors.open(file)) {
      assertEquals(List.of(), in.names());
      assertEquals(Map.of(), in.metadata());
    }
  }

  // Exact bytes

  @Test
  void theBytesAreTheFormats() throws IOException {
    Path file = folder.resolve("known");
    Tensor bytes = new Tensor(new TensorInfo("a", DType.U8, 1), s -> s.write(ascii("!")));
    Safetensors.write(
        file,
        Map.of("k", "v", "b", "é"),
        List.of(bytes, Tensor.of("w", new float[] {1, -2}, 2, 1)));
    String json =
        "{\"__metadata__\":{\"b\":\"é\",\"k\":\"v\"},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[8,9]}}";
    int length = json.getBytes(StandardCharsets.UTF_8).length;
    String spaces = " ".repeat((8 - length % 8) % 8);
    assertEquals(
        HexFormat.of().toHexDigits((byte) (length + spaces.length()))
            + "00000000000000"
            + HexFormat.of().formatHex((json + spaces).getBytes(StandardCharsets.UTF_8))
            + "0000803f"
            + "000000c0"
            + "21",
        hex(file));
  }

  @Test
  void aHandWrittenFileIsRead() throws IOException {
    String json =
        "{ \"b\" :\t{\"data_offsets\":[0,8],\"shape\":[ ],\"dtype\":\"F64\"},\r\n"
            + "\"\\u0061\\ud83d\\ude00\\/\":{\"shape\":[2],\"dtype\":\"U8\",\"data_offsets\":[8,10]},"
            + "\"__metadata__\":{\"x\":\"\\n\"}}  ";
    Path file = file(json, HexFormat.of().parseHex("000000000000f83f" + "07ff"));
    try (Safetensors in = Safetensors.open(file)) {
      assertEquals(Map.of("x", "\n"), in.metadata());
      assertEquals(List.of("b", "a\uD83D\uDE00/"), in.names());
      assertEquals(new TensorInfo("b", DType.F64), in.info("b"));
      ByteBuffer b = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      in.read("b", 0, b);
      assertEquals(1.5, b.getDouble(0));
      ByteBuffer a = ByteBuffer.allocate(2);
      in.read("a\uD83D\uDE00/", 0, a);
      assertArrayEquals(new byte[] {7, -1}, a.array());
    }
  }

  @Test
  void theOrderOfTheInputDoesNotMatter() throws IOException {
    Tensor a = Tensor.of("a", floats(3), 3);
    Tensor b = Tensor.of("b", floats(33), 11, 3);
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    Safetensors.write(one, new TreeMap<>(Map.of("x", "1", "y", "2")), List.of(a, b));
    Safetensors.write(two, Map.of("y", "2", "x", "1"), List.of(b, a));
    assertEquals(-1, Files.mismatch(one, two));
  }

  // Damaged files

  @Test
  void aTruncatedFileIsRefusedAtEveryLength() throws IOException {
    byte[] whole = Files.readAllBytes(small());
    Path file = folder.resolve("cut");
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused(file);
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    assertRefused(file);
  }

  @Test
  void aChangedHeaderIsReadOrRefusedButNothingElse() throws IOException {
    byte[] whole = Files.readAllBytes(small());
    int headerEnd = 8 + ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt();
    int refused = 0;
    for (int at = 0; at < headerEnd; at++) {
      for (int bit = 0; bit < 8; bit++) {
        refused += isRefusedCheaply(changed(whole, at, whole[at] ^ 1 << bit)) ? 1 : 0;
      }
      for (char c : "{}[]\",:\\u-.e019 \n\0".toCharArray()) {
        isRefusedCheaply(changed(whole, at, c));
      }
    }
    assertTrue(refused > headerEnd * 4, refused + " refused");
  }

  private Path changed(byte[] whole, int at, int value) throws IOException {
    byte[] changed = whole.clone();
    changed[at] = (byte) value;
    return Files.write(folder.resolve("changed"), changed);
  }

  /** Also checks that memory goes by the size of the file, not by what the file claims. */
  private static boolean isRefusedCheaply(Path file) {
    boolean refused = isRefused(file);
    // Measured from the second time on: the first may load the classes of a message.
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertEquals(refused, isRefused(file));
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 200_000, allocated + " bytes allocated");
    return refused;
  }

  @Test
  void theDataOfAFileThatShrinksIsRefused() throws IOException {
    Path file = folder.resolve("shrinks");
    Safetensors.write(file, Map.of(), List.of(Tensor.of("w", floats(33), 33)));
    byte[] whole = Files.readAllBytes(file);
    try (Safetensors in = Safetensors.open(file)) {
      Files.write(file, Arrays.copyOf(whole, whole.length - 1));
      assertOneLine(assertThrows(FormatException.class, () -> in.read("w", new float[33])), file);
    }
  }

  /** The format allows 100 MB, which as a tree of JSON would take the memory of a large network. */
  @Test
  void aHugeHeaderThatIsThereIsNotReadEither() throws IOException {
    Path file = file("{\"__metadata__\":{\"k\":\"" + "x".repeat(5 << 20) + "\"}}", new byte[0]);
    FormatException refused =
        assertThrows(FormatException.class, () -> Safetensors.open(file).close());
    assertTrue(refused.getMessage().contains("at most 4194304 can be read"), refused.getMessage());
    assertTrue(isRefusedCheaply(file));
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 100_000_001, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void anAnnouncedHeaderMustBeThere(long length) throws IOException {
    Path file = folder.resolve("announced");
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    Files.write(file, bytes.put(ascii("{}      ")).array());
    assertRefused(file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          gap|"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}
          overlap|"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}
          trailing|"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}
          too long|"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}
          backwards|"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}
          far|"a":{"dtype":"U8","shape":[4],"data_offsets":[9223372036854775803,9223372036854775807]}
          shape|"a":{"dtype":"F32","shape":[4],"data_offsets":[0,4]}
          product|"a":{"dtype":"U8","shape":[4294967296,4294967296,1],"data_offsets":[0,4]}
          bytes|"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,4]}
          rank|"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,4],"data_offsets":[0,4]}
          negative|"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}
          fraction|"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}
          exponent|"a":{"dtype":"U8","shape":[4e0],"data_offsets":[0,4]}
          leading zero|"a":{"dtype":"U8","shape":[04],"data_offsets":[0,4]}
          above long|"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,4]}
          other digits|"a":{"dtype":"U8","shape":[٤],"data_offsets":[0,4]}
          one offset|"a":{"dtype":"U8","shape":[4],"data_offsets":[4]}
          three offsets|"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}
          unknown type|"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}
          no type|"a":{"shape":[4],"data_offsets":[0,4]}
          unknown field|"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"x":1}
          same field|"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}
          same tensor|"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}
          nested|"a":{"dtype":"U8","shape":[[4]],"data_offsets":[0,4]}
          null|"a":null
          comma|"a":{"dtype":"U8","shape":[4,],"data_offsets":[0,4]}
          last comma|"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},
          metadata|"__metadata__":{"x":1},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}
          same key|"__metadata__":{"x":"","x":""},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}
          surrogate|"\\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}
          escape|"\\x41":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}
          hexadecimal|"\\u00g1":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}
          control|"\u0007":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}
          after|"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}} {
          """)
  void aHeaderThatBreaksTheFormatIsRefused(String what, String inside) throws IOException {
    assertRefused(file("{" + inside + "}", new byte[4]));
  }

  @Test
  void theSameHeaderWithoutAFaultIsAccepted() throws IOException {
    Safetensors.open(
            file("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", new byte[4]))
        .close();
  }

  @Test
  void aTypeThatIsNotSupportedIsNotCalledDamage() throws IOException {
    Path file =
        file("{\"a\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}", new byte[4]);
    String message = assertThrows(FormatException.class, () -> Safetensors.open(file)).getMessage();
    assertEquals(
        "can't read "
            + file
            + ": tensor \"a\" is of type \"BF16\"; convert it to one of [F32, F64, I64, U8]",
        message);
  }

  @Test
  void deepNestingIsRefusedWithoutRecursion() throws IOException {
    assertRefused(file("{\"a\":" + "[".repeat(200_000), new byte[0]));
    assertRefused(file("{\"a\":".repeat(50_000), new byte[0]));
  }

  @Test
  void aHeaderThatIsNotUtf8OrBeginsWithSpaceIsRefused() throws IOException {
    Path file = file("{\"__metadata__\":{\"x\":\"?\"}}", new byte[0]);
    byte[] bytes = Files.readAllBytes(file);
    bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf('?')] = (byte) 0xff;
    Files.write(file, bytes);
    assertRefused(file);
    assertRefused(file(" {}", new byte[0]));
    assertRefused(file("", new byte[0]));
  }

  @Test
  void aHostileNameStaysOnOneShortLine() throws IOException {
    String name = "\\n\\u001b[31m\\u202e" + "x".repeat(10_000);
    Path file =
        file(
            "{\"" + name + "\":{\"dtype\":\"?\",\"shape\":[],\"data_offsets\":[0,0]}}",
            new byte[0]);
    assertRefused(file);
    String message = assertThrows(FormatException.class, () -> Safetensors.open(file)).getMessage();
    assertTrue(message.length() < 400 + file.toString().length(), message);
    assertTrue(message.chars().noneMatch(c -> c == 0x1b || c == 0x202e), message);
  }

  // Wrong requests

  @Test
  void whatTheFileDoesNotHoldIsNamed() {
    Path file = folder.resolve("other");
    Tensor steps = new Tensor(new TensorInfo("n", DType.U8, 4), s -> s.write(ascii("1234")));
    Safetensors.write(file, Map.of(), List.of(steps, Tensor.of("w", floats(6), 2, 3)));
    try (Safetensors in = Safetensors.open(file)) {
      assertAsksForAnother(file, () -> in.info("v"));
      assertAsksForAnother(file, () -> in.read("n", new float[4]));
      assertAsksForAnother(file, () -> in.read("w", new float[5]));
      assertAsksForAnother(file, () -> in.require(new TensorInfo("w", DType.F32, 3, 2)));
    }
  }

  private static void assertAsksForAnother(Path file, Executable request) {
    FormatException e = assertThrows(FormatException.class, request);
    assertOneLine(e, file);
    assertTrue(e.getMessage().endsWith("use a checkpoint of the same model"), e.getMessage());
  }

  @Test
  void filesThatCannotBeOpenedAreNamed() {
    assertRefused(folder.resolve("missing"));
    assertRefused(folder);
    Path file = folder.resolve("closed");
    Safetensors.write(file, Map.of(), List.of(Tensor.of("w", floats(1), 1)));
    Safetensors in = Safetensors.open(file);
    in.close();
    in.close();
    assertOneLine(assertThrows(FormatException.class, () -> in.read("w", new float[1])), file);
  }

  @Test
  void wrongTensorsAreTheCallersMistake() throws IOException {
    Tensor w = Tensor.of("w", floats(1), 1);
    TensorInfo bytes = new TensorInfo("b", DType.U8, 4);
    assertNotWritten(Map.of(), w, w);
    assertNotWritten(Map.of(), Tensor.of("__metadata__", floats(1), 1));
    assertNotWritten(Map.of("x", "\uD800"), w);
    assertNotWritten(Map.of("x\uDC00", ""), w);
    assertNotWritten(Map.of(), new Tensor(bytes, s -> {}));
    assertNotWritten(Map.of(), new Tensor(bytes, s -> s.write(ascii("123"))));
    assertNotWritten(Map.of(), new Tensor(bytes, s -> s.write(ascii("12345"))));
    assertNotWritten(Map.of(), new Tensor(bytes, s -> s.write(floats(1), 0, 1)));
    TensorInfo large = new TensorInfo("l", DType.U8, Long.MAX_VALUE);
    assertNotWritten(Map.of(), w, new Tensor(large, s -> {}));
    assertThrows(IllegalArgumentException.class, () -> Tensor.of("w", floats(3), 2));
    assertThrows(IllegalArgumentException.class, () -> new TensorInfo("w", DType.F32, 2, -1));
    assertThrows(IllegalArgumentException.class, () -> new TensorInfo("\uD800", DType.F32));
    assertThrows(
        IllegalArgumentException.class, () -> new TensorInfo("w", DType.F32, 1L << 61, 1, 1));
  }

  private void assertNotWritten(Map<String, String> metadata, Tensor... tensors)
      throws IOException {
    Path file = folder.resolve("mistake");
    assertThrows(
        IllegalArgumentException.class, () -> Safetensors.write(file, metadata, List.of(tensors)));
    assertEquals(List.of(), filesIn(folder));
  }

  // Failed writes

  @Test
  void anInterruptedWriteLeavesTheOldFile() throws IOException {
    Path file = small();
    byte[] before = Files.readAllBytes(file);
    Tensor failing =
        new Tensor(
            new TensorInfo("w", DType.F32, 1_000_000),
            sink -> {
              sink.write(floats(400_000), 0, 400_000);
              throw new IOException("No space left on device");
            });
    FormatException e =
        assertThrows(
            FormatException.class, () -> Safetensors.write(file, Map.of(), List.of(failing)));
    assertOneLine(e, file);
    assertTrue(e.getMessage().contains("No space left on device"), e.getMessage());
    assertArrayEquals(before, Files.readAllBytes(file));
    assertEquals(List.of(file), filesIn(folder));
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() {
    Path missing = folder.resolve("missing").resolve("w");
    assertOneLine(
        assertThrows(FormatException.class, () -> Safetensors.write(missing, Map.of(), List.of())),
        missing);
    Path inAFile = small().resolve("w");
    assertOneLine(
        assertThrows(FormatException.class, () -> Safetensors.write(inAFile, Map.of(), List.of())),
        inAFile);
  }

  @Test
  void aLargeTensorIsNeverHeldWhole() {
    Path file = folder.resolve("large");
    int pieces = 32;
    float[] piece = floats(1 << 18);
    Tensor large =
        new Tensor(
            new TensorInfo("w", DType.F32, pieces, piece.length),
            sink -> {
              for (int i = 0; i < pieces; i++) {
                sink.write(piece, 0, piece.length);
              }
            });
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Safetensors.write(file, Map.of(), List.of(large));
    assertTrue(THREADS.getCurrentThreadAllocatedBytes() - before < 2_000_000);
    float[] back = new float[piece.length];
    try (Safetensors in = Safetensors.open(file)) {
      in.read("w", (pieces - 1L) * piece.length, back, 0, back.length);
    }
    assertArrayEquals(piece, back);
  }

  // Helpers

  private static float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Float.intBitsToFloat(i * 0x9E3779B1);
      if (Float.isNaN(values[i])) {
        values[i] = -i;
      }
    }
    return values;
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  /** The first bytes of {@code data}, in pieces of 1, 3, 9, ... bytes. */
  private static Safetensors.Data pieces(byte[] data, TensorInfo info) {
    return sink -> {
      int piece = 1;
      for (int at = 0; at < info.bytes(); at += piece, piece *= 3) {
        sink.write(ByteBuffer.wrap(data, at, (int) Math.min(piece, info.bytes() - at)));
      }
    };
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String hex(Path file) throws IOException {
    return HexFormat.of().formatHex(Files.readAllBytes(file));
  }

  /** A valid file of some hundred bytes. */
  private Path small() {
    Path file = folder.resolve("small");
    Tensor bytes = new Tensor(new TensorInfo("b", DType.U8, 3), s -> s.write(ascii("abc")));
    Safetensors.write(
        file, Map.of("é", "\n"), List.of(bytes, Tensor.of("w", new float[] {1, 2}, 2)));
    return file;
  }

  private Path file(String json, byte[] data) throws IOException {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header).put(data);
    return Files.write(folder.resolve("file"), bytes.array());
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static void assertRefused(Path file) {
    assertTrue(isRefused(file), file + " was accepted");
  }

  /** Opens and reads everything; any exception but a {@link FormatException} gets through. */
  private static boolean isRefused(Path file) {
    try (Safetensors in = Safetensors.open(file)) {
      for (String name : in.names()) {
        in.read(name, 0, ByteBuffer.allocate((int) in.info(name).bytes()));
      }
      return false;
    } catch (FormatException e) {
      assertOneLine(e, file);
      return true;
    }
  }

  private static void assertOneLine(FormatException e, Path file) {
    String message = e.getMessage();
    assertTrue(message.contains(file.toString()), message);
    assertTrue(message.contains("; "), message);
    assertFalse(message.contains("\n"), message);
  }
}
