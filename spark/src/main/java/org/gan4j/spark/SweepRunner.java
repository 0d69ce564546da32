package org.gan4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.run.ScoreFile;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Trains a sweep on a Spark cluster: each run by one task, on as many executors at once as there
 * are. A task that fails, or whose executor dies, is run again from what it saved last; a sweep
 * that is started again does only what is missing. Each run's checkpoints have the bits that one
 * machine gives with as many threads ({@code spark.task.cpus}), as long as the processors are of
 * one kind. With several ranks a run is a barrier stage, one run after the other.
 *
 * <p>Belongs to the thread of the driver.
 */
public final class SweepRunner {
  /** Follows a sweep. */
  public interface Listener {
    /** Hears nothing. */
    Listener NONE = new Listener() {};

    /**
     * The sweep begins.
     *
     * @param missing runs that are to be trained
     * @param there runs that are finished already
     */
    default void begins(int missing, int there) {}

    /**
     * A run has ended; called by any thread.
     *
     * @param ended runs of this sweep so far
     * @param missing runs that were to be trained
     * @param secondsLeft estimated by those that have ended
     */
    default void progress(int ended, int missing, double secondsLeft) {}
  }

  /** Marks the jobs of a sweep: others may run in the same context at the same time. */
  private static final String SWEEP = "gan4j.sweep";

  private final JavaSparkContext spark;
  private final String folder;
  private final Optional<Path> data;
  private final TaskDevice device;

  /**
   * Prepares a sweep.
   *
   * @param spark of the driver; not closed by this
   * @param folder a URI of a file system that Hadoop knows and all machines share, or a path of the
   *     default one; made where it is not there
   * @param data a folder of data sets that all machines have; empty: as {@code train} finds them
   * @param device such as cpu or cuda:0; auto: the card that is the task's resource gpu, else the
   *     CPU
   */
  public SweepRunner(
      JavaSparkContext spark, String folder, Optional<Path> data, TaskDevice device) {
    this.spark = spark;
    this.folder = folder;
    this.data = data;
    this.device = device;
  }

  /**
   * Trains what is missing.
   *
   * @param sweep the runs
   * @param listener follows it
   * @return what became of every run, those that were finished before too, by their names
   * @throws IllegalArgumentException if a run in the folder has another recipe than the sweep's of
   *     the same name
   * @throws SweepException if the folder can't be used, is not shared, or Spark gives up
   */
  public List<RunResult> run(Sweep sweep, Listener listener) {
    String token = UUID.randomUUID().toString();
    Map<String, String> settings = settings();
    try {
      SharedFolder shared = SharedFolder.open(folder, settings);
      List<RunResult> results = new ArrayList<>();
      List<Tuple2<String, String>> missing = new ArrayList<>();
      for (Map.Entry<String, Recipe> run : sweep.runs().entrySet()) {
        Optional<RunResult> found = finished(shared, run.getKey(), run.getValue());
        found.ifPresent(results::add);
        if (found.isEmpty()) {
          missing.add(new Tuple2<>(run.getKey(), RecipeYaml.write(run.getValue())));
        }
      }
      listener.begins(missing.size(), results.size());
      shared.leaveToken(token);
      try {
        results.addAll(train(missing, sweep.ranks(), token, settings, listener));
      } finally {
        shared.removeToken(token);
      }
      results.sort(Comparator.comparing(RunResult::name));
      shared.write("sweep.md", table(results));
      shared.clean();
      return results;
    } catch (IOException e) {
      throw new SweepException("can't use the folder " + folder + ": " + e.getMessage(), e);
    }
  }

