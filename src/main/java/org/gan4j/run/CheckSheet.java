package org.gan4j.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gan4j.io.Json;

/**
 * What became of the measures in checks on data that is known: which of them moves as it should.
 *
 * @param seed of all that was drawn
 * @param points examples of each part, and samples
 * @param draws how often each check was drawn
 * @param checks in the order of the table
 * @param rows one for each check and each measure that applies to it
 * @param copies how often tests of copying gave an alarm
 */
public record CheckSheet(
    long seed, int points, int draws, List<Check> checks, List<Row> rows, List<Copied> copies) {
  /** What a measure did in a check. */
  public enum Verdict {
    /** Should get worse, and did, step by step. */
    MOVES("✓", true),
    /** Should get worse, did in the end, but not step by step. */
    NOT_STEADILY("~", false),
    /** Should get worse, and did not. */
    BLIND("–", false),
    /** Should get worse, and got better. */
    WRONG_WAY("✗", false),
    /** Should stay, and did. */
    STAYS("·", true),
    /** Should stay, and got worse. */
    BLAMES("▼", false),
    /** Should stay, and got better. */
    PRAISES("▲", false);

    private final String symbol;
    private final boolean right;

    Verdict(String symbol, boolean right) {
      this.symbol = symbol;
      this.right = right;
    }

    /**
     * Whether it is as it should be.
     *
     * @return true for two of them
     */
    public boolean right() {
      return right;
    }
  }

  /**
   * A check.
   *
   * @param name short
   * @param title what is done
   * @param worse what gets worse, in words
   * @param steps the severities
   */
  public record Check(String name, String title, String worse, List<String> steps) {
    public Check {
      steps = List.copyOf(steps);
    }
  }

  /**
   * A measure in a check.
   *
   * @param check its name
   * @param measure its name
   * @param means of each step, over draws
   * @param deviations of each step, over draws
   * @param verdict what it did
   */
  public record Row(
      String check, String measure, List<Double> means, List<Double> deviations, Verdict verdict) {
    public Row {
      means = List.copyOf(means);
      deviations = List.copyOf(deviations);
    }
  }

  /**
   * A test of copying on data with planted copies.
   *
   * @param test its name
   * @param kind of the copies
   * @param share of the samples that are copies, 0 to 1
   * @param draws how often
   * @param alarms in how many of them
   */
  public record Copied(String test, String kind, double share, int draws, int alarms) {}

  public CheckSheet {
    checks = List.copyOf(checks);
    rows = List.copyOf(rows);
    copies = List.copyOf(copies);
  }

  /**
   * The verdict of one check and measure.
   *
   * @param check its name
   * @param measure its name
   * @return null if the measure does not apply
   */
  public Verdict verdict(String check, String measure) {
    return rows.stream()
        .filter(row -> row.check.equals(check) && row.measure.equals(measure))
        .map(Row::verdict)
        .findFirst()
        .orElse(null);
  }

  /**
   * The tables for people and documents.
   *
   * @return Markdown
   */
  public String markdown() {
    return verdicts() + "\n" + legend() + "\n" + list() + "\n" + copied();
  }

  private String verdicts() {
    StringBuilder text = new StringBuilder("| measure |");
    IntStream.rangeClosed(1, checks.size()).forEach(i -> text.append(' ').append(i).append(" |"));
    text.append(" as it should |\n|---|").append("---|".repeat(checks.size() + 1)).append('\n');
    for (String measure : rows.stream().map(Row::measure).distinct().toList()) {
      text.append("| `").append(measure).append("` |");
      int right = 0;
      int all = 0;
      for (Check check : checks) {
        Verdict verdict = verdict(check.name, measure);
        text.append(' ').append(verdict == null ? "" : verdict.symbol).append(" |");
        all += verdict == null ? 0 : 1;
        right += verdict != null && verdict.right ? 1 : 0;
      }
      text.append(' ').append(right).append(" of ").append(all).append(" |\n");
    }
    return text.toString();
  }

  private String legend() {
    return String.format(
        Locale.ROOT,
        "✓ moves as it should; ~ moves, but not step by step; – does not move, though it should; ✗"
            + " moves the wrong way. · stays as it should; ▼ gets worse, ▲ gets better, though what"
            + " it judges does not change. %,d points of each kind, %d draws, seed %d.\n",
        points,
        draws,
        seed);
  }

  private String list() {
    StringBuilder text = new StringBuilder("| | check | gets worse | steps |\n|---|---|---|---|\n");
    for (int i = 0; i < checks.size(); i++) {
      Check check = checks.get(i);
      text.append("| ").append(i + 1).append(" | `").append(check.name).append("`: ");
      text.append(check.title).append(" | ").append(check.worse).append(" | ");
      text.append(String.join(", ", check.steps)).append(" |\n");
    }
    return text.toString();
  }

  private String copied() {
    List<Double> shares = copies.stream().map(Copied::share).distinct().sorted().toList();
    StringBuilder text = new StringBuilder("| test | copies |");
    shares.forEach(share -> text.append(String.format(Locale.ROOT, " %.0f %% |", 100 * share)));
    text.append(" draws |\n|---|---|").append("---|".repeat(shares.size() + 1)).append('\n');
    copies.stream()
        .collect(
            Collectors.groupingBy(
                each -> "| `" + each.test + "` | " + each.kind + " |",
                LinkedHashMap::new,
                Collectors.toList()))
        .forEach(
            (start, row) -> {
              text.append(start);
              shares.forEach(share -> text.append(' ').append(found(row, share)).append(" |"));
              text.append(String.format(Locale.ROOT, " %,d |\n", row.get(0).draws));
            });
    return text.toString();
  }

  private static String found(List<Copied> row, double share) {
    return row.stream()
        .filter(each -> each.share == share)
        .map(each -> String.format(Locale.ROOT, "%.1f %%", 100.0 * each.alarms / each.draws))
        .findFirst()
        .orElse("");
  }

  /**
   * The sheet for programs.
   *
   * @return a JSON object
   */
  public String json() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("seed", seed);
    tree.put("points", points);
    tree.put("draws", draws);
    tree.put("checks", checks.stream().map(CheckSheet::tree).toList());
    tree.put("rows", rows.stream().map(CheckSheet::tree).toList());
    tree.put("copies", copies.stream().map(CheckSheet::tree).toList());
    return Json.write(tree, Json.Layout.ROWS);
  }

  private static Map<String, Object> tree(Check check) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", check.name);
    tree.put("title", check.title);
    tree.put("worse", check.worse);
    tree.put("steps", check.steps);
    return tree;
  }

  private static Map<String, Object> tree(Row row) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("check", row.check);
    tree.put("measure", row.measure);
    tree.put("means", numbers(row.means));
    tree.put("deviations", numbers(row.deviations));
    tree.put("verdict", row.verdict.name().toLowerCase(Locale.ROOT));
    return tree;
  }

  private static Map<String, Object> tree(Copied row) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("test", row.test);
    tree.put("kind", row.kind);
    tree.put("share", row.share);
    tree.put("draws", row.draws);
    tree.put("alarms", row.alarms);
    return tree;
  }

  private static List<Object> numbers(List<Double> values) {
    return values.stream()
        .map(value -> Json.number(String.format(Locale.ROOT, "%.4g", value)))
        .toList();
  }
}
