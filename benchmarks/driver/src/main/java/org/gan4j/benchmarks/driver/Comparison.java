package org.gan4j.benchmarks.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Two runs side by side: what got slower beyond the noise. */
final class Comparison {
  /** Differences below this are of no interest, however steady. */
  private static final double WORTH = 0.03;

  /** Ceilings that differ by more are of two machines, or of one that was used otherwise. */
  private static final double APART = 0.15;

  private Comparison() {}

  /**
   * Why two runs can't be held against each other, if so: times are of a machine and of a day.
   *
   * @return one sentence; empty if they can
   */
  static Optional<String> obstacle(Results old, Results recent) {
    if (old.moved() || recent.moved()) {
      return Optional.of("the ceiling moved by more than 15 % in one of these runs");
    }
    for (String part : List.of("cpu", "cores")) {
      String was = old.environment().get(part);
      String is = recent.environment().get(part);
      if (!Objects.equals(was, is)) {
        return Optional.of("the " + part + " was " + was + " and is " + is);
      }
    }
    double ratio = mean(recent.productGflops()) / mean(old.productGflops());
    if (Math.abs(Math.log(ratio)) > Math.log(1 + APART)) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "the large product runs at %.2f times the speed that it had then, without gan4j",
              ratio));
    }
    boolean common =
        recent.measurements().stream()
            .filter(now -> now.library() == Library.GAN4J)
            .anyMatch(now -> old.find(now.group(), now.id(), now.library()).isPresent());
    return common ? Optional.empty() : Optional.of("they have no case in common");
  }

  private static double mean(List<Double> ceiling) {
    return ceiling.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

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
