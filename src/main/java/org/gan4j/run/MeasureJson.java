package org.gan4j.run;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.gan4j.eval.Better;

/** A {@link MeasureSheet} as JSON. Only the types below are taken, nothing is converted. */
final class MeasureJson {
  private MeasureJson() {}

  private static ObjectMapper mapper() {
    return new ObjectMapper()
        .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  // ---- writing ----

  static String write(MeasureSheet sheet) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("iteration", sheet.iteration());
    tree.put("seed", sheet.seed());
    tree.put("samples", sheet.samples());
    tree.put("tests", sheet.tests());
    tree.put("measures", sheet.rows().stream().map(MeasureJson::tree).toList());
    tree.put("alarms", sheet.alarms());
    StringWriter text = new StringWriter();
    try {
      mapper().writerWithDefaultPrettyPrinter().writeValue(text, tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text + "\n";
  }

  private static Map<String, Object> tree(MeasureSheet.Row row) {
    Map<String, Object> anchors = new LinkedHashMap<>();
    row.anchors().forEach((name, value) -> anchors.put(name, orNull(value)));
    List<Double> run = new ArrayList<>();
    row.run().forEach(value -> run.add(orNull(value)));
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", row.name());
    tree.put("title", row.title());
    tree.put("unit", row.unit());
    tree.put("better", row.better().name().toLowerCase(Locale.ROOT));
    tree.put("run", run);
    tree.put("run_notes", row.runNotes());
    tree.put("anchors", anchors);
    tree.put("note", row.note());
    return tree;
  }

  private static Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  // ---- reading ----

  static MeasureSheet read(byte[] json, Path file) {
    try {
      return sheet(mapper().readTree(json));
    } catch (IllegalArgumentException e) {
      throw new MeasureSheetException(file, e.getMessage(), e);
    } catch (IOException e) { // with Jackson's own words, of which the first line says what
      throw new MeasureSheetException(
          file, "not JSON: " + e.getMessage().lines().findFirst().orElse(""), e);
    }
  }

  private static MeasureSheet sheet(JsonNode tree) {
    return new MeasureSheet(
        whole(tree, "iteration", Long.MAX_VALUE),
        whole(tree, "seed", Long.MAX_VALUE),
        (int) whole(tree, "samples", Integer.MAX_VALUE),
        (int) whole(tree, "tests", Integer.MAX_VALUE),
        list(tree, "measures", MeasureJson::row),
        list(tree, "alarms", MeasureJson::text));
  }

  private static MeasureSheet.Row row(JsonNode tree) {
    JsonNode anchors = field(tree, "anchors");
    require(anchors.isObject(), "\"anchors\" is no object");
    Map<String, OptionalDouble> values = new LinkedHashMap<>();
    anchors.fieldNames().forEachRemaining(name -> values.put(name, value(anchors.get(name))));
    return new MeasureSheet.Row(
        text(field(tree, "name")),
        text(field(tree, "title")),
        text(field(tree, "unit")),
        better(text(field(tree, "better"))),
        list(tree, "run", MeasureJson::value),
        list(tree, "run_notes", MeasureJson::text),
        values,
        text(field(tree, "note")));
  }

  private static Better better(String word) {
    for (Better better : Better.values()) {
      if (better.name().toLowerCase(Locale.ROOT).equals(word)) {
        return better;
      }
    }
    throw new IllegalArgumentException("\"better\" is lower, higher, half or none");
  }

  private static OptionalDouble value(JsonNode node) {
    require(node.isNumber() || node.isNull(), "a value is a finite number or null");
    return node.isNull() ? OptionalDouble.empty() : OptionalDouble.of(node.doubleValue());
  }

  private static String text(JsonNode node) {
    require(node.isTextual(), "a text is missing");
    return node.textValue();
  }

  private static long whole(JsonNode tree, String name, long most) {
    JsonNode node = field(tree, name);
    require(
        node.isIntegralNumber() && node.canConvertToLong() && node.longValue() <= most,
        "\"" + name + "\" is no whole number");
    return node.longValue();
  }

  private static <T> List<T> list(JsonNode tree, String name, Function<JsonNode, T> element) {
    JsonNode array = field(tree, name);
    require(array.isArray(), "\"" + name + "\" is no list");
    List<T> elements = new ArrayList<>();
    array.forEach(node -> elements.add(element.apply(node)));
    return elements;
  }

  private static JsonNode field(JsonNode tree, String name) {
    JsonNode node = tree.get(name);
    require(node != null, "\"" + name + "\" is missing");
    return node;
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
