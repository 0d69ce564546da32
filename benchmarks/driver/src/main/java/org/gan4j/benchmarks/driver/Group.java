package org.gan4j.benchmarks.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Case.Operation;
import org.gan4j.benchmarks.Workload;

/**
 * Cases that are measured in the same way; a quick run takes its cases only.
 *
 * @param name the level of comparison
 * @param cases what
 * @param rounds forks of each library
 * @param timing of one case in one fork
 * @param together whether one fork takes all cases
 */
record Group(String name, List<Case> cases, int rounds, Timing timing, boolean together) {
  static final String ITERATION = "iteration";
  static final String KERNEL = "kernel";
  static final String PARZEN = "parzen";
  static final String BATCH = "growth-batch";
  static final String WIDTH = "growth-width";
  static final String POPULATION = "growth-population";
  static final String SAMPLES = "growth-samples";

  /** The one level that is no group of cases: {@link RaceCourse}. */
  static final String RACE = "race";

  /**
   * JMH's settings within a fork.
   *
   * @param warmupMillis not measured
   * @param millis of one measured stretch
   * @param stretches how many
   */
  record Timing(int warmupMillis, int millis, int stretches) {}

  /** One operation, no more. */
  static final Timing SHORTEST = new Timing(1, 1, 1);

  /** Some levels by name; none named: all. */
  static List<Group> of(Set<String> levels, boolean quick) {
    List<Group> all = all(quick);
    List<String> names = new ArrayList<>(all.stream().map(Group::name).toList());
    names.add(RACE);
    for (String level : levels) {
      if (!names.contains(level)) {
        throw new IllegalArgumentException(
            "no level '" + level + "'; there are " + String.join(", ", names));
      }
    }
    return all.stream().filter(g -> levels.isEmpty() || levels.contains(g.name)).toList();
  }

  /** Whether it tells how cost grows. */
  boolean isGrowth() {
    return name.startsWith("growth");
  }

  private static List<Group> all(boolean quick) {
    Timing growth = new Timing(1500, 1000, 3);
    return List.of(
        new Group(ITERATION, iterations(quick), 5, new Timing(2000, 1000, 5), false),
        new Group(KERNEL, kernels(), 5, new Timing(300, 200, 3), true),
        new Group(PARZEN, parzen(quick ? 1000 : 10_000), 3, growth, false),
        new Group(BATCH, batches(quick), 3, growth, false),
        new Group(WIDTH, widths(quick), 3, growth, false),
        new Group(POPULATION, populations(quick), 3, growth, false),
        new Group(SAMPLES, samples(quick), 2, SHORTEST, false));
  }

  static Workload standard(String recipe, boolean alternating) {
    return new Workload(recipe, alternating, 100, Workload.standardWidth(recipe), 1);
  }

  private static List<Case> iterations(boolean quick) {
    List<Case> cases = new ArrayList<>();
    for (String recipe : List.of("mnist", "cifar10-fc")) {
      int width = quick ? 500 : Workload.standardWidth(recipe);
      for (boolean alternating : new boolean[] {true, false}) {
        add(cases, new Workload(recipe, alternating, 100, width, 1));
      }
    }
    return cases;
  }

  /** An iteration, and its products alone as the line that it can be held against. */
  private static void add(List<Case> cases, Workload workload) {
    cases.add(new Case.Iteration(workload));
    cases.add(new Case.Products(workload));
  }

  /** The layers of mnist, tfd-pretrain and cifar10-fc, those twins left out. */
  private static List<Case> kernels() {
    List<Case> cases = new ArrayList<>();
    add(cases, Operation.DENSE_RELU_FORWARD, new int[][] {{100, 100, 1200}, {100, 1200, 1200}});
    add(cases, Operation.DENSE_RELU_FORWARD, new int[][] {{100, 100, 8000}});
    add(cases, Operation.DENSE_SIGMOID_FORWARD, new int[][] {{100, 1200, 784}, {100, 8000, 2304}});
    add(cases, Operation.DENSE_SIGMOID_FORWARD, new int[][] {{100, 8000, 8000}});
    int[][] linear = {
      {100, 8000, 3072}, {200, 784, 1200}, {200, 240, 1200}, {200, 1200, 6000}, {200, 3072, 8000}
    };
    add(cases, Operation.DENSE_FORWARD, linear);
    int[][] backward = {
      {100, 100, 1200},
      {100, 1200, 1200},
      {100, 1200, 784},
      {200, 784, 1200},
      {200, 240, 1200},
      {100, 8000, 2304},
      {200, 1200, 6000},
      {100, 8000, 8000},
      {200, 1600, 8000}
    };
    add(cases, Operation.DENSE_BACKWARD, backward);
    add(cases, Operation.RELU_BACKWARD, new int[][] {{100, 1, 1200}, {100, 1, 8000}});
    add(cases, Operation.SIGMOID_BACKWARD, new int[][] {{100, 1, 784}, {100, 1, 8000}});
    int[][] units = {{200, 1, 240}, {200, 1, 1200}, {200, 1, 1600}};
    add(cases, Operation.MAXOUT_FORWARD, units);
    add(cases, Operation.MAXOUT_BACKWARD, units);
    add(cases, Operation.DROPOUT, new int[][] {{200, 1, 784}, {200, 1, 2304}, {200, 1, 3072}});
    return cases;
  }

  private static void add(List<Case> cases, Operation operation, int[][] sizes) {
    for (int[] size : sizes) {
      cases.add(new Case.Kernel(operation, size[0], size[1], size[2]));
    }
  }

  private static List<Case> parzen(int samples) {
    return List.of(new Case.Parzen(samples, false), new Case.Parzen(samples, true));
  }

  private static List<Case> samples(boolean quick) {
    int[] counts = quick ? new int[] {500} : new int[] {1000, 10_000, 100_000};
    List<Case> cases = new ArrayList<>();
    for (int count : counts) {
      cases.add(new Case.Parzen(count, false));
    }
    return cases;
  }

  private static List<Case> batches(boolean quick) {
    int[] batches = quick ? new int[] {25, 400} : new int[] {25, 50, 100, 200, 400, 800, 1600};
    List<Case> cases = new ArrayList<>();
    for (int batch : batches) {
      add(cases, new Workload("mnist", true, batch, 1200, 1));
    }
    return cases;
  }

  private static List<Case> widths(boolean quick) {
    int[] widths = quick ? new int[] {300, 2400} : new int[] {300, 600, 1200, 2400, 4800};
    List<Case> cases = new ArrayList<>();
    for (int width : widths) {
      add(cases, new Workload("mnist", true, 100, width, 1));
    }
    return cases;
  }

  private static List<Case> populations(boolean quick) {
    int[] populations = quick ? new int[] {1, 4} : new int[] {1, 2, 4, 8, 16};
    List<Case> cases = new ArrayList<>();
    for (int population : populations) {
      add(cases, new Workload("mnist", true, 100, 1200, population));
    }
    return cases;
  }
}
