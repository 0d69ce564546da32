package org.gan4j.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.gan4j.io.Safetensors.DType;
import org.gan4j.io.Safetensors.TensorInfo;

/**
 * What the header of a safetensors file says: metadata, and which tensor lies where.
 *
 * @param metadata text by key, sorted
 * @param entries the tensors by name, in the order of their data
 */
record SafetensorsHeader(SortedMap<String, String> metadata, Map<String, Entry> entries) {
  /** The format's own limit on the JSON text. */
  static final int MAX_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;

  /** Wider types first: every tensor then begins at a multiple of its element's size. */
  private static final Comparator<TensorInfo> DATA_ORDER =
      Comparator.comparingInt((TensorInfo t) -> -t.dtype().bytes()).thenComparing(TensorInfo::name);

  /**
   * One tensor's place.
   *
   * @param info its name, type and shape
   * @param begin its first byte, counted from the end of the header
   */
  record Entry(TensorInfo info, long begin) {
    long end() {
      return begin + info.bytes();
    }
  }

  /** Lays tensors out one after the other, in an order that depends on nothing but them. */
  static SafetensorsHeader of(Map<String, String> metadata, List<TensorInfo> tensors) {
    metadata.forEach(
        (key, value) -> {
          requireUnicode(key, "a metadata key");
          requireUnicode(value, "the metadata of " + Printable.quoted(key));
        });
    Map<String, Entry> entries = new LinkedHashMap<>();
    long begin = 0;
    for (TensorInfo info : tensors.stream().sorted(DATA_ORDER).toList()) {
      if (info.name().equals(METADATA)) {
        throw new IllegalArgumentException("a tensor can't be named " + METADATA + ", rename it");
      }
      if (begin + info.bytes() < 0) {
        throw new IllegalArgumentException("the tensors are larger together than any file can be");
      }
      if (entries.put(info.name(), new Entry(info, begin)) != null) {
        throw new IllegalArgumentException(
            "two tensors are named " + Printable.quoted(info.name()) + ", rename one");
      }
      begin += info.bytes();
    }
    return new SafetensorsHeader(new TreeMap<>(metadata), entries);
  }

  private static void requireUnicode(String text, String what) {
    if (text == null || !Json.isUnicode(text)) {
      throw new IllegalArgumentException(
          what + " is " + (text == null ? "null" : "no valid Unicode") + ", expected text");
    }
  }

