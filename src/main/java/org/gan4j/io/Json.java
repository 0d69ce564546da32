package org.gan4j.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.gan4j.FormatException;

/**
 * All JSON (RFC 8259) that is read and written, and the only class that knows Jackson's streaming
 * parser and generator. What this writes it also reads, with the same numbers, bit for bit. Beyond
 * the grammar it refuses a name that stands twice in an object, numbers that a {@code double} can't
 * hold, halves of surrogate pairs, nesting deeper than {@value #MAX_DEPTH} levels and more than
 * {@value #MAX_VALUES} values.
 */
public final class Json {
  /** Levels of objects and lists in each other. */
  static final int MAX_DEPTH = 32;

  /** Of a document: about 100 MB in memory. */
  static final int MAX_VALUES = 1 << 21;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // A table of names that lives on would let a hostile file fill the memory.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          // Texts are no longer than the document, whose size the caller bounds.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final DefaultPrettyPrinter SPACED =
      new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Spacing.AFTER)
                  .withObjectEntrySpacing(Spacing.AFTER)
                  .withArrayValueSpacing(Spacing.AFTER)
                  .withObjectEmptySeparator("")
                  .withArrayEmptySeparator(""))
          .withObjectIndenter(new DefaultPrettyPrinter.NopIndenter())
          .withArrayIndenter(new DefaultPrettyPrinter.NopIndenter());

  private static final DefaultPrettyPrinter INDENTED =
      new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

  private Json() {}

  // ---- reading ----

  /**
   * Reads a file.
   *
   * @param file UTF-8, without a byte order mark
   * @param maxBytes larger files are refused
   * @return its value
   * @throws IOException if it can't be read
   * @throws FormatException if it is no such JSON
   */
  public static JsonValue read(Path file, int maxBytes) throws IOException {
    return read(
        file, maxBytes, (problem, cause) -> new FormatException(file + ": " + problem, cause));
  }

  /**
   * Reads a file of a format that has words of its own for what is wrong.
   *
   * @param file UTF-8, without a byte order mark
   * @param maxBytes larger files are refused
   * @param wrong makes the exception of what is wrong, with its place, and of the cause, which may
   *     be null
   * @return its value
   * @throws IOException if it can't be read
   * @throws FormatException that {@code wrong} made, if it is no such JSON
   */
  public static JsonValue read(
      Path file, int maxBytes, BiFunction<String, Throwable, FormatException> wrong)
      throws IOException {
    if (!Files.isRegularFile(file)) {
      throw Files.exists(file)
          ? new IOException("it is no regular file")
          : new NoSuchFileException(file.toString());
    }
    byte[] utf8;
    try (InputStream in = Files.newInputStream(file)) {
      utf8 = in.readNBytes(maxBytes + 1);
    }
    if (utf8.length > maxBytes) {
      throw wrong.apply("it is larger than " + maxBytes + " bytes", null);
    }
    return parse(utf8, wrong);
  }

  /**
   * Reads a document.
   *
   * @param utf8 its bytes
   * @param wrong as in {@link #read}
   * @return its value
   * @throws FormatException that {@code wrong} made, if it is no such JSON
   */
  static JsonValue parse(byte[] utf8, BiFunction<String, Throwable, FormatException> wrong) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      return parse(text, wrong);
    } catch (CharacterCodingException e) {
      throw wrong.apply("it is not UTF-8 text", e);
    }
  }

  /**
   * Reads a document, for instance one line of a file of lines.
   *
   * @param text the document
   * @param wrong as in {@link #read}
   * @return its value
   * @throws FormatException that {@code wrong} made, if it is no such JSON
   */
  public static JsonValue parse(String text, BiFunction<String, Throwable, FormatException> wrong) {
    return new Reader(wrong).document(text);
  }

  private static final class Reader {
    private final BiFunction<String, Throwable, FormatException> wrong;
    private JsonParser parser;
    private int values;

    Reader(BiFunction<String, Throwable, FormatException> wrong) {
      this.wrong = wrong;
    }

    JsonValue document(String text) {
      try (JsonParser opened = FACTORY.createParser(text)) {
        parser = opened;
        require(!text.startsWith("\uFEFF"), "not JSON: it begins with a byte order mark");
        require(parser.nextToken() != null, "not JSON: there is nothing in it");
        JsonValue root = value(null, -1, 0);
        require(parser.nextToken() == null, "not JSON: something follows its end");
        return root;
      } catch (JsonEOFException e) {
        throw wrong.apply("not JSON: it ends too early" + place(e.getLocation()), e);
      } catch (JsonProcessingException e) {
        String what = e.getOriginalMessage().lines().findFirst().orElse("");
        // It would go on to where a list or object began, in a place's own long form.
        what = what.replaceAll(" \\(for \\w+ starting at .*", "");
        throw wrong.apply("not JSON: " + Printable.line(what) + place(e.getLocation()), e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private JsonValue value(String name, int index, int depth) throws IOException {
      require(depth <= MAX_DEPTH, "nested deeper than " + MAX_DEPTH + " levels");
      require(++values <= MAX_VALUES, "more than " + MAX_VALUES + " values");
      JsonLocation at = parser.currentTokenLocation();
      Object value =
          switch (parser.currentToken()) {
            case START_OBJECT -> object(depth);
            case START_ARRAY -> list(name, depth);
            case VALUE_STRING -> text();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IllegalStateException(parser.currentToken().toString());
          };
      return new JsonValue(value, name, index, at.getLineNr(), at.getColumnNr(), wrong);
    }

    private Map<String, JsonValue> object(int depth) throws IOException {
      Map<String, JsonValue> fields = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = text();
        require(
            !fields.containsKey(name),
            "the name " + Printable.quoted(name) + " stands there twice");
        parser.nextToken();
        fields.put(name, value(name, -1, depth + 1));
      }
      return fields;
    }

    private List<JsonValue> list(String name, int depth) throws IOException {
      List<JsonValue> elements = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(value(name, elements.size(), depth + 1));
      }
      return elements;
    }

    private String text() throws IOException {
      String text = parser.getText();
      require(isUnicode(text), "half a surrogate pair in a text");
      return text;
    }

    /** A Long where the number is written as one and fits, else a Double. */
    private Number number() throws IOException {
      String written = parser.getText();
      if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && !written.equals("-0")) {
        try {
          return Long.parseLong(written);
        } catch (NumberFormatException beyond64Bits) {
          // A double may hold it, though not to the last digit.
        }
      }
      double value = Double.parseDouble(written);
      require(Double.isFinite(value), "the number " + Printable.quoted(written) + " is too large");
      return value;
    }

    private void require(boolean holds, String problem) {
      if (!holds) {
        throw wrong.apply(problem + place(parser.currentTokenLocation()), null);
      }
    }

    private static String place(JsonLocation at) {
      return at == null ? "" : Json.place(at.getLineNr(), at.getColumnNr());
    }
  }

  static String place(int line, int column) {
    return " (line " + line + ", column " + column + ")";
  }

  /** Whether UTF-8 can hold the text, that is whether every surrogate has its partner. */
  public static boolean isUnicode(CharSequence text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  // ---- writing ----

  /** How a document is laid out. */
  public enum Layout {
    /** All in one line without spaces; no end of line. */
    LINE,
    /**
     * A line for each field of the document, and for each object of a list there; an end of line.
     */
    ROWS,
    /** A line for each field of every object; an end of line. */
    INDENTED
  }

  private static final String ROOT = "the document";

  /** A number as it stands in the document. */
  private record Literal(String text) {}

  /**
   * A number that is written in its own way.
   *
   * @param text a JSON number, as {@code String.format} with {@link java.util.Locale#ROOT} gives it
   * @return to be put into a document
   * @throws IllegalArgumentException if it is none, or a double can't hold it
   */
  public static Object number(String text) {
    boolean isNumber = text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    if (!isNumber || Double.isInfinite(Double.parseDouble(text))) {
      throw new IllegalArgumentException(Printable.quoted(text) + " is no number that JSON holds");
    }
    return new Literal(text);
  }

  /**
   * A number where there may be none.
   *
   * @param value any
   * @return null for NaN and the infinities, which JSON doesn't have
   */
  public static Double finiteOrNull(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /**
   * Writes a document.
   *
   * @param tree of Map (with String names, in their order), List, String, Long, Integer, Double,
   *     Boolean, null and what {@link #number} returns
   * @param layout how it looks
   * @return JSON that this class reads
   * @throws IllegalArgumentException if it holds anything else, or what the reader refuses, with
   *     its name
   */
  public static String write(Object tree, Layout layout) {
    return switch (layout) {
      case LINE -> written(tree, ROOT, null, 0);
      case INDENTED -> written(tree, ROOT, INDENTED, 0) + "\n";
      case ROWS ->
          tree instanceof Map<?, ?> fields ? rows(fields) : written(tree, ROOT, SPACED, 0) + "\n";
    };
  }

  private static String rows(Map<?, ?> document) {
    StringJoiner rows = new StringJoiner(",\n  ", "{\n  ", "\n}\n");
    document.forEach(
        (key, value) -> {
          String name = name(key, ROOT);
          rows.add(written(name, ROOT, SPACED, 0) + ": " + row(value, Printable.quoted(name)));
        });
    return rows.toString();
  }

  private static String row(Object value, String label) {
    if (value instanceof List<?> list
        && !list.isEmpty()
        && list.stream().allMatch(each -> each instanceof Map)) {
      return list.stream()
          .map(each -> written(each, label, SPACED, 2))
          .collect(Collectors.joining(",\n    ", "[\n    ", "]"));
    }
    return written(value, label, SPACED, 1);
  }

  /**
   * A part of a document.
   *
   * @param label to call it in messages
   * @param depth how deep in the document it is
   */
  private static String written(
      Object tree, String label, DefaultPrettyPrinter layoutOrNull, int depth) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      if (layoutOrNull != null) {
        // Each keeps count of its own nesting.
        generator.setPrettyPrinter(layoutOrNull.createInstance());
      }
      write(tree, label, depth, generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(Object value, String label, int depth, JsonGenerator out)
      throws IOException {
    require(depth <= MAX_DEPTH, label, "is nested deeper than " + MAX_DEPTH + " levels");
    if (value instanceof Map<?, ?> fields) {
      out.writeStartObject();
      for (Map.Entry<?, ?> field : fields.entrySet()) {
        String name = name(field.getKey(), label);
        out.writeFieldName(name);
        write(field.getValue(), Printable.quoted(name), depth + 1, out);
      }
      out.writeEndObject();
    } else if (value instanceof List<?> elements) {
      out.writeStartArray();
      for (Object each : elements) {
        write(each, label, depth + 1, out);
      }
      out.writeEndArray();
    } else {
      scalar(value, label, out);
    }
  }

  private static String name(Object key, String label) {
    require(key instanceof String, label, "has a name that is no text");
    return unicode((String) key, "a name");
  }

  private static void scalar(Object value, String name, JsonGenerator out) throws IOException {
    if (value instanceof String text) {
      out.writeString(unicode(text, name));
    } else if (value instanceof Double number) {
      require(Double.isFinite(number), name, "is " + number + ", which JSON doesn't have");
      out.writeNumber(number.doubleValue());
    } else if (value instanceof Long || value instanceof Integer) {
      out.writeNumber(((Number) value).longValue());
    } else if (value instanceof Literal number) {
      out.writeNumber(number.text);
    } else if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else {
      require(value == null, name, "is of a kind that JSON doesn't have");
      out.writeNull();
    }
  }

  private static String unicode(String text, String name) {
    require(isUnicode(text), name, "holds half a surrogate pair");
    return text;
  }

  private static void require(boolean holds, String name, String problem) {
    if (!holds) {
      throw new IllegalArgumentException("can't be written as JSON: " + name + " " + problem);
    }
  }
}
