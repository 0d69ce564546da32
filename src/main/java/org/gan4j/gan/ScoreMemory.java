package org.gan4j.gan;

import java.util.List;
import java.util.Map;
import org.gan4j.recipe.Keep;
import org.gan4j.recipe.Recipe;

/** What a run remembers of its scores: the best, and for how long there was no better one. */
final class ScoreMemory {
  private static final String WITHOUT_GAIN = "evaluations_without_gain";

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

  /** Takes validation scores. */
  void observe(List<Validation> validation, long iteration, Saver saver) {
    double[] scores = validation.stream().mapToDouble(Validation::score).toArray();
    boolean better = byScore.takeMean(scores, iteration);
    withoutGain = better ? 0 : withoutGain + 1;
    save(byScore, scores, better, Choice.PARZEN, saver);
  }

  /** Takes what the monitor says, if it has looked. */
  void observeMonitor(List<Double> monitor, long iteration, long epoch, Saver saver) {
    if (!monitor.isEmpty()) {
      double[] scores = monitor.stream().mapToDouble(Double::doubleValue).toArray();
      patience.observe(scores, epoch);
      save(byMonitor, scores, byMonitor.takeMean(scores, iteration), Choice.MONITOR, saver);
    }
  }

  /** One replica's own best is that of the mean. */
  private void save(Bests bests, double[] scores, boolean better, Choice choice, Saver saver) {
    List<Integer> own = bests.takeOwn(scores);
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
    if (recipe.evaluation().monitor().everyEpochs() > 0) {
      byMonitor.write(notes);
      patience.write(notes);
    }
  }

  /**
   * Takes up what was written.
   *
   * @throws NumberFormatException if it is damaged
   * @throws ArithmeticException likewise
   */
  void read(Map<String, String> notes) {
    byScore.read(notes);
    byMonitor.read(notes);
    patience.read(notes);
    withoutGain = Math.toIntExact(Bests.whole(notes.getOrDefault(WITHOUT_GAIN, "0")));
  }
}
