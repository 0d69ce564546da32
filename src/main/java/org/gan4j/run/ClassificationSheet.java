package org.gan4j.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.gan4j.eval.ClassificationResult;
import org.gan4j.eval.ClassificationResult.Row;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;

/**
 * What {@code classify} found of a run's features, as classify.json has it.
 *
 * @param iteration of the checkpoint whose networks make the features, ≥ 0
 * @param seed of the draws of labels
 * @param result the errors
 */
public record ClassificationSheet(long iteration, long seed, ClassificationResult result) {
  /** Far more than any sheet; keeps a wrong file from filling the memory. */
  private static final int MAX_BYTES = 1 << 20;

  /** The first column has names; what follows are numbers. */
  private static final int NAMES = 1;

  /** Checks the iteration. */
  public ClassificationSheet {
    if (iteration < 0) {
      throw new IllegalArgumentException("iteration must be ≥ 0");
    }
  }

  /**
   * The errors for people.
   *
   * @return lines: a table, then which classifier was kept
   */
  public List<String> lines() {
    // Nothing follows the last number.
    List<List<String>> cells =
        table().stream().map(row -> Stream.concat(row.stream(), Stream.of("")).toList()).toList();
    List<String> lines = new ArrayList<>(MeasureTable.aligned(cells, NAMES));
    lines.add(kept());
    return lines;
  }

  /**
   * The errors on test examples, as a table.
   *
   * @return rows of cells, the head first: a row for each kind of features, a column for each
   *     number of labels
   */
  public List<List<String>> table() {
    List<String> labels = result.rows().stream().map(Row::labelsText).distinct().toList();
    List<String> head = new ArrayList<>(List.of("error on " + result.tests() + " tests"));
    head.addAll(labels);
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (Row row : result.rows()) {
      String name = String.format(Locale.ROOT, "%s, %d values", row.features(), row.width());
      List<String> cells =
          rows.computeIfAbsent(
              name,
              key -> {
                List<String> empty = new ArrayList<>(List.of(key));
                labels.forEach(each -> empty.add("–"));
                return empty;
              });
      cells.set(1 + labels.indexOf(row.labelsText()), row.errorText());
    }
    List<List<String>> table = new ArrayList<>(List.of(head));
    table.addAll(rows.values());
    return table;
  }

  /**
   * Which classifier was kept.
   *
   * @return one line
   */
  public String kept() {
    Row row = result.rows().get(result.kept());
    return String.format(
        Locale.ROOT,
        "kept: %s, %s, %.2f %% of %d validation examples wrong, %.2f %% of the tests",
        row.features(),
        row.labelsText(),
        100 * row.validationErrors().get(result.keptDraw()),
        result.validation(),
        100 * row.testErrors().get(result.keptDraw()));
  }

  /**
   * The errors for programs.
   *
   * @return a JSON object, whose errors are shares from 0 to 1
   */
  public String json() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("iteration", iteration);
    tree.put("seed", seed);
    tree.put("classes", result.classes());
    tree.put("validation", result.validation());
    tree.put("tests", result.tests());
    tree.put("rows", result.rows().stream().map(ClassificationSheet::tree).toList());
    tree.put("kept_row", result.kept());
    tree.put("kept_draw", result.keptDraw());
    return Json.write(tree, Json.Layout.ROWS);
  }

  private static Map<String, Object> tree(Row row) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("features", row.features());
    tree.put("width", row.width());
    tree.put("labels", row.labels());
    tree.put("all", row.all());
    tree.put("mean", row.mean());
    tree.put("deviation", Json.finiteOrNull(row.deviation()));
    tree.put("test_errors", row.testErrors());
    tree.put("validation_errors", row.validationErrors());
    tree.put("penalties", row.penalties());
    return tree;
  }

  /**
   * Reads a classify.json, which may come from anywhere: all of it is checked.
   *
   * @param file as {@link RunFolder#writeClassification} wrote it
   * @return the sheet
   * @throws IOException if it can't be read
   * @throws RunFileException if it is none
   */
  public static ClassificationSheet read(Path file) throws IOException {
    JsonValue tree = Json.read(file, MAX_BYTES, (problem, cause) -> none(file, problem, cause));
    try {
      return new ClassificationSheet(
          tree.get("iteration").whole(0, Long.MAX_VALUE),
          tree.get("seed").whole(Long.MIN_VALUE, Long.MAX_VALUE),
          new ClassificationResult(
              number(tree, "classes"),
              number(tree, "validation"),
              number(tree, "tests"),
              tree.get("rows").list().stream().map(ClassificationSheet::row).toList(),
              number(tree, "kept_row"),
              number(tree, "kept_draw")));
    } catch (IllegalArgumentException e) {
      throw none(file, e.getMessage(), e);
    }
  }

  private static RunFileException none(Path file, String problem, Throwable cause) {
    return new RunFileException(
        file + " is no table of classifiers: " + problem + "; gan4j classify RUN writes it again",
        cause);
  }

  private static int number(JsonValue tree, String name) {
    return (int) tree.get(name).whole(0, Integer.MAX_VALUE);
  }

  private static Row row(JsonValue tree) {
    return new Row(
        tree.get("features").text(),
        number(tree, "width"),
        number(tree, "labels"),
        tree.get("all").truth(),
        numbers(tree.get("penalties")),
        numbers(tree.get("validation_errors")),
        numbers(tree.get("test_errors")));
  }

  private static List<Double> numbers(JsonValue list) {
    return list.list().stream().map(JsonValue::number).toList();
  }
}
