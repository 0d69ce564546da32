package org.gan4j.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.gan4j.eval.ParzenScore;

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
   * @return a JSON object
   */
  public String json() {
    String scores =
        replicas.stream()
            .map(ScoreSheet::json)
            .collect(Collectors.joining(",\n    ", "\n    ", ""));
    return String.format(
        Locale.ROOT,
        "{%n  \"iteration\": %d,%n  \"seed\": %d,%n  \"mean\": %s,%n  \"deviation\": %s,%n"
            + "  \"replicas\": [%s],%n  \"training_set\": %s%n}%n",
        iteration,
        seed,
        MetricsLine.json(mean()),
        MetricsLine.json(deviation()),
        scores,
        json(trainingSet));
  }

  private static String json(ParzenScore score) {
    String curve =
        score.curve().stream()
            .map(p -> "[" + MetricsLine.json(p.sigma()) + ", " + MetricsLine.json(p.mean()) + "]")
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "{\"mean\": %s, \"standard_error\": %s, \"sigma\": %s, \"samples\": %d, \"examples\": %d,"
            + " \"curve\": [%s]}",
        MetricsLine.json(score.mean()),
        MetricsLine.json(score.standardError()),
        MetricsLine.json(score.sigma()),
        score.samples(),
        score.examples(),
        curve);
  }
}
