package org.gan4j.gan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The best that a run has reached by one measure: the best mean over the replicas, and each
 * replica's own best.
 */
final class Bests {
  private static final String SCORE = "best_score";
  private static final String ITERATION = "best_iteration";
  private static final String OWN = "best_scores";

  private final String prefix;
  private double mean = Double.NEGATIVE_INFINITY;
  private long iteration;
  private final double[] own;

  /** With what its notes begin, to tell two measures apart. */
  Bests(String prefix, int replicas) {
    this.prefix = prefix;
    this.own = new double[replicas];
    Arrays.fill(own, Double.NEGATIVE_INFINITY);
  }

  /** The iteration of the best mean; 0 if there is none yet. */
  long iteration() {
    return iteration;
  }

  /** Whether the mean of these scores is better than any before; a NaN is not. */
  boolean takeMean(double[] scores, long now) {
    double score = DoubleStream.of(scores).average().orElse(Double.NaN);
    if (!(score > mean)) {
      return false;
    }
    mean = score;
    iteration = now;
    return true;
  }

  /** The replicas whose own score is better than any of theirs before. */
  List<Integer> takeOwn(double[] scores) {
    List<Integer> better = new ArrayList<>();
    for (int r = 0; r < Math.min(scores.length, own.length); r++) {
      if (scores[r] > own[r]) {
        own[r] = scores[r];
        better.add(r);
      }
    }
    return better;
  }

  void write(Map<String, String> notes) {
    notes.put(prefix + SCORE, Double.toString(mean));
    notes.put(prefix + ITERATION, Long.toString(iteration));
    notes.put(prefix + OWN, list(own));
  }

  /**
   * Takes up what was written; what an earlier version did not write is as at the beginning.
   *
   * @throws NumberFormatException if it is damaged
   */
  void read(Map<String, String> notes) {
    mean = score(notes.getOrDefault(prefix + SCORE, "-Infinity"));
    iteration = whole(notes.getOrDefault(prefix + ITERATION, "0"));
    if (notes.containsKey(prefix + OWN)) {
      double[] read = scores(notes.get(prefix + OWN), own.length);
      System.arraycopy(read, 0, own, 0, own.length);
    }
  }

  static String list(double[] values) {
    return DoubleStream.of(values).mapToObj(Double::toString).collect(Collectors.joining(","));
  }

  /** So many of {@link #score}. */
  static double[] scores(String list, int count) {
    String[] parts = list.split(",", -1);
    if (parts.length != count) {
      throw new NumberFormatException("a list of " + parts.length + ", not " + count);
    }
    return Arrays.stream(parts).mapToDouble(Bests::score).toArray();
  }

  /** Before the first score it is minus infinity; any other score is finite. */
  private static double score(String text) {
    double score = Double.parseDouble(text);
    if (!(score < Double.POSITIVE_INFINITY)) {
      throw new NumberFormatException("no score: " + text);
    }
    return score;
  }

  /** ≥ 0. */
  static long whole(String text) {
    long value = Long.parseLong(text);
    if (value < 0) {
      throw new NumberFormatException("below 0: " + text);
    }
    return value;
  }
}
