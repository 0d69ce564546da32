package org.gan4j.gan;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.gan4j.recipe.Stop;

/** The rule {@link Stop#monitorPatience}, which each replica counts for itself. */
final class MonitorPatience {
  private static final String SCORES = "monitor_gain_scores";
  private static final String EPOCHS = "monitor_gain_epochs";
  private static final String ENDS = "monitor_end_epochs";

  private final Stop stop;
  private final double[] scores;
  private final long[] epochs;

  /** In which epoch a replica's patience ended; 0 while it lasts. */
  private final long[] ends;

  MonitorPatience(Stop stop, int replicas) {
    this.stop = stop;
    this.scores = new double[replicas];
    this.epochs = new long[replicas];
    this.ends = new long[replicas];
    Arrays.fill(scores, Double.NEGATIVE_INFINITY);
  }

  /** Takes the log-likelihoods of an epoch. */
  void observe(double[] now, long epoch) {
    for (int r = 0; r < Math.min(now.length, scores.length); r++) {
      if (ends[r] > 0) {
        continue;
      }
      if (isGain(now[r], scores[r])) {
        scores[r] = now[r];
        epochs[r] = epoch;
      } else if (stop.monitorPatience() > 0 && epoch - epochs[r] >= stop.monitorPatience()) {
        ends[r] = epoch;
      }
    }
  }

  private boolean isGain(double now, double before) {
    return before == Double.NEGATIVE_INFINITY
        ? now > before
        : now > before + stop.monitorGain() * Math.abs(before);
  }

  /** Whether a replica's patience ended in an earlier epoch. */
  boolean endedBefore(int replica, long epoch) {
    return ends[replica] > 0 && ends[replica] < epoch;
  }

  /** Whether no replica has patience left. */
  boolean isOver() {
    return stop.monitorPatience() > 0 && Arrays.stream(ends).allMatch(end -> end > 0);
  }

  void write(Map<String, String> notes) {
    notes.put(SCORES, Bests.list(scores));
    notes.put(EPOCHS, list(epochs));
    notes.put(ENDS, list(ends));
  }

  /**
   * Takes up what was written.
   *
   * @throws NumberFormatException if it is damaged
   */
  void read(Map<String, String> notes) {
    if (notes.containsKey(SCORES)) {
      double[] read = Bests.scores(notes.get(SCORES), scores.length);
      System.arraycopy(read, 0, scores, 0, scores.length);
      read(notes.getOrDefault(EPOCHS, ""), epochs);
      read(notes.getOrDefault(ENDS, ""), ends);
      for (int r = 0; r < ends.length; r++) {
        // Whose end came by less patience than the recipe has now has some left.
        ends[r] = ends[r] - epochs[r] < stop.monitorPatience() ? 0 : ends[r];
      }
    }
  }

  private static String list(long[] values) {
    return LongStream.of(values).mapToObj(Long::toString).collect(Collectors.joining(","));
  }

  private static void read(String list, long[] to) {
    String[] parts = list.split(",", -1);
    if (parts.length != to.length) {
      throw new NumberFormatException("a list of " + parts.length + ", not " + to.length);
    }
    for (int r = 0; r < to.length; r++) {
      to[r] = Bests.whole(parts[r]);
    }
  }
}
