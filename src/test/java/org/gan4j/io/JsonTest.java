package org.gan4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import org.gan4j.FormatException;
import org.gan4j.io.Json.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read, the same; and nothing else is read than RFC 8259 and this class say. */
class JsonTest {
  private static final List<String> TEXTS =
      List.of(
          "",
          "\"\\/\b\f\n\r\t",
          "\u0000\u001b[31m\u007f\u0085\u2028\u202e\ufeff",
          "läuft ∑ 日本 \ud83d\ude00",
          "</script>{}[],:null",
          "x".repeat(100_000));

  private static final List<Object> NUMBERS =
      List.of(
          0L,
          -1L,
          (1L << 53) + 1,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          0.0,
          -0.0,
          0.1,
          1e-5,
          1e7,
          Double.MIN_VALUE,
          Double.MIN_NORMAL,
          Double.MAX_VALUE,
          -Double.MAX_VALUE,
          2e-44,
          9007199254740993.0);

  @TempDir private Path folder;

  private static JsonValue parse(String json) {
    return Json.parse(json, FormatException::new);
  }

  /** The tree that the value was written from. */
  private static Object tree(JsonValue value) {
    if (value.isNull()) {
      return null;
    }
    if (value.isList()) {
      return value.list().stream().map(JsonTest::tree).toList();
    }
    for (Kind kind : KINDS) {
      try {
        return kind.of(value);
      } catch (FormatException another) {
        // the next one
      }
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    value.fields().forEach((name, field) -> fields.put(name, tree(field)));
    return fields;
  }

  private interface Kind {
    Object of(JsonValue value);
  }

  private static final List<Kind> KINDS =
      List.of(
          JsonValue::text,
          JsonValue::truth,
          value -> value.whole(Long.MIN_VALUE, Long.MAX_VALUE),
          JsonValue::number);

  private static Object random(Random random, int depth) {
    List<Object> scalars = new ArrayList<>(NUMBERS);
    scalars.addAll(TEXTS.subList(0, 5));
    scalars.addAll(List.of(true, false, random.nextLong(), text(random)));
    double any = Double.longBitsToDouble(random.nextLong());
    scalars.add(Double.isFinite(any) ? any : 1.5);
    int kind = random.nextInt(depth > 4 ? 1 : 3);
    int size = random.nextInt(5);
    if (kind == 0) {
      return scalars.get(random.nextInt(scalars.size()));
    }
    if (kind == 1) {
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        list.add(random(random, depth + 1));
      }
      return list;
    }
    return object(random, depth, size);
  }

