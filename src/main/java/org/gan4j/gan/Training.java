package org.gan4j.gan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.gan4j.FormatException;
import org.gan4j.data.DataSet;
import org.gan4j.data.Examples;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Rollback;
import org.gan4j.recipe.Stop;

/**
 * A whole run: trains until a rule of the recipe's {@link Stop} holds, and on the way reports,
 * scores, keeps the best and asks for pictures and checkpoints. What becomes of those is the {@link
 * Listener}'s business.
 */
public final class Training implements AutoCloseable {
  /** Iterations between two reports; an epoch's end is always reported. */
  public static final int REPORT_EVERY = Rollback.REPORT_EVERY;

  private static final double SLICE_SECONDS = 0.1;
  private static final long SAVE_NANOS = 60_000_000_000L;
  private static final String UPDATE_NORM = "last_update_norm";

  /** Why a run ended. */
  public enum End {
    /** The limit of epochs or iterations is reached. */
    LIMIT,
    /** The updates have become small. */
    SMALL_UPDATES,
    /** The validation score has not improved for long enough. */
    NO_GAIN,
    /** No replica's monitor has gained for long enough. */
    NO_MONITOR_GAIN,
    /** {@link Training#requestStop} was called, or the thread that trains was interrupted. */
    REQUESTED,
    /** A hook has cancelled it: nothing was saved since the last checkpoint. */
    CANCELLED
  }

  /** What a hook wants. */
  public enum Next {
    /** Train on. */
    GO_ON,
    /** Save and end, as {@link Training#requestStop} does; who trains on reports the rest. */
    STOP,
    /** End at once, and save nothing. */
    CANCEL
  }

  /** Follows a run. All calls come from the thread that trains. */
  public interface Listener {
    /**
     * Called several times a second.
     *
     * @param iteration iterations done
     * @param limit iterations at which the run ends at the latest
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
     * Called every so many iterations, in the thread that trains, while the device is idle: here
     * the networks may be read, copied for use ({@link Generator#of}) or sampled, but not changed.
     *
     * @param gan the networks
     * @param iteration iterations done
     * @return whether to train on
     */
    default Next hook(Gan gan, long iteration) {
      return Next.GO_ON;
    }

    /**
     * Called with new measurements.
     *
     * @param report the measurements
     */
    default void report(Report report) {}

    /**
     * Called when pictures of samples are due, which they always are at the end.
     *
     * @param gan the networks
     * @param epoch epochs done; one more if the last is under way
     */
    default void pictures(Gan gan, long epoch) {}

    /**
     * Called when a checkpoint is due.
     *
     * @param gan the networks
     * @param notes to be saved with them, and given to {@link Training#resume}
     * @param choice why: the latest, or the best so far by the mean over the replicas
     * @return where it was saved, for messages
     */
    default String save(Gan gan, Map<String, String> notes, Choice choice) {
      return "not saved";
    }

    /**
     * Called when one replica is the best so far of its own, where the recipe keeps that.
     *
     * @param gan the networks
     * @param replica which of them, from 0
     * @param choice by what it is the best
     */
    default void saveReplica(Gan gan, int replica, Choice choice) {}

    /**
     * Called at the beginning and at ends of epochs, where the recipe has a rollback: whoever knows
     * which replicas do well may keep a checkpoint of each, by {@link Checkpoint#saveReplica}.
     *
     * @param gan the networks
     */
    default void saveGood(Gan gan) {}

    /**
     * The last good checkpoint of a replica.
     *
     * @param replica which, from 0
     * @return empty if none was kept
     */
    default Optional<Path> good(int replica) {
      return Optional.empty();
    }

    /**
     * Called when a replica has left the finite numbers and does not end the run, for it goes back.
     *
     * @param failure what the run would have ended with
     */
    default void survived(DivergenceException failure) {}

    /**
     * Called when a replica has gone back.
     *
     * @param back when, why and where to
     */
    default void wentBack(WentBack back) {}
  }

  private final Gan gan;
  private final Recipe recipe;
  private final Validator validator;
  private final Trainer trainer;
  private final DataParallel parallel;
  private volatile boolean stopRequested;
  private boolean interrupted;
  private boolean cancelled;

  private final ScoreMemory scores;

  /** Of the iterations since the last report; null right after one. */
  private OpenReport openOrNull;

  /** The largest mean norm of an update, of the last report. */
  private double updateNorm = Double.POSITIVE_INFINITY;

  private Listener listener;
  private String lastSaved = "none";
  private long savedAt;
  private long picturedAt = -1;
  private double savingSeconds;
  private double iterationsPerSecond;
  private final Rollbacks rollbacks;
  private final ScoreMemory.Saver saver =
      new ScoreMemory.Saver() {
        @Override
        public void save(Choice choice) {
          Training.this.save(choice);
        }

        @Override
        public void saveReplica(int replica, Choice choice) {
          listener.saveReplica(gan, replica, choice);
        }
      };

