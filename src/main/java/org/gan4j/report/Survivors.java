package org.gan4j.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.gan4j.gan.IterationMeans;
import org.gan4j.gan.Report;
import org.gan4j.gan.Validation;
import org.gan4j.run.Alarm;
import org.gan4j.run.Monitor;
import org.gan4j.run.RunRecord;

/**
 * Which replicas of a run are alive at its end: those for which no alarm lasts. An alarm that has
 * passed is named, but loses nobody.
 */
public final class Survivors {
  /**
   * One replica.
   *
   * @param seed for people
   * @param lasting the alarms that last at the end, and since which iteration; none: it is alive
   * @param passed alarms that were given and have passed
   * @param last its last measurements
   * @param scoreOrNull its last validation score
   */
  private record Replica(
      String seed,
      Map<Alarm.Kind, Long> lasting,
      List<Alarm.Kind> passed,
      IterationMeans last,
      Validation scoreOrNull) {}

  private final List<Replica> replicas = new ArrayList<>();
  private final long iteration;

  /**
   * Looks at a run.
   *
   * @param run finished or not
   */
  public Survivors(RunRecord run) {
    Monitor monitor = new Monitor(run.objective());
    List<Alarm> given = monitor.replay(run.reports(), run.rollbacks());
    iteration = run.last().iteration();
    Validation[] scores = new Validation[run.replicas()];
    for (Report report : run.reports()) {
      for (int r = 0; r < report.validation().size(); r++) {
        scores[r] = report.validation().get(r);
      }
    }
    for (int r = 0; r < run.replicas(); r++) {
      int replica = r;
      Map<Alarm.Kind, Long> lasting = new EnumMap<>(monitor.lasting(r));
      for (Alarm alarm : run.alarms()) {
        // A loss that is no number ends the run, and has no line among the measurements.
        if (alarm.kind() == Alarm.Kind.DIVERGENCE
            && alarm.replica() == r
            && alarm.iteration() >= iteration
            && run.rollbacks().stream()
                .noneMatch(
                    back -> back.replica() == replica && back.iteration() == alarm.iteration())) {
          lasting.putIfAbsent(alarm.kind(), alarm.iteration());
        }
      }
      List<Alarm.Kind> passed =
          given.stream()
              .filter(alarm -> alarm.replica() == replica)
              .map(Alarm::kind)
              .filter(kind -> !lasting.containsKey(kind))
              .distinct()
              .toList();
      replicas.add(new Replica(run.seed(r), lasting, passed, run.last().means().get(r), scores[r]));
    }
  }

  /**
   * How many are alive.
   *
   * @return at most as many as there are
   */
  public long alive() {
    return replicas.stream().filter(replica -> replica.lasting.isEmpty()).count();
  }

  /**
   * The table.
   *
   * @return Markdown
   */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("| | state | alarms that last (since iteration) | alarms that passed");
    text.append(
        " | D(x) | D(G(z)) | diversity | validation, nats |\n|---|---|---|---|---|---|---|---|\n");
    for (Replica replica : replicas) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %.4f | %.4f | %s | %s |\n",
              replica.seed,
              replica.lasting.isEmpty() ? "alive" : "lost",
              replica.lasting.entrySet().stream()
                  .map(entry -> entry.getKey().word() + " (" + entry.getValue() + ")")
                  .collect(Collectors.joining(", ")),
              replica.passed.stream().map(Alarm.Kind::word).collect(Collectors.joining(", ")),
              replica.last.dReal(),
              replica.last.dFake(),
              number(
                  "%.2f",
                  replica.scoreOrNull == null ? Double.NaN : replica.scoreOrNull.diversity()),
              number(
                  "%.1f", replica.scoreOrNull == null ? Double.NaN : replica.scoreOrNull.score())));
    }
    return text.append(
            String.format(
                "\n%d of %d are alive at iteration %d: no alarm lasts.\n",
                alive(), replicas.size(), iteration))
        .toString();
  }

  private static String number(String format, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "–";
  }
}
