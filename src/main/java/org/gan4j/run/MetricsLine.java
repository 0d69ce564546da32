package org.gan4j.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gan4j.gan.IterationMeans;
import org.gan4j.gan.Report;
import org.gan4j.gan.Seconds;
import org.gan4j.gan.Validation;
import org.gan4j.io.Json;

/**
 * One line of metrics.jsonl, a JSON object of numbers, and the same line of metrics.csv. A value
 * that is no finite number is null in JSON and empty in CSV, and read as NaN. With several replicas
 * a field is their mean; the field with _replicas at its end lists them in JSON, and the fields
 * with _0, _1… at their ends have them in CSV. learning_rate is the generator's; d_learning_rate
 * the discriminator's, where it is another. d_paused and g_paused are there where a player may
 * stand still.
 */
public final class MetricsLine {
  private static final Pattern ITERATION = Pattern.compile("^\\{\"iteration\":([0-9]{1,18}),.*}$");
  private static final String REPLICAS = "_replicas";
  private static final String MONITOR = "monitor_valid";
  private static final String D_PAUSED = "d_paused";
  private static final String G_PAUSED = "g_paused";
  private static final String D_LEARNING_RATE = "d_learning_rate";

  /** The fields of a line after the iteration, in order. */
  private static final List<Field> FIELDS =
      List.of(
          scalar("epoch", Report::epoch),
          scalar("iterations_per_second", Report::iterationsPerSecond),
          means("d_loss", IterationMeans::dLoss),
          means("g_loss", IterationMeans::gLoss),
          means("d_real", IterationMeans::dReal),
          means("d_fake", IterationMeans::dFake),
          means("learning_rate", IterationMeans::learningRate),
          new Field(D_LEARNING_RATE, true, MetricsLine::discriminatorRates),
          scalar("momentum", report -> report.means().get(0).momentum()),
          means("update_norm", IterationMeans::updateNorm),
          new Field("g_update_norm", true, Report::generatorUpdates),
          scalar("train_seconds", report -> report.seconds().training()),
          scalar("evaluate_seconds", report -> report.seconds().evaluation()),
          scalar("save_seconds", report -> report.seconds().saving()),
          validation("parzen_valid", Validation::score),
          validation("parzen_sigma", Validation::sigma),
          validation("diversity", Validation::diversity),
          new Field(MONITOR, true, Report::monitor),
          paused(D_PAUSED, IterationMeans::dPaused),
          paused(G_PAUSED, IterationMeans::gPaused));

  /**
   * A field.
   *
   * @param name in the file
   * @param ofReplicas whether each replica has its own value
   * @param values all of them; empty if it was not measured
   */
  private record Field(String name, boolean ofReplicas, Function<Report, List<Double>> values) {}

  private MetricsLine() {}

  private static Field scalar(String name, ToDoubleFunction<Report> value) {
    return new Field(name, false, report -> List.of(value.applyAsDouble(report)));
  }

  private static Field means(String name, ToDoubleFunction<IterationMeans> value) {
    return new Field(name, true, report -> each(report.means(), value));
  }

  private static Field validation(String name, ToDoubleFunction<Validation> value) {
    return new Field(name, true, report -> each(report.validation(), value));
  }

  /** Empty where no player may stand still. */
  private static Field paused(String name, ToDoubleFunction<IterationMeans> share) {
    return new Field(
        name,
        true,
        report -> {
          List<Double> shares = each(report.means(), share);
          return shares.stream().allMatch(value -> value.isNaN()) ? List.of() : shares;
        });
  }

  /** Empty where the networks have the same rates. */
  private static List<Double> discriminatorRates(Report report) {
    boolean differ =
        report.means().stream().anyMatch(m -> m.discriminatorLearningRate() != m.learningRate());
    return differ ? each(report.means(), IterationMeans::discriminatorLearningRate) : List.of();
  }

  private static <T> List<Double> each(List<T> replicas, ToDoubleFunction<T> field) {
    return replicas.stream().map(field::applyAsDouble).toList();
  }