  /**
   * Prepares a run: allocates all that training takes.
   *
   * @param gan initialised, or restored from a checkpoint; trained in place
   * @param data the recipe's data set
   * @param validator scores on the validation set
   * @throws IllegalArgumentException if the data are not those that the networks were made for
   */
  public Training(Gan gan, DataSet data, Validator validator) {
    this(gan, data, validator, DataParallel.ALONE);
  }

  /**
   * Prepares a run of one of several ranks, which all do the same at the same time: the hooks of
   * their listeners and requests to stop are heard at the next report, as soon as one rank has
   * them, and rank 0 validates for all.
   *
   * @param gan initialised, or restored from a checkpoint; trained in place
   * @param data the recipe's data set
   * @param validator scores on the validation set; only rank 0's is asked
   * @param parallel which rank
   * @throws IllegalArgumentException if the data are not those that the networks were made for, or
   *     several ranks can't train the recipe
   */
  public Training(Gan gan, DataSet data, Validator validator, DataParallel parallel) {
    this(gan, validator, new Trainer(gan, data, parallel));
  }

  private Training(Gan gan, Validator validator, Trainer trainer) {
    this.gan = gan;
    this.recipe = gan.recipe();
    this.parallel = gan.parallel();
    this.validator = parallel.isSplit() ? new SharedValidator(validator, parallel) : validator;
    this.scores = new ScoreMemory(recipe);
    this.trainer = trainer;
    this.rollbacks = new Rollbacks(gan, trainer);
  }

  /**
   * Prepares a run on examples that stay where they are.
   *
   * @param gan initialised with these examples, or restored from a checkpoint of such; trained in
   *     place
   * @param examples to learn from
   * @param validator scores, on what it has of its own
   * @throws IllegalArgumentException if the examples are not those that the networks were made for
   */
  public Training(Gan gan, Examples examples, Validator validator) {
    this(gan, validator, new Trainer(gan, examples));
  }

  /**
   * Takes up what an earlier part of the run knew.
   *
   * @param notes as they were given to {@link Listener#save}
   * @param savedWhere where they were found, for messages
   * @return one line if what is summed from now on is summed in another order, so that the run is
   *     no longer bit for bit that of one device, or if scores from now on can't be held against
   *     the best so far, which then begins anew
   * @throws FormatException if a note is damaged
   */
  public Optional<String> resume(Map<String, String> notes, String savedWhere) {
    List<String> remarks = new ArrayList<>();
    try {
      scores.read(notes).ifPresent(remarks::add);
      updateNorm = Double.parseDouble(notes.getOrDefault(UPDATE_NORM, "Infinity"));
      openOrNull = OpenReport.read(notes, recipe.replicas());
      lastSaved = savedWhere;
    } catch (NumberFormatException | ArithmeticException e) {
      throw new FormatException(savedWhere + ": the checkpoint's notes are damaged", e);
    }
    ArithmeticNotes.remark(notes, gan).ifPresent(remarks::add);
    return remarks.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", remarks));
  }

  /**
   * In which precision a run has been computed.
   *
   * @param notes as they were given to {@link Listener#save}; of earlier versions too, which had a
   *     choice on a GPU only and did not say
   * @return such as "cpu.math=fp32"
   */
  public static String math(Map<String, String> notes) {
    return ArithmeticNotes.math(notes);
  }

  private Map<String, String> notes() {
    Map<String, String> notes = new LinkedHashMap<>();
    scores.write(notes);
    if (recipe.stop().updateNorm() > 0) {
      notes.put(UPDATE_NORM, Double.toString(updateNorm));
    }
    if (openOrNull != null) {
      openOrNull.write(notes);
    }
    ArithmeticNotes.write(notes, gan.device());
    return notes;
  }

  /** Asks the run to save and end; returns at once. May be called from any thread. */
  public void requestStop() {
    stopRequested = true;
  }

  /**
   * The iteration whose validation score is the best so far.
   *
   * @return 0 if there is no score yet
   */
  public long bestIteration() {
    return scores.bestIteration();
  }

