package org.gan4j.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A {@link MeasureSheet} as a table of text: names on the left, numbers on the right. */
final class MeasureTable {
  private static final String NONE = "-";

  /** Measure and better; what follows are numbers, then a note. */
  private static final int NAMES = 2;

  private MeasureTable() {}

  static List<String> lines(MeasureSheet sheet) {
    List<List<String>> cells = new ArrayList<>();
    if (!sheet.rows().isEmpty()) {
      cells.add(head(sheet.rows().get(0)));
    }
    sheet.rows().forEach(row -> cells.add(cells(row)));
    List<String> lines = new ArrayList<>(aligned(cells, NAMES));
    sheet.alarms().forEach(alarm -> lines.add("ALARM: " + alarm));
    return lines;
  }

  private static List<String> head(MeasureSheet.Row row) {
    List<String> head = new ArrayList<>(List.of("measure", "better"));
    int replicas = row.run().size();
    if (replicas == 1) {
      head.add("run");
    } else {
      IntStream.range(0, replicas).forEach(r -> head.add("replica " + r));
      head.add("mean");
    }
    head.addAll(row.anchors().keySet());
    head.add("");
    return head;
  }

  private static List<String> cells(MeasureSheet.Row row) {
    String title = row.unit().isEmpty() ? row.title() : row.title() + ", " + row.unit();
    String better =
        switch (row.better()) {
          case LOWER -> "lower";
          case HIGHER -> "higher";
          case HALF -> "0.5";
          case NONE -> NONE;
        };
    List<String> cells = new ArrayList<>(List.of(title, better));
    row.run().forEach(value -> cells.add(number(value)));
    if (row.run().size() > 1) {
      cells.add(number(row.mean()));
    }
    row.anchors().values().forEach(value -> cells.add(number(value)));
    cells.add(
        row.runNotes().stream().filter(note -> !note.isEmpty()).collect(Collectors.joining("; ")));
    return cells;
  }

  private static String number(OptionalDouble value) {
    if (value.isEmpty()) {
      return NONE;
    }
    double size = Math.abs(value.getAsDouble());
    String format = size >= 100 ? "%.1f" : size >= 10 ? "%.2f" : "%.4f";
    return String.format(Locale.ROOT, format, value.getAsDouble());
  }

  /**
   * A table as lines of text.
   *
   * @param cells of each row, as many
   * @param names how many columns have names, on the left; the others are on the right, but for the
   *     last
   */
  static List<String> aligned(List<List<String>> cells, int names) {
    return cells.stream().map(row -> line(row, cells, names)).toList();
  }

  private static String line(List<String> row, List<List<String>> all, int names) {
    StringBuilder line = new StringBuilder();
    int last = row.size() - 1;
    for (int c = 0; c < last; c++) {
      int column = c;
      int width = all.stream().mapToInt(cells -> cells.get(column).length()).max().orElseThrow();
      String space = " ".repeat(width - row.get(c).length());
      line.append(c < names ? row.get(c) + space : space + row.get(c)).append("  ");
    }
    return line.append(row.get(last)).toString().stripTrailing();
  }
}