  static String of(Report report) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("iteration", report.iteration());
    for (Field field : FIELDS) {
      List<Double> values = field.values.apply(report);
      if (!values.isEmpty()) {
        line.put(field.name, Json.finiteOrNull(mean(values)));
      }
      if (values.size() > 1) {
        line.put(field.name + REPLICAS, values.stream().map(Json::finiteOrNull).toList());
      }
    }
    return Json.write(line, Json.Layout.LINE);
  }

  /** The first line of metrics.csv. */
  static String csvHead(int replicas) {
    return csv("iteration", replicas, (field, r) -> r < 0 ? field.name : field.name + "_" + r);
  }

  /** A line of metrics.csv; what was not measured, or is no finite number, is left empty. */
  static String csv(Report report) {
    return csv(
        Long.toString(report.iteration()),
        report.means().size(),
        (field, r) -> {
          List<Double> values = field.values.apply(report);
          double value = values.isEmpty() ? Double.NaN : r < 0 ? mean(values) : values.get(r);
          return Double.isFinite(value) ? Double.toString(value) : "";
        });
  }

  private interface Cell {
    /** Of one replica, or of all for -1. */
    String of(Field field, int replica);
  }

  private static String csv(String first, int replicas, Cell cell) {
    StringJoiner line = new StringJoiner(",").add(first);
    for (Field field : FIELDS) {
      line.add(cell.of(field, -1));
      for (int r = 0; field.ofReplicas && replicas > 1 && r < replicas; r++) {
        line.add(cell.of(field, r));
      }
    }
    return line.toString();
  }

  /**
   * The report that a line was written from. Fields that the line lacks, as those of other versions
   * may, are NaN.
   *
   * @param numbers the line's fields; a list as an array, a null as NaN
   * @return the report
   * @throws IllegalArgumentException if the line has no iteration or no epoch, or its lists differ
   *     in length
   */
  public static Report report(Map<String, double[]> numbers) {
    double iteration = scalar(numbers, "iteration");
    double epoch = scalar(numbers, "epoch");
    if (!(iteration >= 0 && iteration <= 1L << 53 && epoch >= 0 && epoch < 1e18)) {
      throw new IllegalArgumentException("it has no iteration or no epoch");
    }
    int replicas = numbers.getOrDefault("d_loss" + REPLICAS, new double[1]).length;
    List<IterationMeans> means = new ArrayList<>();
    List<Validation> validation = new ArrayList<>();
    for (int r = 0; r < replicas; r++) {
      means.add(means(numbers, (long) iteration, r, replicas));
      if (numbers.containsKey("parzen_valid")) {
        validation.add(
            new Validation(
                value(numbers, "parzen_valid", r, replicas),
                value(numbers, "parzen_sigma", r, replicas),
                value(numbers, "diversity", r, replicas)));
      }
    }
    List<Double> monitor = new ArrayList<>();
    List<Double> updates = new ArrayList<>();
    for (int r = 0; r < replicas; r++) {
      updates.add(value(numbers, "g_update_norm", r, replicas));
      if (numbers.containsKey(MONITOR)) {
        monitor.add(value(numbers, MONITOR, r, replicas));
      }
    }
    return new Report(
        (long) iteration,
        epoch,
        scalar(numbers, "iterations_per_second"),
        means,
        updates,
        validation,
        monitor,
        new Seconds(
            scalar(numbers, "train_seconds"),
            scalar(numbers, "evaluate_seconds"),
            scalar(numbers, "save_seconds")));
  }

  private static IterationMeans means(
      Map<String, double[]> numbers, long iteration, int r, int replicas) {
    double learningRate = value(numbers, "learning_rate", r, replicas);
    return new IterationMeans(
        iteration,
        learningRate,
        numbers.containsKey(D_LEARNING_RATE)
            ? value(numbers, D_LEARNING_RATE, r, replicas)
            : learningRate,
        scalar(numbers, "momentum"),
        value(numbers, "d_loss", r, replicas),
        value(numbers, "g_loss", r, replicas),
        value(numbers, "d_real", r, replicas),
        value(numbers, "d_fake", r, replicas),
        value(numbers, "update_norm", r, replicas),
        value(numbers, D_PAUSED, r, replicas),
        value(numbers, G_PAUSED, r, replicas));
  }

  private static double scalar(Map<String, double[]> numbers, String name) {
    return value(numbers, name, 0, 1);
  }

  private static double value(Map<String, double[]> numbers, String name, int r, int replicas) {
    double[] values = numbers.get(replicas == 1 ? name : name + REPLICAS);
    if (values == null) {
      return Double.NaN;
    }
    if (values.length != replicas) {
      throw new IllegalArgumentException(name + " has another number of replicas than d_loss");
    }
    return values[r];
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  /** The iteration of a line; beyond all others if the line is damaged. */
  static long iteration(String line) {
    Matcher matcher = ITERATION.matcher(line);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE;
  }
}
