package org.gan4j.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.gan4j.eval.Better;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;

/** A {@link MeasureSheet} as JSON. Only the types below are taken, nothing is converted. */
final class MeasureJson {
  private MeasureJson() {}

  // ---- writing ----

  static String write(MeasureSheet sheet) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("iteration", sheet.iteration());
    tree.put("seed", sheet.seed());
    tree.put("samples", sheet.samples());
    tree.put("tests", sheet.tests());
    tree.put("measures", sheet.rows().stream().map(MeasureJson::tree).toList());
    tree.put("alarms", sheet.alarms());
    return Json.write(tree, Json.Layout.INDENTED);
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

  static MeasureSheet read(Path file, int maxBytes) throws IOException {
    JsonValue tree =
        Json.read(
            file, maxBytes, (problem, cause) -> new MeasureSheetException(file, problem, cause));
    try {
      return sheet(tree);
    } catch (IllegalArgumentException e) {
      throw new MeasureSheetException(file, e.getMessage(), e);
    }
  }

  private static MeasureSheet sheet(JsonValue tree) {
    return new MeasureSheet(
        tree.get("iteration").whole(0, Long.MAX_VALUE),
        tree.get("seed").whole(Long.MIN_VALUE, Long.MAX_VALUE),
        (int) tree.get("samples").whole(1, Integer.MAX_VALUE),
        (int) tree.get("tests").whole(1, Integer.MAX_VALUE),
        tree.get("measures").list().stream().map(MeasureJson::row).toList(),
        texts(tree.get("alarms")));
  }

  private static MeasureSheet.Row row(JsonValue tree) {
    Map<String, OptionalDouble> anchors = new LinkedHashMap<>();
    tree.get("anchors").fields().forEach((name, value) -> anchors.put(name, value.numberOrNull()));
    return new MeasureSheet.Row(
        tree.get("name").text(),
        tree.get("title").text(),
        tree.get("unit").text(),
        better(tree.get("better")),
        tree.get("run").list().stream().map(JsonValue::numberOrNull).toList(),
        texts(tree.get("run_notes")),
        anchors,
        tree.get("note").text());
  }

  private static Better better(JsonValue word) {
    for (Better better : Better.values()) {
      if (better.name().toLowerCase(Locale.ROOT).equals(word.text())) {
        return better;
      }
    }
    throw word.problem("is not lower, higher, half or none");
  }

  private static List<String> texts(JsonValue list) {
    return list.list().stream().map(JsonValue::text).toList();
  }
}
