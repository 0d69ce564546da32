package org.gan4j.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.gan4j.FormatException;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.experiment.Experiment;
import org.gan4j.experiment.Outcome;
import org.gan4j.experiment.Plan;
import org.gan4j.gan.DataParallel;
import org.gan4j.gan.DivergenceException;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Training;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.run.RunFolder;

/**
 * One task: trains one run from its last snapshot, or from the start, in a folder of this machine,
 * and publishes it whole. All that a task needs is in it; the tasks of an executor share nothing
 * but classes.
 */
final class RunTask implements Serializable {
  private static final long serialVersionUID = 1;

  private final String folder;
  private final HashMap<String, String> settings;
  private final String token;
  private final String dataOrNull;
  private final TaskDevice device;
  private final int attempts;

  /**
   * What all tasks of a sweep have in common.
   *
   * @param folder the sweep's
   * @param settings of Hadoop
   * @param token that every machine must see in the folder
   * @param data a folder of data sets that every machine has, if any
   * @param device a name of {@link Device#open(String)}; auto: Spark's resource gpu, else the CPU
   * @param attempts after which Spark gives up
   */
  RunTask(
      String folder,
      Map<String, String> settings,
      String token,
      Optional<Path> data,
      TaskDevice device,
      int attempts) {
    this.folder = folder;
    this.settings = new HashMap<>(settings);
    this.token = token;
    this.dataOrNull = data.map(Path::toString).orElse(null);
    this.device = device;
    this.attempts = attempts;
  }

  /**
   * Trains one run.
   *
   * @param name its name
   * @param yaml its recipe
   * @return what became of it; a failure that another attempt may not meet is thrown instead
   */
  RunResult run(String name, String yaml) throws IOException {
    TaskContext context = TaskContext.get();
    return run(name, yaml, context, context.attemptNumber(), DataParallel.ALONE);
  }

  /**
   * The same as the first of several ranks: it has the run's folder, and trains with the others.
   */
  RunResult run(
      String name, String yaml, TaskContext context, int attemptNumber, DataParallel parallel)
      throws IOException {
    long started = System.nanoTime();
    SharedFolder shared = SharedFolder.open(folder, settings);
    if (!shared.hasToken(token)) {
      return failed(name, started, notShared(shared));
    }
    if (shared.isFinished(name)) {
      return result(name, RunResult.State.SUPERSEDED, 0, Double.NaN, started);
    }
    Path scratch = Files.createTempDirectory("gan4j-sweep");
    try {
      Recipe recipe = RecipeYaml.parse(yaml, name);
      String attempt = "attempt-" + context.taskAttemptId();
      Optional<Outcome> outcome = train(shared, scratch, name, recipe, attempt, context, parallel);
      if (outcome.isEmpty()) {
        throw new SweepException(name + ": the task was ended; it goes on from its last snapshot");
      }
      boolean first = shared.publish(name, attempt, scratch.resolve("run"));
      return result(
          name,
          first ? RunResult.State.FINISHED : RunResult.State.SUPERSEDED,
          outcome.get().iteration(),
          score(outcome.get()),
          started);
    } catch (DivergenceException | IllegalArgumentException e) {
      // Another attempt would come to the same. Other ranks diverge too; else they have to be told.
      if (parallel.isSplit() && e instanceof IllegalArgumentException) {
        throw e;
      }
      return failed(name, started, e.getMessage());
    } catch (RuntimeException | IOException e) {
      if (attemptNumber + 1 >= attempts && !context.isInterrupted()) {
        return failed(name, started, e.getMessage());
      }
      throw e;
    } finally {
      OnExecutor.delete(scratch);
    }
  }

  private static String notShared(SharedFolder shared) {
    return shared
        + " is not shared: "
        + host()
        + " does not see what the driver wrote there; name a folder that all machines have, such"
        + " as hdfs://…, s3a://… or one on a network file system";
  }

  /** Empty if Spark has ended the task before the run was done. */
  private Optional<Outcome> train(
      SharedFolder shared,
      Path scratch,
      String name,
      Recipe recipe,
      String attempt,
      TaskContext context,
      DataParallel parallel)
      throws IOException {
    DataSet images = data(recipe);
    try (Device opened = open(context);
        Experiment experiment = begin(shared, scratch, name, recipe, opened, images, parallel)) {
      Outcome outcome =
          experiment.run(
              Set.of(), new Snapshots(shared, name, attempt, experiment.folder(), context));
      boolean done = outcome instanceof Outcome.Finished || outcome instanceof Outcome.Unscored;
      return done ? Optional.of(outcome) : Optional.empty();
    }
  }

  /** From the newest snapshot that is intact, else from the start. */
  private static Experiment begin(
      SharedFolder shared,
      Path scratch,
      String name,
      Recipe recipe,
      Device device,
      DataSet images,
      DataParallel parallel)
      throws IOException {
    Path run = scratch.resolve("run");
    List<org.apache.hadoop.fs.Path> snapshots = shared.snapshotsOf(name);
    for (org.apache.hadoop.fs.Path snapshot : snapshots) {
      try {
        shared.fetch(snapshot, run);
        return new Experiment(device, images, Plan.resume(run).withRecipe(recipe), parallel);
      } catch (FormatException | IOException e) {
        // Cut off or damaged on its way; there may be an older one.
        OnExecutor.delete(run);
      }
    }
    return new Experiment(device, images, Plan.in(run, recipe), parallel);
  }

  /** Publishes what the run saves, and lets it end when Spark ends the task. */
  private static final class Snapshots implements Experiment.Listener {
    private static final int LOOK_EVERY = 20;

    private final SharedFolder shared;
    private final String name;
    private final String attempt;
    private final RunFolder run;
    private final TaskContext context;

    Snapshots(
        SharedFolder shared, String name, String attempt, RunFolder run, TaskContext context) {
      this.shared = shared;
      this.name = name;
      this.attempt = attempt;
      this.run = run;
      this.context = context;
    }

    @Override
    public long hookEvery() {
      return LOOK_EVERY;
    }

    @Override
    public Training.Next hook(Gan gan, long iteration) {
      return context.isInterrupted() ? Training.Next.CANCEL : Training.Next.GO_ON;
    }

    @Override
    public void saved(Path file, long iteration) {
      if (!file.equals(run.latest())) {
        return;
      }
      try {
        shared.snapshot(name, attempt, iteration, run.path());
      } catch (IOException e) {
        throw new UncheckedIOException("can't publish a snapshot to " + shared + ": " + e, e);
      }
    }
  }

  private static double score(Outcome outcome) {
    return outcome instanceof Outcome.Finished finished ? finished.score().mean() : Double.NaN;
  }

  /** The recipe's data on this machine. */
  DataSet data(Recipe recipe) {
    return OnExecutor.data(recipe, dataOrNull);
  }

  /** The task's own. */
  Device open(TaskContext context) {
    return OnExecutor.open(context, device);
  }

  static RunResult failed(String name, long started, String problem) {
    return new RunResult(
        name, RunResult.State.FAILED, 0, Double.NaN, host(), secondsSince(started), problem);
  }

  private static RunResult result(
      String name, RunResult.State state, long iteration, double score, long started) {
    return new RunResult(name, state, iteration, score, host(), secondsSince(started), null);
  }

  private static double secondsSince(long started) {
    return (System.nanoTime() - started) / 1e9;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
