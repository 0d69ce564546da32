package org.gan4j.experiment;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.gan4j.FormatException;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Choice;
import org.gan4j.gan.DataParallel;
import org.gan4j.gan.DivergenceException;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Pretrained;
import org.gan4j.gan.Report;
import org.gan4j.gan.Training;
import org.gan4j.gan.Validation;
import org.gan4j.gan.Validator;
import org.gan4j.gan.WentBack;
import org.gan4j.io.Printable;
import org.gan4j.report.RunCharts;
import org.gan4j.report.RunPage;
import org.gan4j.run.Alarm;
import org.gan4j.run.RunConfig;
import org.gan4j.run.RunFolder;
import org.gan4j.run.RunRecord;
import org.gan4j.run.RunWriter;
import org.gan4j.run.ScoreSheet;

/**
 * A whole run, from a recipe to a finished folder: trains, validates, keeps the best, gives alarms,
 * draws, scores and writes its page. It prints nothing. It belongs to the thread that opens it, but
 * for {@link #requestStop}.
 */
public final class Experiment implements AutoCloseable {
  /** Follows a run. All calls come from the thread that runs it; a call that throws ends it. */
  public interface Listener {
    /** Hears nothing. */
    Listener NONE = new Listener() {};

    /**
     * Training goes on; called several times a second.
     *
     * @param iteration iterations done
     * @param limit iterations at which the training ends at the latest
     */
    default void progress(long iteration, long limit) {}

    /**
     * How often {@link #hook} is called.
     *
     * @return after iterations n, 2n, 3n, …; 0: never
     */
    default long hookEvery() {
      return 0;
    }

    /**
     * Called every so many iterations; the networks may be read, but not changed.
     *
     * @param gan the networks
     * @param iteration iterations done
     * @return whether to train on, to save and end, or to end at once: what was trained since the
     *     last checkpoint is lost then
     */
    default Training.Next hook(Gan gan, long iteration) {
      return Training.Next.GO_ON;
    }

    /**
     * There are new measurements.
     *
     * @param report the measurements
     */
    default void report(Report report) {}

    /**
     * Something goes wrong.
     *
     * @param alarm what, and what to try
     */
    default void alarm(Alarm alarm) {}

    /**
     * A replica has gone back to its last good checkpoint.
     *
     * @param back when, why and where to
     */
    default void wentBack(WentBack back) {}

    /**
     * A picture was written.
     *
     * @param file samples, one of the paper's figures, or the curves
     */
    default void picture(Path file) {}

    /**
     * A checkpoint was written.
     *
     * @param file the best by validation, or the newest
     * @param iteration iterations done
     */
    default void saved(Path file, long iteration) {}

    /**
     * The training has ended and is saved. Scores and figures follow, but not if it was asked to
     * end; they can be had again by a resume.
     *
     * @param end why
     * @param iteration iterations done
     */
    default void trained(Training.End end, long iteration) {}

    /**
     * The test set is going to be scored; not called where the data have no validation or test
     * images.
     *
     * @param checkpoint that is scored: the best by validation if the run stops for want of a
     *     better one, else the newest
     * @param iteration of the checkpoint
     */
    default void scoring(Path checkpoint, long iteration) {}

    /**
     * The test set was scored.
     *
     * @param sheet the scores
     */
    default void scored(ScoreSheet sheet) {}

    /**
     * There is something that a reader of the folder should know.
     *
     * @param text one line
     */
    default void remark(String text) {}
  }

  private final DataSet data;
  private final Gan gan;
  private final Scorer scorerOrNull;
  private final Training training;
  private final RunWriter writer;
  private final Deque<Runnable> closing = new ArrayDeque<>();
  private final List<String> remarks = new ArrayList<>();
  private volatile boolean stopRequested;
  private boolean interrupted;
  private boolean begun;

  /**
   * Prepares a run: allocates all that it takes from its first iteration to its last, and takes its
   * folder, which nobody else can train in until {@link #close}. If anything is wrong, no new
   * folder is left and what an earlier one holds is as it was; but if that can't be written, lines
   * behind its checkpoint, which come again, may be gone.
   *
   * @param device that computes; not closed by this
   * @param data the recipe's data set; without validation and test images the run is not scored,
   *     which a remark says
   * @param plan what to run
   * @throws IllegalArgumentException if recipe, data and folder do not fit each other, an earlier
   *     run has other networks, another precision or more iterations than the recipe asks for, the
   *     folder is in use, or the host's memory has no room
   * @throws FormatException if a checkpoint is damaged
   * @throws IllegalStateException if XChart is missing
   * @throws UncheckedIOException if the folder can't be written
   */
  public Experiment(Device device, DataSet data, Plan plan) {
    this(device, data, plan, DataParallel.ALONE);
  }

