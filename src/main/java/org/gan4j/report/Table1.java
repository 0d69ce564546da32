package org.gan4j.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.gan4j.data.Tfd;
import org.gan4j.io.Json;
import org.gan4j.io.Printable;

/**
 * Table 1 of the paper with the scores of one's own runs under it. Scores on other data than the
 * paper's, stand-ins among them, are listed apart and never in a column of the table.
 */
public final class Table1 {
  private static final List<String> HEAD = List.of("model", "MNIST", "TFD");

  private static final List<List<String>> PAPER =
      List.of(
          List.of("DBN (paper)", "138 ± 2", "1909 ± 66"),
          List.of("Stacked CAE (paper)", "121 ± 1.6", "2110 ± 50"),
          List.of("Deep GSN (paper)", "214 ± 1.1", "1890 ± 29"),
          List.of("Adversarial nets (paper)", "225 ± 2", "2057 ± 26"));

  private static final String NONE = "n/a";
  private static final String NO_MNIST =
      "MNIST is n/a: no run on the whole of MNIST was given; gan4j train mnist makes one.";
  private static final String NO_TFD =
      "TFD is n/a: no run on the Toronto Face Database was given; it is not public.";
  private static final String MEANING =
      "Mean log-likelihood in nats ± standard error, over the test examples on MNIST and over the"
          + " folds on TFD; in brackets the standard deviation over seeds.";

  /**
   * One generator on one test set.
   *
   * @param run what tells its run from others
   * @param recipe of the run
   * @param data the data set whose test set was scored
   * @param seed of the generator
   * @param mean nats
   * @param standardError over the test examples
   */
  public record Score(
      String run, String recipe, String data, long seed, double mean, double standardError) {
    private boolean onMnist() {
      return data.equals("mnist");
    }

    private boolean onTfd() {
      return data.matches("tfd(:[0-9])?");
    }

    private String fold() {
      return data.equals("tfd") ? "tfd:0" : data;
    }
  }

  /**
   * What a cell says.
   *
   * @param mean over all seeds
   * @param standardError the mean of the seeds' standard errors; NaN for a single fold
   * @param deviation over the seeds, with n − 1; NaN for one seed
   * @param seeds how many generators
   * @param folds how many folds each was scored on; 0 where there are none
   */
  private record Cell(double mean, double standardError, double deviation, int seeds, int folds) {
    @Override
    public String toString() {
      String text = String.format(Locale.ROOT, "%.1f", mean);
      text +=
          Double.isNaN(standardError)
              ? " (one fold)"
              : String.format(Locale.ROOT, " ± %.1f", standardError);
      text += folds > 1 && folds < Tfd.FOLDS ? " (" + folds + " folds)" : "";
      return seeds == 1
          ? text
          : text + String.format(Locale.ROOT, " (± %.1f over %d seeds)", deviation, seeds);
    }

    private Map<String, Object> tree() {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("mean", Json.finiteOrNull(mean));
      tree.put("standard_error", Json.finiteOrNull(standardError));
      tree.put("deviation", Json.finiteOrNull(deviation));
      tree.put("seeds", seeds);
      tree.put("folds", folds);
      return tree;
    }
  }

  private final Map<String, List<Score>> byRecipe;

  /**
   * Makes the table.
   *
   * @param scores of any runs; a generator that is scored twice on a fold counts with the last
   * @throws IllegalArgumentException if generators of one recipe are scored on other folds than
   *     each other
   */
  public Table1(List<Score> scores) {
    byRecipe =
        scores.stream()
            .collect(Collectors.groupingBy(Score::recipe, LinkedHashMap::new, Collectors.toList()));
    byRecipe.values().forEach(Table1::requireSameFolds);
  }

  /** The means of other folds differ by more than seeds do. */
  private static void requireSameFolds(List<Score> scores) {
    Map<String, Map<String, Score>> generators = generators(scores);
    Map<Set<String>, String> folds = new LinkedHashMap<>();
    generators.forEach((name, parts) -> folds.putIfAbsent(parts.keySet(), name));
    if (folds.size() > 1) {
      throw new IllegalArgumentException(
          folds.entrySet().stream()
                  .map(
                      each -> each.getValue() + " is scored on " + String.join(", ", each.getKey()))
                  .collect(Collectors.joining("; "))
              + ": gan4j evaluate RUN --folds scores a run on all");
    }
  }

  /** The scores on TFD of each generator, by fold. */
  private static Map<String, Map<String, Score>> generators(List<Score> scores) {
    Map<String, Map<String, Score>> generators = new TreeMap<>();
    for (Score score : scores) {
      if (score.onTfd()) {
        generators
            .computeIfAbsent(score.run + ", seed " + score.seed, key -> new TreeMap<>())
            .put(score.fold(), score);
      }
    }
    return generators;
  }

