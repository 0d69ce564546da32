package org.gan4j.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.gan4j.eval.Better;
import org.gan4j.eval.Measure;
import org.gan4j.eval.MeasureResult;

/**
 * The measures of a run beside those of its anchors, as measures.json has them.
 *
 * @param iteration iterations that were trained, ≥ 0
 * @param seed of anchors and permutations; replica r's samples are drawn with seed + r
 * @param samples of each replica, ≥ 1
 * @param tests test examples that they were compared with, ≥ 1
 * @param rows one for each measure, of different names; all with the same replicas and anchors
 * @param alarms plain sentences, one for each thing that looks wrong
 */
public record MeasureSheet(
    long iteration, long seed, int samples, int tests, List<Row> rows, List<String> alarms) {
  /** More than the most replicas have; keeps a wrong file from filling the memory. */
  private static final int MAX_BYTES = 1 << 22;

  /**
   * One measure.
   *
   * @param name short, of lower-case letters, digits and _
   * @param title for people
   * @param unit of its values; empty for a plain number
   * @param better which values are better
   * @param run the value of every replica, at least one; empty where there is none
   * @param runNotes as many: what else there is to say of each value; may be empty
   * @param anchors the value of each anchor by the anchor's name; empty where there is none
   * @param note one sentence: what it says, and its source
   */
  public record Row(
      String name,
      String title,
      String unit,
      Better better,
      List<OptionalDouble> run,
      List<String> runNotes,
      Map<String, OptionalDouble> anchors,
      String note) {
    public Row {
      run = List.copyOf(run);
      runNotes = List.copyOf(runNotes);
      anchors = Collections.unmodifiableMap(new LinkedHashMap<>(anchors));
      require(name.matches("[a-z0-9_]{1,64}"), "a measure's name has a-z, 0-9 and _ only");
      require(!run.isEmpty(), name + " has no value of a replica");
      require(run.size() == runNotes.size(), name + " needs as many run_notes as values");
      run.forEach(Row::requireFinite);
      anchors.values().forEach(Row::requireFinite);
      requireText(title, unit, note);
      runNotes.forEach(MeasureSheet::requireText);
      anchors.keySet().forEach(MeasureSheet::requireText);
    }

    /**
     * What a measure said.
     *
     * @param measure the measure
     * @param run what it said of each replica
     * @param anchors what it said of each anchor
     * @return the row
     */
    public static Row of(
        Measure measure, List<MeasureResult> run, Map<String, MeasureResult> anchors) {
      Map<String, OptionalDouble> values = new LinkedHashMap<>();
      anchors.forEach((name, reading) -> values.put(name, reading.value()));
      return new Row(
          measure.name(),
          measure.title(),
          measure.unit(),
          measure.better(),
          run.stream().map(MeasureResult::value).toList(),
          run.stream().map(MeasureResult::note).toList(),
          values,
          measure.note());
    }

    private static void requireFinite(OptionalDouble value) {
      require(
          value.isEmpty() || Double.isFinite(value.getAsDouble()),
          "a value is a finite number or null");
    }

    /**
     * The mean over the replicas that have a value.
     *
     * @return empty if none has
     */
    public OptionalDouble mean() {
      return run.stream().flatMapToDouble(OptionalDouble::stream).average();
    }
  }

  /** Checks that the rows belong together. */
  public MeasureSheet {
    rows = List.copyOf(rows);
    alarms = List.copyOf(alarms);
    require(iteration >= 0, "iteration must be ≥ 0");
    require(samples >= 1 && tests >= 1, "samples and tests must be ≥ 1");
    alarms.forEach(MeasureSheet::requireText);
    Set<String> names = new HashSet<>();
    for (Row row : rows) {
      require(names.add(row.name), "the measure " + row.name + " stands there twice");
      require(
          row.run.size() == rows.get(0).run.size(),
          row.name + " has another number of replicas than " + rows.get(0).name);
      require(
          row.anchors.keySet().equals(rows.get(0).anchors.keySet()),
          row.name + " has other anchors than " + rows.get(0).name);
    }
  }

  /** Texts of a file reach terminals and pages. */
  private static void requireText(String... texts) {
    for (String text : texts) {
      require(
          text.codePoints().noneMatch(Character::isISOControl),
          "a text must not hold control characters");
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /**
   * Reads a measures.json, which may come from anywhere: all of it is checked.
   *
   * @param file as {@link RunFolder#writeMeasures} wrote it
   * @return the sheet
   * @throws IllegalArgumentException if there is no such file, with the command that makes one
   * @throws MeasureSheetException if it is damaged or no such sheet
   */
  public static MeasureSheet read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(file + " is not there: gan4j measure RUN makes one");
    }
    try {
      return MeasureJson.read(file, MAX_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The sheet for people: a table, then the alarms.
   *
   * @return lines
   */
  public List<String> lines() {
    return MeasureTable.lines(this);
  }

  /**
   * The sheet for programs.
   *
   * @return a JSON object; a value that is not there is null
   */
  public String json() {
    return MeasureJson.write(this);
  }
}
