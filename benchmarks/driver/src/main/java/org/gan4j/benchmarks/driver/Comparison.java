package org.gan4j.benchmarks.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Two runs side by side: what got slower beyond the noise. */
final class Comparison {
  /** Differences below this are of no interest, however steady. */
  private static final double WORTH = 0.03;

  private Comparison() {}

  /**
   * Compares gan4j's times. The spreads of both runs must lie apart.
   *
   * @return one line for each case that got slower; none if all is well
   */
  static List<String> slower(Results old, Results recent) {
    List<String> lines = new ArrayList<>();
    for (Measurement now : recent.measurements()) {
      Optional<Measurement> before = old.find(now.group(), now.id(), now.library());
      if (now.library() != Library.GAN4J || before.isEmpty()) {
        continue;
      }
      Spread was = before.get().time();
      Spread is = now.time();
      if (is.median() > was.median() * (1 + WORTH) && !is.overlaps(was)) {
        lines.add(
            String.format(
                Locale.ROOT,
                "%s %s: %s ms, was %s ms (+%.0f %%)",
                now.group(),
                now.id(),
                Table.number(is.median()),
                Table.number(was.median()),
                100 * (is.median() / was.median() - 1)));
      }
    }
    return lines;
  }
}
