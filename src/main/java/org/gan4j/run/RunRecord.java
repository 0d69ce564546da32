package org.gan4j.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.gan4j.gan.Report;
import org.gan4j.gan.WentBack;
import org.gan4j.recipe.Names;
import org.gan4j.recipe.Objective;

/**
 * All that a run's folder tells, read for a page.
 *
 * @param name of the folder
 * @param config the text of config.yaml
 * @param settings every value of it by its path, such as stop.epochs
 * @param reports the lines of metrics.jsonl, at least one
 * @param alarms those that were given
 * @param rollbacks the replicas that went back to an earlier checkpoint, in their order
 * @param score score.json, if the run was scored
 * @param measures measures.json, if the run was measured
 * @param classification classify.json, if classifiers were measured
 * @param samples pages of samples, in the order of training
 * @param figures the paper's figures
 * @param remarks what could not be read, and what else a reader of the page should know
 */
public record RunRecord(
    String name,
    String config,
    Map<String, String> settings,
    List<Report> reports,
    List<Alarm> alarms,
    List<WentBack> rollbacks,
    Optional<ScoreSheet> score,
    Optional<MeasureSheet> measures,
    Optional<ClassificationSheet> classification,
    List<Picture> samples,
    List<Picture> figures,
    List<String> remarks) {
  /** Begins the paths of what is about the machine, not the recipe. */
  public static final String RUN = "run.";

  /**
   * A picture.
   *
   * @param caption what it shows
   * @param png the file's content
   */
  public record Picture(String caption, byte[] png) {}

  public RunRecord {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    reports = List.copyOf(reports);
    alarms = List.copyOf(alarms);
    rollbacks = List.copyOf(rollbacks);
    samples = List.copyOf(samples);
    figures = List.copyOf(figures);
    remarks = List.copyOf(remarks);
  }

  /**
   * The same run under another name.
   *
   * @param other what to call it
   * @return the new record
   */
  public RunRecord named(String other) {
    return new RunRecord(
        other,
        config,
        settings,
        reports,
        alarms,
        rollbacks,
        score,
        measures,
        classification,
        samples,
        figures,
        remarks);
  }

  /** The last line of metrics.jsonl. */
  public Report last() {
    return reports.get(reports.size() - 1);
  }

  public int replicas() {
    return last().means().size();
  }

  /** A setting, or an en dash if this run has none of that name. */
  public String setting(String path) {
    return settings.getOrDefault(path, "–");
  }

  /** What its generator minimised; of a run that doesn't say so, the default. */
  public Objective objective() {
    return Stream.of(Objective.values())
        .filter(objective -> Names.constant(objective).equals(setting("objective")))
        .findFirst()
        .orElse(Objective.NON_SATURATING);
  }

  /** What the seed of a replica is, for people. */
  public String seed(int replica) {
    try {
      return "seed " + (Long.parseLong(setting("seed")) + replica);
    } catch (NumberFormatException e) {
      return "replica " + replica;
    }
  }
}
