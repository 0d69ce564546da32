package org.gan4j.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.gan4j.eval.ParzenScore;
import org.gan4j.io.Json;

/**
 * The scores of a run: every replica's, their spread, and what the training set itself scores.
 *
 * @param iteration iterations that were trained
 * @param seed of the first replica; replica r has seed + r
 * @param replicas their scores on the test set, in order
 * @param trainingSet the anchor
 */
public record ScoreSheet(
    long iteration, long seed, List<ParzenScore> replicas, ParzenScore trainingSet) {
  public ScoreSheet {
    replicas = List.copyOf(replicas);
  }

  /**
   * The replicas of several sheets as those of one.
   *
   * @param sheets at least one, of the same data and in the order of their seeds
   * @return a sheet whose iteration is the largest of theirs
   */
  public static ScoreSheet together(List<ScoreSheet> sheets) {
    return new ScoreSheet(
        sheets.stream().mapToLong(ScoreSheet::iteration).max().orElseThrow(),
        sheets.get(0).seed,
        sheets.stream().flatMap(sheet -> sheet.replicas.stream()).toList(),
        sheets.get(0).trainingSet);
  }

  /**
   * The mean of the replicas' scores.
   *
   * @return nats
   */
  public double mean() {
    return replicas.stream().mapToDouble(ParzenScore::mean).average().orElseThrow();
  }

  /**
   * How much the score depends on the seed.
   *
   * @return standard deviation over the replicas, with n − 1; NaN for one replica
   */
  public double deviation() {
    double mean = mean();
    double squares =
        replicas.stream().mapToDouble(s -> (s.mean() - mean) * (s.mean() - mean)).sum();
    return Math.sqrt(squares / (replicas.size() - 1));
  }

  /**
   * The sheet for people.
   *
   * @return lines
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int r = 0; r < replicas.size(); r++) {
      ParzenScore score = replicas.get(r);
      String name = replicas.size() == 1 ? "" : "seed " + (seed + r) + ": ";
      lines.add(name + score);
      score.warning().ifPresent(text -> lines.add("WARNING: " + text));
      lines.add("  σ curve on validation: " + curve(score));
    }
    if (replicas.size() > 1) {
      lines.add(
          String.format(
              Locale.ROOT,
              "over %d seeds: %.1f ± %.1f nats (mean ± standard deviation)",
              replicas.size(),
              mean(),
              deviation()));
    }
    lines.add("the training set itself: " + trainingSet);
    return lines;
  }

  private static String curve(ParzenScore score) {
    return score.curve().stream()
        .map(point -> String.format(Locale.ROOT, "%.3g: %.1f", point.sigma(), point.mean()))
        .collect(Collectors.joining(", "));
  }

  /**
   * The sheet for programs.
   *
   * @return a JSON object; a value that is no finite number is null
   */
  public String json() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("iteration", iteration);
    tree.put("seed", seed);
    tree.put("mean", Json.finiteOrNull(mean()));
    tree.put("deviation", Json.finiteOrNull(deviation()));
    tree.put("replicas", replicas.stream().map(ScoreSheet::tree).toList());
    tree.put("training_set", tree(trainingSet));
    return Json.write(tree, Json.Layout.ROWS);
  }

  private static Map<String, Object> tree(ParzenScore score) {
    List<List<Double>> curve = new ArrayList<>();
    for (ParzenScore.Point point : score.curve()) {
      curve.add(Arrays.asList(Json.finiteOrNull(point.sigma()), Json.finiteOrNull(point.mean())));
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("mean", Json.finiteOrNull(score.mean()));
    tree.put("standard_error", Json.finiteOrNull(score.standardError()));
    tree.put("sigma", Json.finiteOrNull(score.sigma()));
    tree.put("samples", score.samples());
    tree.put("examples", score.examples());
    tree.put("curve", curve);
    return tree;
  }
}