  /**
   * Prepares a run that several ranks train together: this is the first of them, which keeps the
   * folder and scores; a {@link ParallelRank} is each of the others. It waits for them.
   *
   * @param device that computes; not closed by this
   * @param data the recipe's data set
   * @param plan what to run
   * @param parallel rank 0
   * @throws IllegalArgumentException as above, or if several ranks can't train the recipe
   */
  public Experiment(Device device, DataSet data, Plan plan, DataParallel parallel) {
    requireCharts();
    ParallelRank.requireFirst(parallel);
    parallel.requireFit(plan.recipe());
    this.data = data;
    DataFit.require(plan.recipe(), data);
    HostMemory.requireFit(device, plan.recipe(), data);
    try {
      boolean earlier = plan.place() == Plan.Place.EARLIER;
      RunWriter taken = earlier ? own(RunWriter.resume(plan.path()), RunWriter::close) : null;
      gan = own(new Gan(device, plan.recipe(), data.shape()), Gan::close);
      Optional<Path> pretrained = earlier ? pretrained(taken.folder()) : scored(plan);
      Path saved = earlier && taken.folder().isSaved() ? taken.folder().latest() : null;
      if (earlier && saved == null) {
        taken.folder().data().ifPresent(identity -> identity.require(data));
      }
      Map<String, String> notes =
          saved == null ? begin(pretrained, plan) : Checkpoint.restore(gan, saved);
      requireMath(plan, notes, device.math());
      Optional<Path> begun = saved == null ? pretrained : Optional.of(saved);
      begun.flatMap(Checkpoint::remark).ifPresent(remarks::add);
      DataFit.remark(data).ifPresent(remarks::add);
      scorerOrNull =
          data.hasValidation()
              ? own(new Scorer(gan, data, plan.recipe().evaluation()), Scorer::close)
              : null;
      training = own(new Training(gan, data, validator(scorerOrNull), parallel), Training::close);
      training.resume(notes, saved == null ? "none" : saved.toString()).ifPresent(remarks::add);
      requireRest();
      RunConfig config =
          new RunConfig(
              plan.recipe(),
              device.description(),
              data.title(),
              gan.data(),
              pretrained.map(Path::toString),
              tuned(earlier ? Optional.of(taken.folder()) : Optional.empty(), plan));
      if (earlier) {
        remarks.addAll(
            saved == null ? List.of("nothing was saved yet: it begins again") : List.of());
        ParallelRank.begin(gan, notes, parallel);
        taken.goOnFrom(gan.iteration(), config);
        writer = taken;
      } else {
        writer = own(create(plan, config), RunWriter::close);
        begin(plan, notes, parallel);
      }
    } catch (RuntimeException | Error e) {
      closeAfter(e);
      throw e;
    }
  }

  /** The same setting has the same value; a GPU and the CPU have one each. */
  private static void requireMath(Plan plan, Map<String, String> notes, String now) {
    String then = Training.math(notes);
    boolean sameSetting = then.startsWith(now.substring(0, now.indexOf('=') + 1));
    if (!plan.anyMath() && !notes.isEmpty() && sameSetting && !then.equals(now)) {
      throw new IllegalArgumentException(
          String.format(
              "%s was computed with %s so far: --set %s goes on with it, --set %s changes it",
              plan.path(), Printable.line(then), Printable.line(then), now));
    }
  }

  /** XChart is no module: a program of modules does not get it unasked. */
  private static void requireCharts() {
    try {
      Class.forName("org.knowm.xchart.XYChart", false, Experiment.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "the charts of a run need XChart: add the dependency org.knowm.xchart:xchart, and for a"
              + " program of modules --add-modules org.knowm.xchart",
          e);
    }
  }

  private static Validator validator(Scorer scorerOrNull) {
    if (scorerOrNull == null) {
      return trained -> List.of();
    }
    return new Validator() {
      @Override
      public List<Validation> validate(Gan trained) {
        return scorerOrNull.validation();
      }

      @Override
      public List<Double> monitor(Gan trained) {
        return scorerOrNull.monitor();
      }
    };
  }

  private <T> T own(T resource, Consumer<T> close) {
    closing.push(() -> close.accept(resource));
    return resource;
  }

  private static Optional<Path> scored(Plan plan) {
    return plan.pretrained().map(run -> RunFolder.open(run).scored());
  }

  /** What an earlier run began with; only one that begins again needs to know. */
  private Optional<Path> pretrained(RunFolder earlier) {
    try {
      return earlier.pretrained();
    } catch (FormatException e) {
      if (!earlier.isSaved()) {
        throw e;
      }
      remarks.add(e.getMessage() + "; it is written anew from the checkpoint");
      return Optional.empty();
    }
  }

