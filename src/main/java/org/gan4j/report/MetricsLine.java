package org.gan4j.report;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gan4j.gan.Report;
import org.gan4j.gan.Totals;
import org.gan4j.gan.Validation;

/**
 * One line of metrics.jsonl: a JSON object of numbers. With several replicas a field is their mean,
 * and the field with _replicas at its end lists them.
 */
final class MetricsLine {
  private static final Pattern ITERATION = Pattern.compile("^\\{\"iteration\":([0-9]{1,18}),.*}$");

  private MetricsLine() {}

  static String of(Report report) {
    StringBuilder line = new StringBuilder("{\"iteration\":").append(report.iteration());
    number(line, "epoch", report.epoch());
    number(line, "iterations_per_second", report.iterationsPerSecond());
    List<Totals> means = report.means();
    each(line, "d_loss", means, Totals::dLoss);
    each(line, "g_loss", means, Totals::gLoss);
    each(line, "d_real", means, Totals::dReal);
    each(line, "d_fake", means, Totals::dFake);
    each(line, "learning_rate", means, Totals::learningRate);
    number(line, "momentum", means.get(0).momentum());
    each(line, "update_norm", means, Totals::updateNorm);
    if (!report.validation().isEmpty()) {
      each(line, "parzen_valid", report.validation(), Validation::score);
      each(line, "parzen_sigma", report.validation(), Validation::sigma);
    }
    return line.append('}').toString();
  }

  private static <T> void each(
      StringBuilder line, String name, List<T> replicas, ToDoubleFunction<T> field) {
    number(line, name, replicas.stream().mapToDouble(field).average().orElseThrow());
    if (replicas.size() > 1) {
      line.append(",\"").append(name).append("_replicas\":[");
      for (int r = 0; r < replicas.size(); r++) {
        line.append(r == 0 ? "" : ",").append(json(field.applyAsDouble(replicas.get(r))));
      }
      line.append(']');
    }
  }

  private static void number(StringBuilder line, String name, double value) {
    line.append(",\"").append(name).append("\":").append(json(value));
  }

  /** JSON has no infinities and no NaN. */
  static String json(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "null";
  }

  /** The iteration of a line; beyond all others if the line is damaged. */
  static long iteration(String line) {
    Matcher matcher = ITERATION.matcher(line);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE;
  }
}