  /**
   * Trains until the end.
   *
   * @param follower follows the run
   * @return why it ended
   * @throws DivergenceException if a loss, an update or a weight is not a finite number
   */
  public End run(Listener follower) {
    listener = follower;
    savedAt = System.nanoTime();
    try {
      if (rollbacks.areOn() && gan.iteration() == 0) {
        listener.saveGood(gan);
      }
      End over = over();
      End end = over != null ? over : loop(limit());
      if (end == End.CANCELLED) {
        return end;
      }
      save(Choice.LATEST);
      long iteration = gan.iteration();
      if (picturedAt != iteration) {
        long perEpoch = trainer.iterationsPerEpoch();
        pictures(iteration, (iteration + perEpoch - 1) / perEpoch);
      }
      return end;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * The iterations at which the run ends at the latest.
   *
   * @return the smaller one of the recipe's limits
   */
  public long limit() {
    Stop stop = recipe.stop();
    long byEpochs =
        stop.epochs() == 0 ? Long.MAX_VALUE : stop.epochs() * trainer.iterationsPerEpoch();
    return Math.min(byEpochs, stop.iterations() == 0 ? Long.MAX_VALUE : stop.iterations());
  }

  private End loop(long limit) {
    List<Totals> now = trainer.totals();
    long iteration = now.get(0).iteration();
    OpenReport open = openOrNull == null ? new OpenReport(now, 0) : openOrNull;
    while (iteration < limit) {
      if (parallel.any(mustStop())) {
        return End.REQUESTED;
      }
      long until = nextReport(iteration, limit);
      long started = System.nanoTime();
      long reached = advance(iteration, until, limit);
      now = trainer.totals();
      open = open.after(secondsSince(started));
      cancelled = parallel.any(cancelled);
      if (cancelled) {
        return End.CANCELLED;
      }
      if (reached < until) {
        return endBetweenReports(open, now);
      }
      openOrNull = null;
      iterationsPerSecond = (reached - open.iteration()) / open.seconds();
      End end = report(open, now);
      if (end != null) {
        return end;
      }
      if (parallel.any(mustStop())) {
        return End.REQUESTED;
      }
      // What is summed from now on is added to other sums.
      open = new OpenReport(rollbacks.any() ? trainer.totals() : now, 0);
      rollbacks.seen();
      iteration = reached;
    }
    if (openOrNull != null && now.get(0).iteration() > open.iteration()) {
      return endWhereItWasStopped(open, now, limit);
    }
    return End.LIMIT;
  }

  private End endWhereItWasStopped(OpenReport open, List<Totals> now, long limit) {
    openOrNull = null;
    long iteration = now.get(0).iteration();
    listener.progress(iteration, limit);
    iterationsPerSecond = (iteration - open.iteration()) / Math.max(open.seconds(), 1e-9);
    End end = report(open, now);
    return end == null && parallel.any(mustStop()) ? End.REQUESTED : end == null ? End.LIMIT : end;
  }

  /** Whoever goes on reports all iterations since the last report, as if there had been no stop. */
  private End endBetweenReports(OpenReport open, List<Totals> now) {
    if (now.get(0).iteration() > open.iteration()) {
      requireFinite(open.means(now), now.get(0).iteration());
      openOrNull = open;
    }
    return End.REQUESTED;
  }

  /**
   * Asks that a replica goes back to its last good checkpoint, as the recipe's rollback has it; to
   * be called by a listener that hears of a report, and done once all else of it is dealt with.
   *
   * @param replica which, from 0
   * @param why one word, which the listener is told again
   * @return why it can't, in one phrase; empty if it will
   */
  public Optional<String> goBack(int replica, String why) {
    return rollbacks.ask(listener, replica, why);
  }

  /** Above 0. */
  private static double secondsSince(long nanos) {
    return Math.max(System.nanoTime() - nanos, 1) * 1e-9;
  }

  private long nextReport(long iteration, long limit) {
    long iterationsPerEpoch = trainer.iterationsPerEpoch();
    long report = (iteration / REPORT_EVERY + 1) * REPORT_EVERY;
    long epoch = (iteration / iterationsPerEpoch + 1) * iterationsPerEpoch;
    return Math.min(limit, Math.min(report, epoch));
  }

  /**
   * An interrupt of the thread that trains is a request as well. It can't write files while its
   * flag is up: that comes back once all is saved.
   */
  private boolean mustStop() {
    if (Thread.interrupted()) {
      interrupted = true;
      stopRequested = true;
    }
    return stopRequested;
  }

  /**
   * Trains in slices that are short for a person who has asked to stop. With a rollback it stops
   * only where there is a report, or a run that went on would see its alarms elsewhere; with
   * several ranks too, where they hear of each other.
   */
  private long advance(long from, long until, long limit) {
    long iteration = from;
    while (iteration < until && !endsBetweenReports()) {
      long slice = Math.max(1, (long) (iterationsPerSecond * SLICE_SECONDS));
      slice = Math.min(slice, until - iteration);
      long every = listener.hookEvery();
      slice = every > 0 ? Math.min(slice, every - iteration % every) : slice;
      trainer.run(slice);
      iteration += slice;
      listener.progress(iteration, limit);
      if (every > 0 && iteration % every == 0) {
        hook(iteration);
      }
    }
    return iteration;
  }

  private boolean endsBetweenReports() {
    return !parallel.isSplit() && (cancelled || mustStop() && !rollbacks.areOn());
  }

  private void hook(long iteration) {
    Next next = listener.hook(gan, iteration);
    cancelled |= next == Next.CANCEL;
    stopRequested |= next != Next.GO_ON;
  }

  /** Reports, and at an epoch's end scores, pictures and saves; says whether the run is over. */
  private End report(OpenReport open, List<Totals> now) {
    List<IterationMeans> means = open.means(now);
    long iteration = now.get(0).iteration();
    requireFinite(means, iteration);
    boolean epochEnded = iteration % trainer.iterationsPerEpoch() == 0;
    long epoch = iteration / trainer.iterationsPerEpoch();
    boolean scored = epochEnded && due(recipe.evaluation().everyEpochs(), epoch);
    long evaluated = System.nanoTime();
    List<Validation> validation = scored ? scores.checked(validator.validate(gan)) : List.of();
    boolean looks = epochEnded && due(recipe.evaluation().monitor().everyEpochs(), epoch);
    List<Double> monitor = looks ? scores.checkedMonitor(validator.monitor(gan)) : List.of();
    Seconds spent = new Seconds(open.seconds(), secondsSince(evaluated), savingSeconds);
    double epochs = (double) iteration / trainer.iterationsPerEpoch();
    long saved = System.nanoTime();
    listener.report(
        new Report(
            iteration,
            epochs,
            iterationsPerSecond,
            means,
            trainer.generatorUpdates(),
            validation,
            monitor,
            spent));
    if (epochEnded && rollbacks.keepsAfter(epoch)) {
      listener.saveGood(gan);
    }
    updateNorm = means.stream().mapToDouble(IterationMeans::updateNorm).max().orElseThrow();
    scores.observeMonitor(monitor, iteration, epoch, saver);
    keep(validation, iteration, epochEnded, epoch);
    savingSeconds = secondsSince(saved);
    return over();
  }

  /** Pictures and checkpoints that are due after a report. */
  private void keep(List<Validation> validation, long iteration, boolean epochEnded, long epoch) {
    boolean scored = !validation.isEmpty();
    if (epochEnded && due(recipe.samplesEvery(), epoch)) {
      pictures(iteration, epoch);
    }
    if (scored) {
      scores.observe(validation, iteration, epoch, saver);
    }
    rollbacks.apply(listener, iteration);
    if (rollbacks.any() || scored || epochEnded && System.nanoTime() - savedAt > SAVE_NANOS) {
      save(Choice.LATEST);
    }
  }

  private void pictures(long iteration, long epoch) {
    listener.pictures(gan, epoch);
    picturedAt = iteration;
  }

  private static boolean due(int every, long epoch) {
    return every > 0 && epoch % every == 0;
  }

  private void requireFinite(List<IterationMeans> means, long iteration) {
    for (int r = 0; r < means.size(); r++) {
      IterationMeans m = means.get(r);
      if (!m.isFinite()) {
        leave(
            String.format(
                Locale.ROOT,
                "d_loss %s, g_loss %s, update norm %s",
                m.dLoss(),
                m.gLoss(),
                m.updateNorm()),
            iteration,
            r);
      }
    }
    for (Optional<GanNorms.NotFinite> weight = trainer.notFinite();
        weight.isPresent();
        weight = trainer.notFinite()) {
      leave(weight.get().what(), iteration, weight.get().replica());
    }
  }

  /** A replica has left the finite numbers: it goes back at once, or the run ends. */
  private void leave(String what, long iteration, int replica) {
    if (!rollbacks.areOn()) {
      throw diverged(what, iteration, replica);
    }
    Optional<String> refusal = goBack(replica, "divergence");
    if (refusal.isPresent()) {
      throw diverged(what + "; it can't go back, for " + refusal.get(), iteration, replica);
    }
    listener.survived(diverged(what, iteration, replica));
    rollbacks.apply(listener, iteration);
  }

  private DivergenceException diverged(String what, long iteration, int replica) {
    return new DivergenceException(
        String.format(
            Locale.ROOT,
            "training diverged by iteration %d%s: %s; last good checkpoint: %s; a smaller learning"
                + " rate (learning_rate.initial) or max_column_norm may help",
            iteration,
            recipe.replicas() > 1 ? " in replica " + replica : "",
            what,
            lastSaved),
        iteration,
        replica);
  }

  private void save(Choice choice) {
    lastSaved = listener.save(gan, notes(), choice);
    savedAt = choice == Choice.LATEST ? System.nanoTime() : savedAt;
  }

  /** Which of the rules but the limits holds; null if none does. */
  private End over() {
    return updateNorm < recipe.stop().updateNorm() ? End.SMALL_UPDATES : scores.stale();
  }

  @Override
  public void close() {
    trainer.close();
  }
}