  /** The same of both networks; a configuration that is damaged has been dealt with. */
  private static Optional<String> tuned(Optional<RunFolder> earlier, Plan plan) {
    try {
      return earlier
          .map(RunFolder::tuned)
          .orElseGet(() -> plan.tuned().map(Plan.Tuned::file))
          .map(Path::toString);
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  private Map<String, String> begin(Optional<Path> pretrained, Plan plan) {
    gan.initialise(data);
    pretrained.ifPresent(checkpoint -> Pretrained.copyGenerator(gan, checkpoint));
    plan.tuned().ifPresent(tuned -> tuned.copyInto(gan));
    return Map.of();
  }

  /** All that may still fail of a new run when its folder is there. */
  private void begin(Plan plan, Map<String, String> notes, DataParallel parallel) {
    try {
      if (plan.tuned().isPresent()) {
        // From here on it goes on from itself, whatever becomes of the other run.
        writer.save(gan, notes, Choice.LATEST);
      }
      ParallelRank.begin(gan, notes, parallel);
    } catch (RuntimeException | Error e) {
      writer.takeBack(e);
      throw e;
    }
  }

  private void requireRest() {
    if (gan.iteration() > training.limit()) {
      throw new IllegalArgumentException(
          String.format(
              "the run has %d iterations already, more than %d: name a larger total with --epochs"
                  + " or --iterations",
              gan.iteration(), training.limit()));
    }
  }

  private static RunWriter create(Plan plan, RunConfig config) {
    return plan.place() == Plan.Place.NUMBERED
        ? RunWriter.createNumbered(plan.path(), config)
        : RunWriter.create(plan.path(), config);
  }

  /**
   * The run's folder.
   *
   * @return the folder, to be read
   */
  public RunFolder folder() {
    return writer.folder();
  }

  /**
   * How far the networks have been trained.
   *
   * @return iterations done
   */
  public long iteration() {
    return gan.iteration();
  }

  /**
   * Asks the run to save and end; returns at once. May be called from any thread, before the run as
   * well.
   */
  public void requestStop() {
    stopRequested = true;
    training.requestStop();
  }

  /**
   * Runs to the end, to the first alarm that shall end it, or until it is asked to stop; then all
   * is saved. An interrupt of the thread is such a request as well.
   *
   * @param stopOn alarms that end it
   * @param listener follows it
   * @return how it ended
   * @throws IllegalStateException if it was called before
   * @throws DivergenceException if the training leaves the finite numbers; the folder tells of it
   * @throws UncheckedIOException if the folder can't be written
   */
  public Outcome run(Set<Alarm.Kind> stopOn, Listener listener) {
    if (begun) {
      throw new IllegalStateException(
          "this experiment has run: go on with a plan that resumes " + folder().path());
    }
    begun = true;
    try {
      return runOnce(stopOn, listener);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Outcome runOnce(Set<Alarm.Kind> stopOn, Listener listener) {
    remarks.forEach(listener::remark);
    Recorder recorder = new Recorder(writer, stopOn, training, gan.recipe(), listener);
    Training.End end = train(recorder, listener);
    lowerFlag();
    long iteration = gan.iteration();
    listener.trained(end, iteration);
    if (end == Training.End.CANCELLED) {
      return new Outcome.Stopped(iteration);
    }
    if (end != Training.End.REQUESTED) {
      Optional<Outcome> outcome = conclude(iteration, end, listener);
      if (outcome.isPresent()) {
        return outcome.get();
      }
    }
    writePage(listener);
    return recorder
        .stoppedBy()
        .<Outcome>map(alarm -> new Outcome.StoppedByAlarm(iteration, alarm))
        .orElseGet(() -> new Outcome.Stopped(iteration));
  }

  /** Nothing can be written while the thread's interrupt flag is up: it comes back at the end. */
  private void lowerFlag() {
    if (Thread.interrupted()) {
      interrupted = true;
      stopRequested = true;
    }
  }

  private boolean mustStop() {
    lowerFlag();
    return stopRequested;
  }

  private Training.End train(Recorder recorder, Listener listener) {
    try {
      return training.run(recorder);
    } catch (DivergenceException e) {
      try {
        recorder.diverged(e);
        writePage(listener);
      } catch (RuntimeException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /** Scores, draws and writes the page; empty if it was asked to stop before all was there. */
  private Optional<Outcome> conclude(long iteration, Training.End end, Listener listener) {
    if (mustStop()) {
      return Optional.empty();
    }
    Path scored = folder().scored();
    if (scored.equals(folder().best())) {
      Checkpoint.restore(gan, scored);
    }
    Outcome outcome =
        DataFit.isScored(data)
            ? new Outcome.Finished(iteration, end, score(scored, listener))
            : new Outcome.Unscored(iteration, end);
    if (mustStop()) {
      return Optional.empty();
    }
    PaperFigures figures = PaperFigures.draw(gan, data, folder());
    listener.picture(figures.figure2());
    listener.picture(figures.figure3());
    listener.picture(writer.writeCurves(RunCharts.picture(folder().metrics().reports())));
    writePage(listener);
    return Optional.of(outcome);
  }

  private ScoreSheet score(Path scored, Listener listener) {
    listener.scoring(scored, gan.iteration());
    ScoreSheet sheet = scorerOrNull.test();
    writer.writeScore(sheet);
    listener.scored(sheet);
    return sheet;
  }

  /** A run that ends before its first measurement has nothing to show. */
  private void writePage(Listener listener) {
    if (!folder().metrics().reports().isEmpty()) {
      RunRecord record = folder().read();
      folder().writePage(RunPage.of(record));
      record.remarks().forEach(listener::remark);
    }
  }

  private void closeAfter(Throwable failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Frees what the run has on the device, and lets somebody else train in its folder. */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!closing.isEmpty()) {
      try {
        closing.pop().run();
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
