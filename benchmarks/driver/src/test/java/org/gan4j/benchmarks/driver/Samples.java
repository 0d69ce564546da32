package org.gan4j.benchmarks.driver;

import java.util.ArrayList;
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

  /** Trainings by two libraries: two seeds that reached the goal, one that did not. */
  static Results races() {
    Results races = Results.begin(new LinkedHashMap<>(Map.of("cpu", "imagined")), false);
    races.productGflops().addAll(List.of(300.0, 310.0));
    races.copyGbs().addAll(List.of(40.0, 41.0));
    races.races().add(race(Library.GAN4J, 1, -300, 101, 99));
    races.races().add(race(Library.ND4J, 1, -300, 99.9));
    races.races().add(race(Library.GAN4J, 2, -300, 99, 102));
    return races;
  }

  /** Five seconds for each epoch. */
  private static Finish race(Library library, int seed, double... nats) {
    List<Finish.Epoch> epochs = new ArrayList<>();
    for (int i = 0; i < nats.length; i++) {
      epochs.add(new Finish.Epoch(i + 1, 5 * (i + 1), nats[i]));
    }
    return new Finish(library, seed, new Threads(1, 1), epochs);
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