  /** All that this driver was told of Hadoop. */
  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    Iterator<Map.Entry<String, String>> all = spark.hadoopConfiguration().iterator();
    all.forEachRemaining(each -> settings.put(each.getKey(), each.getValue()));
    return settings;
  }

  /** Of a run that is there; its recipe has to be the sweep's. */
  private static Optional<RunResult> finished(SharedFolder shared, String name, Recipe recipe)
      throws IOException {
    if (!shared.isFinished(name)) {
      return Optional.empty();
    }
    String config =
        shared
            .read(name, "config.yaml")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        shared + "/" + name + " is in the way: it is no finished run"));
    if (!RecipeYaml.parse(config, shared + "/" + name + "/config.yaml").equals(recipe)) {
      throw new IllegalArgumentException(
          shared
              + "/"
              + name
              + " was trained by another recipe: give the sweep another folder, or the run another"
              + " name");
    }
    Optional<String> json = shared.read(name, "score.json");
    double score = json.isPresent() ? score(json.get()) : Double.NaN;
    return Optional.of(new RunResult(name, RunResult.State.FINISHED, 0, score, "", 0, null));
  }

  private List<RunResult> train(
      List<Tuple2<String, String>> missing,
      int ranks,
      String token,
      Map<String, String> settings,
      Listener listener) {
    if (missing.isEmpty()) {
      return List.of();
    }
    RunTask task = new RunTask(folder, settings, token, data, device, attempts());
    Progress progress = new Progress(token, missing.size(), listener);
    if (ranks > 1) {
      return inParallel(missing, ranks, task, progress);
    }
    // Each task is a run.
    spark.sc().addSparkListener(progress);
    spark.setLocalProperty(SWEEP, token);
    try {
      JavaRDD<Tuple2<String, String>> runs = spark.parallelize(missing, missing.size());
      return new ArrayList<>(runs.map(run -> task.run(run._1(), run._2())).collect());
    } catch (Exception e) {
      if (SparkFailure.is(e)) {
        throw givenUp(e);
      }
      throw e;
    } finally {
      spark.setLocalProperty(SWEEP, null);
      spark.sc().removeSparkListener(progress);
    }
  }

  /** One run after the other, each by all ranks at once. */
  private List<RunResult> inParallel(
      List<Tuple2<String, String>> missing, int ranks, RunTask task, Progress progress) {
    if (master().startsWith("local[") && spark.defaultParallelism() < ranks) {
      throw new IllegalArgumentException(
          String.format(
              "%d ranks are as many tasks at once, and here are %d: give --master 'local[%d]'",
              ranks, spark.defaultParallelism(), ranks));
    }
    List<RunResult> results = new ArrayList<>();
    for (Tuple2<String, String> run : missing) {
      long started = System.nanoTime();
      try {
        results.addAll(RankTask.run(spark, ranks, new RankTask(task, run._1(), run._2())));
      } catch (Exception e) {
        if (!SparkFailure.is(e)) {
          throw e;
        }
        if (spark.sc().isStopped()) {
          throw givenUp(e);
        }
        results.add(RunTask.failed(run._1(), started, SparkFailure.reason(e)));
      }
      progress.ended();
    }
    return results;
  }

  private static SweepException givenUp(Exception e) {
    return new SweepException(
        "Spark has given up: " + SparkFailure.firstLine(e) + "; the sweep can be started again", e);
  }

  /** Spark takes "local" as this. */
  private String master() {
    return spark.master().equals("local") ? "local[1]" : spark.master();
  }

  /**
   * In this JVM Spark gives up after the first failure, unless its master's name says otherwise.
   */
  private int attempts() {
    SparkConf conf = spark.getConf();
    String master = master();
    if (master.startsWith("local[") && !master.matches("local\\[[^,]+,\\s*\\d+\\s*]")) {
      return 1;
    }
    if (master.startsWith("local[")) {
      return Integer.parseInt(master.replaceAll(".*,|[^0-9]", ""));
    }
    return conf.getInt("spark.task.maxFailures", 4);
  }

  private static double score(String json) throws IOException {
    Path file = Files.createTempFile("gan4j-score", ".json");
    try {
      Files.writeString(file, json);
      return ScoreFile.read(file).mean();
    } finally {
      Files.delete(file);
    }
  }

  /** The table of a sweep, best first. */
  static String table(List<RunResult> results) {
    StringBuilder text = new StringBuilder("| run | state | test, nats |\n|---|---|---:|\n");
    results.stream()
        .sorted(
            Comparator.comparing(
                    RunResult::score, Comparator.comparing(s -> s.isNaN() ? 1e300 : -s))
                .thenComparing(RunResult::name))
        .forEach(
            run ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "| %s | %s | %s |%n",
                        run.name(),
                        run.problem().orElse(run.state().name().toLowerCase(Locale.ROOT)),
                        Double.isNaN(run.score())
                            ? "–"
                            : String.format(Locale.ROOT, "%.1f", run.score()))));
    return text.toString();
  }

  /** Counts the runs of a sweep as they end; called by one thread of Spark's. */
  private static final class Progress extends SparkListener {
    private final String token;
    private final int missing;
    private final Listener listener;
    private final long started = System.nanoTime();
    private final Set<Integer> stages = new HashSet<>();
    private final Set<Integer> partitions = new HashSet<>();
    private int ended;

    Progress(String token, int missing, Listener listener) {
      this.token = token;
      this.missing = missing;
      this.listener = listener;
    }

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      Properties properties = start.properties();
      if (properties != null && token.equals(properties.getProperty(SWEEP))) {
        CollectionConverters.asJava(start.stageIds()).forEach(id -> stages.add((Integer) id));
      }
    }

    /** A run that two attempts have come to the end of is one. */
    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (stages.contains(end.stageId())
          && end.taskInfo().successful()
          && partitions.add(end.taskInfo().partitionId())) {
        ended();
      }
    }

    /** One more run. */
    void ended() {
      ended++;
      double seconds = (System.nanoTime() - started) / 1e9;
      listener.progress(ended, missing, seconds / ended * (missing - ended));
    }
  }
}
