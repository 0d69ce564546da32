package org.gan4j.gan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * What a report that has not come yet will be about. A run that is saved in the middle of it takes
 * it along, so that whoever goes on reports the same iterations, and ends by the same rules.
 *
 * @param before totals of each replica when it began
 * @param seconds of training since then
 */
record OpenReport(List<Totals> before, double seconds) {
  private static final String ITERATION = "report_since_iteration";
  private static final String SUMS = "report_since_sums";
  private static final String SECONDS = "report_since_seconds";

  /** When it began. */
  long iteration() {
    return before.get(0).iteration();
  }

  OpenReport after(double more) {
    return new OpenReport(before, seconds + more);
  }

  /** Of each replica, since it began. */
  List<IterationMeans> means(List<Totals> now) {
    List<IterationMeans> means = new ArrayList<>();
    for (int r = 0; r < now.size(); r++) {
      means.add(now.get(r).meansSince(before.get(r)));
    }
    return means;
  }

  void write(Map<String, String> notes) {
    notes.put(ITERATION, Long.toString(iteration()));
    notes.put(SUMS, before.stream().map(OpenReport::sums).collect(Collectors.joining(";")));
    notes.put(SECONDS, Double.toString(seconds));
  }

  private static String sums(Totals t) {
    return DoubleStream.of(
            t.dLoss(), t.gLoss(), t.dReal(), t.dFake(), t.updateNorm(), t.dPaused(), t.gPaused())
        .mapToObj(Double::toString)
        .collect(Collectors.joining(","));
  }

  /**
   * Takes up what was written.
   *
   * @return null if nothing was
   * @throws NumberFormatException if it is damaged
   */
  static OpenReport read(Map<String, String> notes, int replicas) {
    if (!notes.containsKey(ITERATION)) {
      return null;
    }
    long iteration = Bests.whole(notes.get(ITERATION));
    List<Totals> before =
        Arrays.stream(notes.getOrDefault(SUMS, "").split(";", -1))
            .map(sums -> totals(iteration, sums))
            .toList();
    double seconds = Double.parseDouble(notes.getOrDefault(SECONDS, "0"));
    if (before.size() != replicas || !(seconds >= 0)) {
      throw new NumberFormatException("no sums of " + replicas + " replicas");
    }
    return new OpenReport(before, seconds);
  }

  private static Totals totals(long iteration, String sums) {
    double[] s = Arrays.stream(sums.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
    if (s.length != 7) {
      throw new NumberFormatException(s.length + " sums of a replica");
    }
    return new Totals(iteration, 0, 0, 0, s[0], s[1], s[2], s[3], s[4], s[5], s[6]);
  }
}
