package org.gan4j.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gan4j.gan.Validation;
import org.gan4j.io.Printable;
import org.gan4j.run.MeasureSheet;
import org.gan4j.run.RunRecord;
import org.gan4j.run.ScoreSheet;

/** Several runs side by side: what differs in their recipes, and what came of it. */
public final class RunComparison {
  /** As the measures in features note it. */
  private static final Pattern FEATURES = Pattern.compile(", features of [^,]+");

  private final List<RunRecord> runs;
  private final List<List<String>> differences;
  private final List<List<String>> results;

  /**
   * Compares.
   *
   * @param runs two or more
   * @throws IllegalArgumentException if there are fewer
   */
  public RunComparison(List<RunRecord> runs) {
    if (runs.size() < 2) {
      throw new IllegalArgumentException("a comparison takes two runs or more");
    }
    this.runs = List.copyOf(runs);
    this.differences = differences();
    this.results = results();
  }

  private List<List<String>> differences() {
    Set<String> paths = new LinkedHashSet<>();
    runs.forEach(run -> paths.addAll(run.settings().keySet()));
    return paths.stream()
        .filter(path -> !path.startsWith(RunRecord.RUN))
        .map(path -> row(path, run -> run.setting(path)))
        .filter(row -> new LinkedHashSet<>(row.subList(1, row.size())).size() > 1)
        .toList();
  }

  private List<List<String>> results() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("iterations", run -> Long.toString(run.last().iteration())));
    rows.add(row("epochs", run -> String.format(Locale.ROOT, "%.1f", run.last().epoch())));
    rows.add(row("last validation, nats", RunComparison::lastValidation));
    rows.add(
        row(
            "Parzen test, nats",
            run ->
                run.score().map(sheet -> score(sheet) + then(run, sheet.iteration())).orElse("–")));
    Set<String> titles = new LinkedHashSet<>();
    runs.forEach(run -> measured(run).forEach(measure -> titles.add(title(measure))));
    if (!titles.isEmpty()) {
      rows.add(row("measured on", RunComparison::measuredOn));
    }
    for (String title : titles) {
      rows.add(row(title, run -> measure(run, title)));
    }
    rows.add(row("alarms", run -> Integer.toString(run.alarms().size())));
    return rows;
  }

  private List<String> row(String name, Function<RunRecord, String> value) {
    List<String> row = new ArrayList<>();
    row.add(name);
    runs.forEach(run -> row.add(Printable.line(value.apply(run))));
    return row;
  }

  private static String lastValidation(RunRecord run) {
    return run.reports().stream()
        .filter(report -> report.isScored())
        .reduce((before, after) -> after)
        .map(report -> String.format(Locale.ROOT, "%.1f", report.meanScore(Validation::score)))
        .orElse("–");
  }

  /** Over seeds where there are several, else over test examples; the table's note says so. */
  private static String score(ScoreSheet sheet) {
    boolean seeds = sheet.replicas().size() > 1;
    return String.format(
        Locale.ROOT,
        seeds ? "%.1f ± %.1f (%d seeds)" : "%.1f ± %.1f",
        sheet.mean(),
        seeds ? sheet.deviation() : sheet.replicas().get(0).standardError(),
        sheet.replicas().size());
  }

  private static List<MeasureSheet.Row> measured(RunRecord run) {
    return run.measures().map(MeasureSheet::rows).orElse(List.of());
  }

  /** What has to be the same where measures are compared. */
  private static String measuredOn(RunRecord run) {
    return run.measures()
        .map(
            sheet ->
                sheet.samples() + " samples, " + sheet.tests() + " tests" + features(sheet.rows()))
        .orElse("–");
  }

  private static String features(List<MeasureSheet.Row> rows) {
    return rows.stream()
        .map(row -> FEATURES.matcher(row.runNotes().get(0)))
        .filter(Matcher::find)
        .findFirst()
        .map(Matcher::group)
        .orElse("");
  }

  /** Where a run has gone on since. */
  private static String then(RunRecord run, long iteration) {
    return iteration < run.last().iteration() ? " (iteration " + iteration + ")" : "";
  }

  private static String title(MeasureSheet.Row measure) {
    return measure.title() + (measure.unit().isEmpty() ? "" : ", " + measure.unit());
  }

  private static String measure(RunRecord run, String title) {
    return measured(run).stream()
        .filter(measure -> title(measure).equals(title))
        .findFirst()
        .map(
            measure -> RunPage.number(measure.mean()) + then(run, run.measures().get().iteration()))
        .orElse("–");
  }

  /**
   * The table for a terminal.
   *
   * @return lines of columns
   */
  public List<String> lines() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("", RunRecord::name));
    rows.addAll(differences);
    rows.addAll(results);
    int[] widths = new int[runs.size() + 1];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    return rows.stream().map(row -> padded(row, widths)).toList();
  }

  private static String padded(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      line.append(row.get(c)).append(" ".repeat(widths[c] - row.get(c).length() + 2));
    }
    return line.toString().stripTrailing();
  }

  /**
   * The page for a browser, which needs nothing but itself.
   *
   * @return HTML
   */
  public String page() {
    List<String> head = row("", RunRecord::name);
    StringBuilder html = new StringBuilder("<h1>Runs side by side</h1>\n");
    for (RunRecord run : runs) {
      run.remarks().forEach(text -> html.append(Html.paragraph("note", run.name() + ": " + text)));
    }
    html.append(Html.heading("What differs in the recipes"));
    html.append(
        differences.isEmpty()
            ? Html.paragraph("faint", "Nothing.")
            : Html.table(head, differences));
    html.append(Html.heading("Results")).append(Html.table(head, results));
    html.append(
        Html.paragraph(
            "note",
            "Parzen: ± the standard error over test examples, or the standard deviation over"
                + " seeds. Compare only like with like: equal data and equally many samples."));
    html.append(Html.heading("Curves")).append(Html.charts(RunCharts.ofSeveral(runs)));
    html.append(Html.heading("Last samples"));
    html.append(Html.grid(runs.stream().map(RunComparison::lastSamples).toList()));
    return Html.page("Runs side by side", html.toString());
  }

  private static String lastSamples(RunRecord run) {
    Optional<RunRecord.Picture> last =
        run.samples().isEmpty()
            ? Optional.empty()
            : Optional.of(run.samples().get(run.samples().size() - 1));
    return last.map(
            picture -> Html.figure(run.name() + ", " + picture.caption(), Html.image(picture)))
        .orElse("");
  }
}
