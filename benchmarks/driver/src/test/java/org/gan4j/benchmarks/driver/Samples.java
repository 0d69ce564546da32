package org.gan4j.benchmarks.driver;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gan4j.benchmarks.Case;

/** Made-up results. */
final class Samples {
  static final String ID = new Case.Iteration(Group.standard("mnist", true)).id();

  private Samples() {}

  /** Three rounds by two libraries; gan4j's around 10 ms, times a factor. */
  static Results results(double factor) {
    Results results = Results.begin(new LinkedHashMap<>(Map.of("cpu", "imagined")), false);
    results.productGflops().addAll(List.of(300.0, 310.0));
    results.copyGbs().addAll(List.of(40.0, 41.0));
    results.agreement().put(ID, Map.of("ND4J", 1e-6));
    add(results, Library.GAN4J, 10 * factor, 11 * factor, 10.5 * factor);
    add(results, Library.ND4J, 100, 121, 94.5);
    return results;
  }

  private static void add(Results results, Library library, double... rounds) {
    Measurement m = new Measurement(ID, Group.ITERATION, library, new Threads(2, 1));
    for (double ms : rounds) {
      m.rounds().add(List.of(ms, 2 * ms, ms));
      m.allocated().add(0.0);
      m.peakMib().add(100.0);
    }
    results.measurements().add(m);
  }
}
