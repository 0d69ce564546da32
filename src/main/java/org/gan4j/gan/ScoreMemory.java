package org.gan4j.gan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.recipe.Evaluation;
import org.gan4j.recipe.Keep;
import org.gan4j.recipe.LikelihoodMonitor;
import org.gan4j.recipe.Recipe;

/** What a run remembers of its scores: the best, and for how long there was no better one. */
final class ScoreMemory {
  private static final String WITHOUT_GAIN = "evaluations_without_gain";
  private static final String SCORED_BY = "scored_by";
  private static final String MONITORED_BY = "monitored_by";

  private final Recipe recipe;
  private final Bests byScore;
  private final Bests byMonitor;
  private final MonitorPatience patience;
  private int withoutGain;

  /** Saves what is better than before. */
  interface Saver {
    /** All replicas, best by their mean. */
    void save(Choice choice);

    /** One, at its own best. */
    void saveReplica(int replica, Choice choice);
  }

  ScoreMemory(Recipe recipe) {
    this.recipe = recipe;
    this.byScore = new Bests("", recipe.replicas());
    this.byMonitor = new Bests("monitor_", recipe.replicas());
    this.patience = new MonitorPatience(recipe.stop(), recipe.replicas());
  }

  /** The iteration of the best validation score; 0 if there is none yet. */
  long bestIteration() {
    return byScore.iteration();
  }

  /**
   * What a validator says: of every replica or, where no patience waits for it, of none.
   *
   * @throws IllegalArgumentException if it is of some
   */
  List<Validation> checked(List<Validation> scores) {
    return checked(scores, "scores", recipe.stop().patience());
  }

  /** The same of its monitor. */
  List<Double> checkedMonitor(List<Double> scores) {
    return checked(scores, "log-likelihoods", recipe.stop().monitorPatience());
  }

  private <T> List<T> checked(List<T> found, String what, int patience) {
    if (found.size() != recipe.replicas() && (!found.isEmpty() || patience > 0)) {
      throw new IllegalArgumentException(
          "the validator gave "
              + found.size()
              + " "
              + what
              + ", not one for each of "
              + recipe.replicas()
              + " replicas"
              + (patience > 0 ? ", and a patience waits for them" : ""));
    }
    return found;
  }

  /** Takes validation scores. */
  void observe(List<Validation> validation, long iteration, long epoch, Saver saver) {
    double[] scores = validation.stream().mapToDouble(Validation::score).toArray();
    boolean better = byScore.takeMean(scores, iteration);
    withoutGain = better ? 0 : withoutGain + 1;
    save(byScore, scores, better, Choice.PARZEN, epoch, saver);
  }

  /** Takes what the monitor says, if it has looked. */
  void observeMonitor(List<Double> monitor, long iteration, long epoch, Saver saver) {
    if (!monitor.isEmpty()) {
      double[] scores = monitor.stream().mapToDouble(Double::doubleValue).toArray();
      patience.observe(scores, epoch);
      boolean better = byMonitor.takeMean(scores, iteration);
      save(byMonitor, scores, better, Choice.MONITOR, epoch, saver);
    }
  }

  /**
   * One replica's own best is that of the mean. A replica whose patience is over is no candidate
   * any more: by itself it would have ended, whatever the others do.
   */
  private void save(
      Bests bests, double[] scores, boolean better, Choice choice, long epoch, Saver saver) {
    double[] candidates = scores.clone();
    for (int r = 0; r < candidates.length; r++) {
      candidates[r] = patience.endedBefore(r, epoch) ? Double.NaN : candidates[r];
    }
    List<Integer> own = bests.takeOwn(candidates);
    if (better) {
      saver.save(choice);
    }
    if (recipe.evaluation().keep() == Keep.EACH && recipe.replicas() > 1) {
      own.forEach(replica -> saver.saveReplica(replica, choice));
    }
  }

  /** Which patience is over; null while there is some. */
  Training.End stale() {
    if (recipe.stop().patience() > 0 && withoutGain >= recipe.stop().patience()) {
      return Training.End.NO_GAIN;
    }
    return patience.isOver() ? Training.End.NO_MONITOR_GAIN : null;
  }

  void write(Map<String, String> notes) {
    byScore.write(notes);
    notes.put(WITHOUT_GAIN, Integer.toString(withoutGain));
    notes.put(SCORED_BY, scoredBy());
    if (recipe.evaluation().monitor().everyEpochs() > 0) {
      byMonitor.write(notes);
      patience.write(notes);
      notes.put(MONITORED_BY, monitoredBy());
    }
  }

  /**
   * Takes up what was written, as far as it was scored as it will be.
   *
   * @return one phrase if it was not
   * @throws NumberFormatException if it is damaged
   * @throws ArithmeticException likewise
   */
  Optional<String> read(Map<String, String> notes) {
    boolean sameScores = isSame(notes, SCORED_BY, scoredBy());
    boolean sameMonitor = isSame(notes, MONITORED_BY, monitoredBy());
    if (sameScores) {
      byScore.read(notes);
      withoutGain = Math.toIntExact(Bests.whole(notes.getOrDefault(WITHOUT_GAIN, "0")));
    }
    if (sameMonitor) {
      byMonitor.read(notes);
      patience.read(notes);
    }
    return sameScores && sameMonitor
        ? Optional.empty()
        : Optional.of(
            "its settings of scores are others now: the search for the best"
                + (sameScores ? " by the monitor" : "")
                + " begins anew");
  }

  private static boolean isSame(Map<String, String> notes, String name, String now) {
    return notes.getOrDefault(name, now).equals(now);
  }

  /** Scores by other settings are not comparable. */
  private String scoredBy() {
    Evaluation e = recipe.evaluation();
    return String.join(
        ",",
        e.samples() + " samples",
        e.validationExamples() + " validation examples",
        "sigma " + e.sigmaFrom() + " to " + e.sigmaTo() + " by " + e.sigmaCount(),
        "z scaled by " + recipe.noise().sampleScale());
  }

  private String monitoredBy() {
    LikelihoodMonitor m = recipe.evaluation().monitor();
    return String.join(
        ",",
        m.samples() + " samples",
        "sigma " + m.sigma(),
        "z scaled by " + recipe.noise().sampleScale());
  }
}
