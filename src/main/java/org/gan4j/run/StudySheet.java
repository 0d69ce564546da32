package org.gan4j.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.gan4j.io.Json;
import org.gan4j.io.Printable;

/**
 * What a run's score is under other settings of its evaluation, each changed alone.
 *
 * @param checkpoint the name of the file whose generators were scored
 * @param iteration of the checkpoint
 * @param rows the first of each seed is the score that the others are compared with
 * @param notes what a reader should know, one line each
 */
public record StudySheet(String checkpoint, long iteration, List<Row> rows, List<String> notes) {
  private static final String HEAD =
      "| what differs | setting | seed | test, nats | ± | σ | less the first row | ± |\n"
          + "|---|---|---|---|---|---|---|---|\n";

  /**
   * One score.
   *
   * @param varied what differs from the first row; empty for that itself
   * @param setting how
   * @param seed of the generator; empty for the training set
   * @param mean log-likelihood over the test examples, nats
   * @param standardError of the mean, over the test examples
   * @param sigma the bandwidth that the validation set chose
   * @param difference mean over the test examples of what each has more than in the first row; NaN
   *     for that itself, and where the test examples are others
   * @param differenceError standard error of that, over the same examples
   */
  public record Row(
      String varied,
      String setting,
      String seed,
      double mean,
      double standardError,
      double sigma,
      double difference,
      double differenceError) {}

  public StudySheet {
    rows = List.copyOf(rows);
    notes = List.copyOf(notes);
  }

  /**
   * The table for people and documents.
   *
   * @return Markdown
   */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("Checkpoint ").append(Printable.line(checkpoint));
    text.append(", iteration ").append(iteration).append(".\n\n").append(HEAD);
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %.1f | %.1f | %.3g | %s | %s |\n",
              Printable.line(row.varied),
              Printable.line(row.setting),
              Printable.line(row.seed),
              row.mean,
              row.standardError,
              row.sigma,
              signed("%+.2f", row.difference),
              signed("%.2f", row.differenceError)));
    }
    notes.forEach(note -> text.append('\n').append(note).append('\n'));
    return text.toString();
  }

  private static String signed(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }

  /**
   * The table for programs.
   *
   * @return a JSON object; a value that is no finite number is null
   */
  public String json() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("checkpoint", checkpoint);
    tree.put("iteration", iteration);
    tree.put("rows", rows.stream().map(StudySheet::tree).toList());
    tree.put("notes", notes);
    return Json.write(tree, Json.Layout.ROWS);
  }

  private static Map<String, Object> tree(Row row) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("varied", row.varied);
    tree.put("setting", row.setting);
    tree.put("seed", row.seed);
    tree.put("mean", Json.finiteOrNull(row.mean));
    tree.put("standard_error", Json.finiteOrNull(row.standardError));
    tree.put("sigma", Json.finiteOrNull(row.sigma));
    tree.put("difference", Json.finiteOrNull(row.difference));
    tree.put("difference_error", Json.finiteOrNull(row.differenceError));
    return tree;
  }
}