  private static Map<String, Object> object(Random random, int depth, int size) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      fields.put(text(random), random(random, depth + 1));
    }
    return fields;
  }

  /** Any characters of any plane. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      int c = random.nextInt(random.nextBoolean() ? 128 : Character.MAX_CODE_POINT + 1);
      text.appendCodePoint(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 'x' : c);
    }
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsReadBack(Layout layout) {
    Random random = new Random(7);
    for (int i = 0; i < 150; i++) {
      Map<String, Object> tree = object(random, 0, 4);
      tree.put("null", null);
      String json = Json.write(tree, layout);
      assertEquals(tree, tree(parse(json)), json);
      assertEquals(json, Json.write(tree(parse(json)), layout));
    }
  }

  @ParameterizedTest
  @EnumSource
  void awkwardTextsAndNumbersAreReadBack(Layout layout) {
    for (Object each : TEXTS) {
      assertEquals(each, tree(parse(Json.write(each, layout))));
      Map<Object, Object> named = Map.of(each, each);
      assertEquals(named, tree(parse(Json.write(named, layout))));
    }
    for (Object each : NUMBERS) {
      assertEquals(each, tree(parse(Json.write(each, layout))));
    }
    assertInstanceOf(Double.class, tree(parse("1e2")));
    assertEquals(1e20, parse("100000000000000000000").number());
    assertEquals(-0.0, parse("-0").number());
  }

  @Test
  void controlCharactersAreEscapes() {
    assertEquals("\"\\u0000\\u001b\\n\u007f\"", Json.write("\u0000\u001b\n\u007f", Layout.LINE));
  }

  @Test
  void layouts() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("a", 1);
    tree.put("rows", List.of(Map.of("x", List.of(1.5, 2L)), Map.of()));
    tree.put("list", Arrays.asList("b", null));
    tree.put("empty", List.of());
    tree.put("object", Map.of("y", true));
    assertEquals(
        "{\"a\":1,\"rows\":[{\"x\":[1.5,2]},{}],\"list\":[\"b\",null],\"empty\":[],"
            + "\"object\":{\"y\":true}}",
        Json.write(tree, Layout.LINE));
    assertEquals(
        """
        {
          "a": 1,
          "rows": [
            {"x": [1.5, 2]},
            {}],
          "list": ["b", null],
          "empty": [],
          "object": {"y": true}
        }
        """,
        Json.write(tree, Layout.ROWS));
    assertEquals(
        """
        {
          "a" : 1,
          "rows" : [ {
            "x" : [ 1.5, 2 ]
          }, { } ],
          "list" : [ "b", null ],
          "empty" : [ ],
          "object" : {
            "y" : true
          }
        }
        """,
        Json.write(tree, Layout.INDENTED));
  }

  private static void assertNotWritten(Object tree, String problem) {
    for (Layout layout : Layout.values()) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Json.write(tree, layout)).getMessage();
      assertEquals("can't be written as JSON: " + problem, message);
    }
  }

  @Test
  void whatTheReaderRefusesIsNotWritten() {
    assertNotWritten(Map.of("d_loss", Double.NaN), "\"d_loss\" is NaN, which JSON doesn't have");
    assertNotWritten(
        Map.of("run", List.of(1.0, Double.NEGATIVE_INFINITY)),
        "\"run\" is -Infinity, which JSON doesn't have");
    assertNotWritten(Double.POSITIVE_INFINITY, "the document is Infinity, which JSON doesn't have");
    assertNotWritten(Map.of("a", "\ud800"), "\"a\" holds half a surrogate pair");
    assertNotWritten(Map.of("\udc00", 1), "a name holds half a surrogate pair");
    assertNotWritten(Map.of(1, 1), "the document has a name that is no text");
    assertNotWritten(Map.of("a", 'c'), "\"a\" is of a kind that JSON doesn't have");
    Object deep = 1L;
    for (int i = 0; i < Json.MAX_DEPTH; i++) {
      deep = i % 2 == 0 ? List.of(deep) : Map.of("a", deep);
    }
    for (Layout layout : Layout.values()) {
      assertEquals(deep, tree(parse(Json.write(deep, layout))));
    }
    assertNotWritten(List.of(deep), "\"a\" is nested deeper than 32 levels");
    assertNotWritten(Map.of("a", deep), "\"a\" is nested deeper than 32 levels");
    for (String text :
        List.of("NaN", "Infinity", "1e999", "01", "1.", ".5", "+1", "0x1", "1,5", "")) {
      assertThrows(IllegalArgumentException.class, () -> Json.number(text), text);
    }
    assertEquals(
        "[1.000e+05,-0.50,0]",
        Json.write(
            List.of(Json.number("1.000e+05"), Json.number("-0.50"), Json.number("0")),
            Layout.LINE));
    assertEquals(null, Json.finiteOrNull(Double.NaN));
    assertEquals(null, Json.finiteOrNull(Double.NEGATIVE_INFINITY));
    assertEquals(2.5, Json.finiteOrNull(2.5));
  }

  /** The document from line 2 on; the first line is an opening bracket. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          -1e309]             | the number "-1e309" is too large (line 2, column 1)
          1, 1e309]           | the number "1e309" is too large (line 2, column 4)
          {"a":1,"a":2}]      | the name "a" stands there twice (line 2, column 8)
          {"a":1,"\\u0061":2}]| the name "a" stands there twice (line 2, column 8)
          "\\ud800"]          | half a surrogate pair in a text (line 2, column 1)
          "\\udc00\\ud800"]   | half a surrogate pair in a text (line 2, column 1)
          {"\\ud800x":1}]     | half a surrogate pair in a text (line 2, column 2)
          1] 2                | not JSON: something follows its end (line 2, column 4)
          1],                 | not JSON: `
          """)
  void whatIsRefusedHasItsPlace(String rest, String problem) {
    String message =
        assertThrows(FormatException.class, () -> parse("[\n" + rest), rest).getMessage();
    assertTrue(message.startsWith(problem.replace("`", "")), message);
    assertEquals(1, message.lines().count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[1,]",
        "[,1]",
        "{\"a\":1,}",
        "{,}",
        "[1 2]",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "['a']",
        "NaN",
        "[NaN]",
        "Infinity",
        "-Infinity",
        "[+1]",
        "[01]",
        "[-01]",
        "[1.]",
        "[.5]",
        "[1e]",
        "[1e+]",
        "[-]",
        "[0x10]",
        "[1_0]",
        "[1f]",
        "[\u0661]",
        "True",
        "nul",
        "nulll",
        "\"a",
        "\"\n\"",
        "\"\t\"",
        "\"\u0000\"",
        "\"\\x41\"",
        "\"\\u00g1\"",
        "\"\\u12\"",
        "[1]]",
        "{}{}",
        "1 2",
        "// c\n1",
        "/* c */ 1",
        "# c\n1",
        "[1;2]",
        "\ufeff1",
        "\u00a01",
        "]",
        "}",
        ":",
        ",",
        "[}",
        "{]",
        "{1:2}",
        "{null:1}",
        "{\"a\"}",
        "{\"a\":}",
        "--1",
        "undefined"
      })
  void whatIsNoJsonIsRefused(String text) {
    String message = assertThrows(FormatException.class, () -> parse(text)).getMessage();
    assertTrue(message.startsWith("not JSON: "), message);
    assertTrue(message.matches("(?s).* \\(line [0-9]+, column [0-9]+\\)"), message);
    assertFalse(message.contains("Source"), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole =
        Files.readString(Path.of("docs/results/mnist-10k/score.json"))
            .strip()
            .getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThrows(FormatException.class, () -> Json.parse(part, FormatException::new));
    }
    Path file = Files.write(folder.resolve("part.json"), Arrays.copyOf(whole, 100));
    String message =
        assertThrows(FormatException.class, () -> Json.read(file, 1 << 20)).getMessage();
    assertTrue(message.startsWith(file + ": not JSON: it ends too early (line 6, "), message);
    Files.write(file, whole);
    assertEquals(8800, Json.read(file, 1 << 20).get("iteration").whole(0, 10_000));
    assertThrows(FormatException.class, () -> Json.read(file, whole.length - 1));
    Json.read(file, whole.length);
  }

  @Test
  void damagedBytesAreReadOrRefusedButNothingElse() {
    byte[] whole =
        Json.write(Map.of("name", TEXTS.subList(0, 5), "value", NUMBERS), Layout.INDENTED)
            .getBytes(StandardCharsets.UTF_8);
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] damaged = whole.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        damaged[random.nextInt(whole.length)] = (byte) random.nextInt();
      }
      try {
        Object tree = tree(Json.parse(damaged, FormatException::new));
        assertEquals(tree, tree(parse(Json.write(tree, Layout.LINE))));
      } catch (FormatException e) {
        refused++;
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        assertTrue(e.getMessage().codePoints().allMatch(Printable::prints), e.getMessage());
      }
    }
    assertTrue(refused > 500, refused + " refused");
  }

  @Test
  void boundsHold() throws IOException {
    assertThrows(FormatException.class, () -> parse("[".repeat(1_000_000)));
    assertThrows(FormatException.class, () -> parse("{\"a\":".repeat(1_000_000)));
    String most = "[".repeat(Json.MAX_DEPTH) + "[]" + "]".repeat(Json.MAX_DEPTH);
    parse(most);
    assertThrows(FormatException.class, () -> parse("[" + most + "]"));
    String many = String.join(",", Collections.nCopies(Json.MAX_VALUES, "0"));
    String message =
        assertThrows(FormatException.class, () -> parse("[" + many + "]")).getMessage();
    assertTrue(message.startsWith("more than 2097152 values"), message);
    assertThrows(FormatException.class, () -> parse("1".repeat(100_000)));
    Path file = Files.write(folder.resolve("bytes"), new byte[] {'"', (byte) 0xff, '"'});
    message = assertThrows(FormatException.class, () -> Json.read(file, 100)).getMessage();
    assertEquals(file + ": it is not UTF-8 text", message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs", "src/test/resources", "benchmarks/results"})
  void committedFilesAreWrittenAgainByteForByte(String root) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of(root))) {
      files =
          all.filter(file -> file.toString().matches(".*/(score|results)\\.json|.*/metrics.jsonl"))
              .toList();
    }
    assertFalse(files.isEmpty());
    for (Path file : files) {
      String text = Files.readString(file);
      if (file.endsWith("metrics.jsonl")) {
        for (String line : text.lines().toList()) {
          assertEquals(line, Json.write(tree(parse(line)), Layout.LINE), file.toString());
        }
      } else {
        Layout layout = file.endsWith("score.json") ? Layout.ROWS : Layout.INDENTED;
        assertEquals(text, Json.write(tree(parse(text)), layout), file.toString());
      }
    }
  }

  private static String refusal(Kind kind, JsonValue value) {
    return assertThrows(FormatException.class, () -> kind.of(value)).getMessage();
  }

  @Test
  void helpersSayWhichNameIsMissingOrOfAnotherKind() {
    JsonValue tree = parse("{\"a\":1.0,\n \"b\":[7, \"x\"],\"c\":null, \"d\":{}}");
    assertEquals("\"e\" is missing (line 1, column 1)", refusal(t -> t.get("e"), tree));
    assertEquals("\"a\" is no object (line 1, column 6)", refusal(v -> v.get("x"), tree.get("a")));
    assertEquals("\"a\" is no list (line 1, column 6)", refusal(JsonValue::list, tree.get("a")));
    assertEquals(
        "\"a\" is no whole number from 0 to 9 (line 1, column 6)",
        refusal(v -> v.whole(0, 9), tree.get("a")));
    JsonValue x = tree.get("b").list().get(1);
    assertEquals(
        "element 2 of \"b\" is no number (line 2, column 10)", refusal(JsonValue::number, x));
    assertEquals("\"c\" is no text (line 2, column 19)", refusal(JsonValue::text, tree.get("c")));
    assertEquals(
        "\"c\" is no number (line 2, column 19)", refusal(JsonValue::number, tree.get("c")));
    assertEquals(
        "\"d\" is neither a number nor null (line 2, column 29)",
        refusal(JsonValue::numberOrNull, tree.get("d")));
    assertEquals(
        "\"d\" is neither true nor false (line 2, column 29)",
        refusal(JsonValue::truth, tree.get("d")));
    assertEquals("the document is no list (line 1, column 1)", refusal(JsonValue::list, tree));
    assertEquals(OptionalDouble.empty(), tree.get("c").numberOrNull());
    assertEquals(7, tree.get("b").list().get(0).whole(7, 7));
    assertThrows(FormatException.class, () -> tree.get("b").list().get(0).whole(8, 9));
    assertThrows(
        FormatException.class, () -> parse("9223372036854775808").whole(0, Long.MAX_VALUE));
    assertTrue(tree.has("c") && !tree.has("e"));
    assertThrows(UnsupportedOperationException.class, () -> tree.fields().clear());
    assertThrows(UnsupportedOperationException.class, () -> tree.get("b").list().clear());
  }

  @Test
  void aHostileTextStaysOnOneShortLine() {
    String name = "\\n\\u001b[31m\\u202e" + "x".repeat(10_000);
    String message =
        assertThrows(FormatException.class, () -> parse("{\"" + name + "\":1}").get(name).text())
            .getMessage();
    assertTrue(message.length() < 200, message);
    message =
        assertThrows(FormatException.class, () -> parse("a\u202e\u200d" + "b".repeat(10_000)))
            .getMessage();
    assertTrue(message.length() < 500, message);
    assertTrue(message.codePoints().allMatch(Printable::prints), message);
  }
}