  private static Cell mnist(List<Score> scores) {
    return cell(scores.stream().filter(Score::onMnist).toList(), 0);
  }

  /** The folds of each generator make one score of it. */
  private static Cell tfd(String recipe, List<Score> scores) {
    List<Score> perSeed = new ArrayList<>();
    int folds = 0;
    for (Map<String, Score> generator : generators(scores).values()) {
      Collection<Score> parts = generator.values();
      double error = deviation(parts) / Math.sqrt(parts.size());
      perSeed.add(new Score("", recipe, "tfd", 0, mean(parts), error));
      folds = parts.size();
    }
    return cell(perSeed, folds);
  }

  private static Cell cell(List<Score> perSeed, int folds) {
    if (perSeed.isEmpty()) {
      return null;
    }
    double error = perSeed.stream().mapToDouble(Score::standardError).average().orElseThrow();
    return new Cell(mean(perSeed), error, deviation(perSeed), perSeed.size(), folds);
  }

  private static double mean(Collection<Score> scores) {
    return scores.stream().mapToDouble(Score::mean).average().orElseThrow();
  }

  private static double deviation(Collection<Score> scores) {
    double mean = mean(scores);
    double squares = scores.stream().mapToDouble(s -> Math.pow(s.mean - mean, 2)).sum();
    return Math.sqrt(squares / (scores.size() - 1));
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>(PAPER);
    byRecipe.forEach(
        (recipe, scores) -> {
          Cell mnist = mnist(scores);
          Cell tfd = tfd(recipe, scores);
          if (mnist != null || tfd != null) {
            rows.add(List.of("gan4j, recipe " + Printable.line(recipe), text(mnist), text(tfd)));
          }
        });
    if (rows.size() == PAPER.size()) {
      rows.add(List.of("gan4j", NONE, NONE));
    }
    return rows;
  }

  private static String text(Cell cell) {
    return cell == null ? NONE : cell.toString();
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>(List.of(MEANING));
    if (none(Score::onMnist)) {
      notes.add(NO_MNIST);
    }
    if (none(Score::onTfd)) {
      notes.add(NO_TFD);
    }
    byRecipe.values().stream()
        .flatMap(List::stream)
        .filter(Table1::isOther)
        .map(
            score ->
                String.format(
                    Locale.ROOT,
                    "Not in the table: recipe %s, seed %d, scores %.1f ± %.1f on %s, which is not"
                        + " the paper's data: the figures can't be compared.",
                    Printable.line(score.recipe),
                    score.seed,
                    score.mean,
                    score.standardError,
                    Printable.line(score.data)))
        .forEach(notes::add);
    return notes;
  }

  private static boolean isOther(Score score) {
    return !score.onMnist() && !score.onTfd();
  }

  private boolean none(Predicate<Score> kind) {
    return byRecipe.values().stream().flatMap(List::stream).noneMatch(kind);
  }

  /**
   * The table for people and documents.
   *
   * @return Markdown
   */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(line(HEAD)).append("|---|---|---|\n");
    rows().forEach(row -> text.append(line(row)));
    notes().forEach(note -> text.append('\n').append(note).append('\n'));
    return text.toString();
  }

  /** The table for a page. */
  String html() {
    StringBuilder html = new StringBuilder(Html.table(HEAD, rows()));
    notes().forEach(note -> html.append(Html.paragraph("note", note)));
    return html.toString();
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  /**
   * The runs' part of the table for programs.
   *
   * @return a JSON object
   */
  public String json() {
    List<Map<String, Object>> recipes = new ArrayList<>();
    byRecipe.forEach((recipe, scores) -> recipes.add(tree(recipe, scores)));
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("gan4j", recipes);
    tree.put("notes", notes());
    return Json.write(tree, Json.Layout.ROWS);
  }

  private static Map<String, Object> tree(String recipe, List<Score> scores) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("recipe", recipe);
    tree.put("mnist", tree(mnist(scores)));
    tree.put("tfd", tree(tfd(recipe, scores)));
    tree.put("other_data", scores.stream().filter(Table1::isOther).map(Table1::tree).toList());
    return tree;
  }

  private static Map<String, Object> tree(Cell cellOrNull) {
    return cellOrNull == null ? null : cellOrNull.tree();
  }

  private static Map<String, Object> tree(Score score) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("data", score.data);
    tree.put("seed", score.seed);
    tree.put("mean", Json.finiteOrNull(score.mean));
    tree.put("standard_error", Json.finiteOrNull(score.standardError));
    return tree;
  }
}
