package org.gan4j.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.gan4j.FormatException;
import org.gan4j.io.Safetensors.DType;
import org.gan4j.io.Safetensors.TensorInfo;

/**
 * What the header of a safetensors file says: metadata, and which tensor lies where.
 *
 * @param metadata text by key, sorted
 * @param entries the tensors by name, in the order of their data
 */
record SafetensorsHeader(SortedMap<String, String> metadata, Map<String, Entry> entries) {
  /**
   * Of the JSON text. Some 40,000 tensors: a network has dozens. The format allows 100 MB, which
   * would take a gigabyte of memory to say what is wrong with it.
   */
  static final int MAX_BYTES = 1 << 22;

  private static final String METADATA = "__metadata__";
  private static final Set<String> FIELDS = Set.of("dtype", "shape", "data_offsets");
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
    Map<String, Object> json = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      json.put(METADATA, metadata);
    }
    entries.forEach((name, entry) -> json.put(name, tree(entry)));
    byte[] text = Json.write(json, Json.Layout.LINE).getBytes(StandardCharsets.UTF_8);
    int length = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the header would take " + length + " bytes of " + MAX_BYTES + ", shorten the metadata");
    }
    ByteBuffer out = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.fill(out.array(), (byte) ' ');
    return out.putLong(length).put(text).array();
  }

  private static Map<String, Object> tree(Entry entry) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("dtype", entry.info().dtype().name());
    tree.put("shape", entry.info().shape());
    tree.put("data_offsets", List.of(entry.begin(), entry.end()));
    return tree;
  }

  /**
   * Reads and checks a header.
   *
   * @param json the bytes after the length
   * @param dataBytes what the file holds after the header
   * @param file the file to name in messages
   */
  static SafetensorsHeader parse(byte[] json, long dataBytes, Path file) {
    if (json.length == 0 || json[0] != '{') {
      throw damaged(file, "its header does not begin with '{'");
    }
    JsonValue tree =
        Json.parse(json, (problem, cause) -> damaged(file, "header: " + problem, cause));
    SortedMap<String, String> metadata = new TreeMap<>();
    List<Entry> placed = new ArrayList<>();
    tree.fields()
        .forEach(
            (name, value) -> {
              if (name.equals(METADATA)) {
                value.fields().forEach((key, text) -> metadata.put(key, text.text()));
              } else {
                placed.add(entry(name, value, file));
              }
            });
    return new SafetensorsHeader(
        Collections.unmodifiableSortedMap(metadata), contiguous(placed, dataBytes, file));
  }

  /** Checks that the tensors cover the data without gap or overlap. */
  private static Map<String, Entry> contiguous(List<Entry> placed, long dataBytes, Path file) {
    placed.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    Map<String, Entry> entries = new LinkedHashMap<>();
    long end = 0;
    for (Entry e : placed) {
      if (e.begin() != end) {
        throw damaged(
            file,
            "tensor %s begins at byte %d of the data, the one before it ends at %d"
                .formatted(Printable.quoted(e.info().name()), e.begin(), end));
      }
      end = e.end();
      entries.put(e.info().name(), e);
    }
    if (end != dataBytes) {
      throw damaged(file, "its tensors take " + end + " bytes, it holds " + dataBytes);
    }
    return Collections.unmodifiableMap(entries);
  }

  private static Entry entry(String name, JsonValue tree, Path file) {
    for (Map.Entry<String, JsonValue> field : tree.fields().entrySet()) {
      if (!FIELDS.contains(field.getKey())) {
        throw field.getValue().problem("is no field of a tensor");
      }
    }
    TensorInfo info = info(name, tree, file);
    List<Long> offsets = integers(tree.get("data_offsets"), 2);
    if (offsets.size() != 2) {
      throw tree.damaged(of(name) + " has " + offsets.size() + " data_offsets instead of 2");
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (end - begin != info.bytes()) {
      throw tree.damaged(
          "%s: %s takes %d bytes, its data_offsets are %d and %d"
              .formatted(of(name), info.type(), info.bytes(), begin, end));
    }
    return new Entry(info, begin);
  }

  private static TensorInfo info(String name, JsonValue tree, Path file) {
    String dtype = tree.get("dtype").text();
    List<Long> shape = integers(tree.get("shape"), TensorInfo.MAX_RANK);
    DType known =
        Arrays.stream(DType.values())
            .filter(type -> type.name().equals(dtype))
            .findFirst()
            .orElseThrow(() -> unsupported(name, dtype, file));
    try {
      return new TensorInfo(name, known, shape);
    } catch (IllegalArgumentException e) {
      throw tree.damaged(e.getMessage());
    }
  }

  private static List<Long> integers(JsonValue list, int most) {
    if (list.list().size() > most) {
      throw list.problem("has more than " + most + " numbers");
    }
    return list.list().stream().map(each -> each.whole(0, Long.MAX_VALUE)).toList();
  }

  private static FormatException unsupported(String name, String dtype, Path file) {
    return new FormatException(
        "can't read %s: %s is of type %s; convert it to one of %s"
            .formatted(file, of(name), Printable.quoted(dtype), Arrays.toString(DType.values())));
  }

  private static String of(String name) {
    return "tensor " + Printable.quoted(name);
  }

  /** The content of {@code file} breaks the format as {@code what} says. */
  static FormatException damaged(Path file, String what) {
    return damaged(file, what, null);
  }

  private static FormatException damaged(Path file, String what, Throwable causeOrNull) {
    return new FormatException(
        file + " is damaged or not a safetensors file: " + what + "; use an intact copy of it",
        causeOrNull);
  }
}