  /** The header as it stands in the file: length, JSON, and spaces up to a multiple of 8 bytes. */
  byte[] encode() {
    StringBuilder json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      Json.quote(METADATA, json);
      char before = '{';
      json.append(':');
      for (Map.Entry<String, String> e : metadata.entrySet()) {
        json.append(before);
        Json.quote(e.getKey(), json);
        json.append(':');
        Json.quote(e.getValue(), json);
        before = ',';
      }
      json.append('}');
    }
    for (Entry e : entries.values()) {
      json.append(json.length() > 1 ? "," : "");
      encode(e, json);
    }
    byte[] text = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    int length = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the header would take " + length + " bytes of " + MAX_BYTES + ", shorten the metadata");
    }
    ByteBuffer out = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.fill(out.array(), (byte) ' ');
    return out.putLong(length).put(text).array();
  }

  private static void encode(Entry entry, StringBuilder json) {
    TensorInfo info = entry.info();
    Json.quote(info.name(), json);
    json.append(":{\"dtype\":\"").append(info.dtype()).append("\",\"shape\":[");
    for (int i = 0; i < info.shape().size(); i++) {
      json.append(i == 0 ? "" : ",").append(info.shape().get(i));
    }
    json.append("],\"data_offsets\":[");
    json.append(entry.begin()).append(',').append(entry.end()).append("]}");
  }

  /**
   * Reads and checks a header.
   *
   * @param json the bytes after the length
   * @param dataBytes what the file holds after the header
   * @param file the file to name in messages
   */
  static SafetensorsHeader parse(byte[] json, long dataBytes, Path file) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException e) {
      throw FormatException.damaged(file, "its header is not UTF-8 text");
    }
    if (!text.startsWith("{")) {
      throw FormatException.damaged(file, "its header does not begin with '{'");
    }
    Parser parser = new Parser(text, file);
    parser.header();
    return new SafetensorsHeader(
        Collections.unmodifiableSortedMap(parser.metadata),
        contiguous(parser.placed, dataBytes, file));
  }

  /** Checks that the tensors cover the data without gap or overlap. */
  private static Map<String, Entry> contiguous(List<Entry> placed, long dataBytes, Path file) {
    placed.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    Map<String, Entry> entries = new LinkedHashMap<>();
    long end = 0;
    for (Entry e : placed) {
      if (e.begin() != end) {
        throw FormatException.damaged(
            file,
            "tensor %s begins at byte %d of the data, the one before it ends at %d"
                .formatted(Printable.quoted(e.info().name()), e.begin(), end));
      }
      end = e.end();
      entries.put(e.info().name(), e);
    }
    if (end != dataBytes) {
      throw FormatException.damaged(
          file, "its tensors take " + end + " bytes, it holds " + dataBytes);
    }
    return Collections.unmodifiableMap(entries);
  }

  /** The grammar of the header. */
  private static final class Parser {
    private final Json json;
    private final Path file;
    private final SortedMap<String, String> metadata = new TreeMap<>();
    private final List<Entry> placed = new ArrayList<>();
    private String dtype;
    private List<Long> shape;
    private List<Long> offsets;

    Parser(String text, Path file) {
      json = new Json(text, file);
      this.file = file;
    }

    void header() {
      json.object(
          name -> {
            if (name.equals(METADATA)) {
              json.object(key -> metadata.put(key, json.string()));
            } else {
              placed.add(tensor(name));
            }
          });
      json.end();
    }

    private Entry tensor(String name) {
      dtype = null;
      shape = null;
      offsets = null;
      json.object(this::field);
      if (dtype == null || shape == null || offsets == null) {
        throw json.damaged(of(name) + " lacks dtype, shape or data_offsets");
      }
      TensorInfo info = info(name);
      if (offsets.size() != 2) {
        throw json.damaged(of(name) + " has " + offsets.size() + " data_offsets instead of 2");
      }
      long begin = offsets.get(0);
      long end = offsets.get(1);
      if (end - begin != info.bytes()) {
        throw json.damaged(
            "%s: %s takes %d bytes, its data_offsets are %d and %d"
                .formatted(of(name), info.type(), info.bytes(), begin, end));
      }
      return new Entry(info, begin);
    }

    private void field(String key) {
      switch (key) {
        case "dtype" -> dtype = json.string();
        case "shape" -> shape = integers(TensorInfo.MAX_RANK);
        case "data_offsets" -> offsets = integers(2);
        default -> throw json.damaged("unknown field " + Printable.quoted(key));
      }
    }

    private List<Long> integers(int most) {
      List<Long> values = new ArrayList<>();
      json.array(
          () -> {
            if (values.size() == most) {
              throw json.damaged("more than " + most + " numbers in a list");
            }
            values.add(json.integer());
          });
      return values;
    }

    private TensorInfo info(String name) {
      DType known =
          Arrays.stream(DType.values())
              .filter(type -> type.name().equals(dtype))
              .findFirst()
              .orElseThrow(() -> unsupported(name));
      try {
        return new TensorInfo(name, known, shape);
      } catch (IllegalArgumentException e) {
        throw json.damaged(e.getMessage());
      }
    }

    private FormatException unsupported(String name) {
      return new FormatException(
          "can't read %s: %s is of type %s; convert it to one of %s"
              .formatted(file, of(name), Printable.quoted(dtype), Arrays.toString(DType.values())));
    }

    private static String of(String name) {
      return "tensor " + Printable.quoted(name);
    }
  }
}
