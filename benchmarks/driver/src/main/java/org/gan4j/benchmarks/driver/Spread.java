package org.gan4j.benchmarks.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What several forks found.
 *
 * @param low the least
 * @param median the middle
 * @param high the most
 */
record Spread(double low, double median, double high) {
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("low", low);
    json.put("median", median);
    json.put("high", high);
    return json;
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  static Spread of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return new Spread(sorted.get(0), median(sorted), sorted.get(sorted.size() - 1));
  }

  /** How often the second goes into the first, round by round: the forks of a round are close. */
  static Spread ratio(Measurement over, Measurement under) {
    List<Double> ratios = new ArrayList<>();
    int rounds = Math.min(over.rounds().size(), under.rounds().size());
    for (int i = 0; i < rounds; i++) {
      ratios.add(over.medians().get(i) / under.medians().get(i));
    }
    return of(ratios);
  }

  boolean overlaps(Spread other) {
    return low <= other.high && other.low <= high;
  }
}
