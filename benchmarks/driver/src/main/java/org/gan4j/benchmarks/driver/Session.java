package org.gan4j.benchmarks.driver;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.gan4j.benchmarks.Case;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;

/** One run from the first check to the last measurement. */
final class Session {
  /** Far more than JMH writes. */
  private static final int MAX_BYTES = 1 << 26;

  private static final Group.Timing CEILING = new Group.Timing(500, 500, 3);

  /** How the pages of a large copy happen to lie makes one fork faster than the next. */
  private static final int CEILING_FORKS = 3;

  /** Trainings of each library in a race. */
  private static final int SEEDS = 3;

  private static final Group.Timing CALIBRATION = new Group.Timing(1000, 500, 3);

  /** A setting that is chosen while something else runs would hold for the whole run. */
  private static final int CALIBRATION_FORKS = 3;

  private final Processes processes;
  private final Path folder;
  private final Results results;
  private final List<Library> libraries;
  private final Threads all;
  private final Map<Library, Threads> threads = new EnumMap<>(Library.class);
  private final Map<Library, Set<String>> offers = new EnumMap<>(Library.class);

  /**
   * @param folder for files between processes
   * @param results filled
   */
  Session(Processes processes, Path folder, Results results, EnumSet<Library> wanted)
      throws IOException {
    this.processes = processes;
    this.folder = folder;
    this.results = results;
    this.libraries = new ArrayList<>();
    for (Library library : wanted) {
      if (processes.has(library)) {
        libraries.add(library);
      }
    }
    int cores = Runtime.getRuntime().availableProcessors();
    this.all = new Threads(cores, cores);
  }

  /** Checks that all compute the same, and measures. */
  void measure(List<Group> groups) throws IOException, InterruptedException {
    System.out.println("ceiling...");
    ceiling();
    System.out.println("checking that all compute the same...");
    check();
    ask(groups);
    chooseThreads();
    if (results.quick()) {
      measureOnce(groups);
    } else {
      for (Group group : groups) {
        measure(group);
      }
    }
    ceiling();
  }

  /**
   * Lets the libraries train until their samples score, seed by seed.
   *
   * @param data MNIST's folder, needed unless this run is quick
   */
  void race(Optional<Path> data) throws IOException, InterruptedException {
    ceiling();
    chooseThreads();
    RaceCourse course = new RaceCourse(processes, folder, results.quick());
    Threads ours = threads.get(Library.GAN4J);
    course.prepare(data, ours);
    for (int seed = 1; seed <= (results.quick() ? 1 : SEEDS); seed++) {
      Optional<Finish> first = Optional.empty();
      for (Library library : libraries) {
        System.out.printf("%s until %s scores, seed %d%n", Group.RACE, library.title(), seed);
        Finish finish = course.run(library, seed, threads.get(library), ours, first);
        first = first.or(() -> Optional.of(finish));
        results.races().add(finish);
      }
    }
    ceiling();
  }

  private void chooseThreads() throws IOException, InterruptedException {
    System.out.println("looking for each library's best thread setting...");
    for (Library library : libraries) {
      // Two pools of threads that collide would be a quick run's longest wait.
      threads.put(library, results.quick() ? new Threads(1, all.blas()) : best(library));
    }
  }

  private void ceiling() throws IOException, InterruptedException {
    for (boolean copy : new boolean[] {false, true}) {
      Case wanted = new Case.Ceiling(copy);
      Measurement m = new Measurement(wanted.id(), "ceiling", Library.GAN4J, all);
      for (int fork = 0; fork < (results.quick() ? 1 : CEILING_FORKS); fork++) {
        fork(Library.GAN4J, all, CEILING, List.of(m));
      }
      if (copy) {
        results.copyGbs().add(m.gigabytes());
      } else {
        results.productGflops().add(m.gflops());
      }
    }
  }

  private void check() throws IOException, InterruptedException {
    Check check = new Check(processes, folder, results.agreement());
    for (String recipe : results.quick() ? List.of("mnist") : List.of("mnist", "cifar10-fc")) {
      check.iteration(Group.standard(recipe, true), libraries, all);
      check.iteration(Group.standard(recipe, false), libraries, all);
    }
    check.kernels(libraries, all);
  }

  /** What each library can do at all. */
  private void ask(List<Group> groups) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    Path file = folder.resolve("offers.properties");
    arguments.addAll(List.of("offers", file.toString()));
    groups.forEach(g -> g.cases().forEach(c -> arguments.add(c.id())));
    for (Library library : libraries) {
      processes.run(library, all, arguments.toArray(String[]::new));
      Set<String> ids = new HashSet<>();
      load(file)
          .forEach(
              (id, offered) -> {
                if (offered.equals("true")) {
                  ids.add((String) id);
                }
              });
      offers.put(library, ids);
    }
  }

  private Threads best(Library library) throws IOException, InterruptedException {
    Threads best = null;
    double least = Double.POSITIVE_INFINITY;
    for (Threads candidate : library.candidates(all.openMp())) {
      Case wanted = new Case.Iteration(Group.standard("mnist", true));
      Measurement m = new Measurement(wanted.id(), "calibration", library, candidate);
      for (int fork = 0; fork < CALIBRATION_FORKS; fork++) {
        fork(library, candidate, CALIBRATION, List.of(m));
      }
      // What disturbs a fork makes it slower, never faster.
      double ms = m.time().low();
      System.out.printf(
          "  %s, %d OpenMP and %d BLAS threads: %.1f ms%n",
          library.title(), candidate.openMp(), candidate.blas(), ms);
      if (ms < least) {
        least = ms;
        best = candidate;
      }
    }
    return best;
  }

  private List<Measurement> open(Group group, Library library) {
    List<Measurement> opened =
        group.cases().stream()
            .map(Case::id)
            .filter(offers.get(library)::contains)
            .map(id -> new Measurement(id, group.name(), library, threads.get(library)))
            .toList();
    results.measurements().addAll(opened);
    return opened;
  }

  /** Everything in one fork of each library: starting them is what takes a quick run's time. */
  private void measureOnce(List<Group> groups) throws IOException, InterruptedException {
    for (Library library : libraries) {
      System.out.println("everything once, " + library.title());
      List<Measurement> all = new ArrayList<>();
      groups.forEach(group -> all.addAll(open(group, library)));
      fork(library, threads.get(library), Group.SHORTEST, all);
    }
  }

  /** Round by round, so that what disturbs the machine for a while disturbs all libraries. */
  private void measure(Group group) throws IOException, InterruptedException {
    Map<Library, List<Measurement>> open = new EnumMap<>(Library.class);
    libraries.forEach(library -> open.put(library, open(group, library)));
    for (int round = 0; round < group.rounds(); round++) {
      System.out.printf("%s, round %d of %d%n", group.name(), round + 1, group.rounds());
      if (group.together()) {
        for (Library library : libraries) {
          fork(library, threads.get(library), group.timing(), open.get(library));
        }
      } else {
        for (Case wanted : group.cases()) {
          forkEach(group, wanted, open);
        }
      }
    }
  }

  private void forkEach(Group group, Case wanted, Map<Library, List<Measurement>> open)
      throws IOException, InterruptedException {
    for (Library library : libraries) {
      List<Measurement> one =
          open.get(library).stream().filter(m -> m.id().equals(wanted.id())).toList();
      fork(library, threads.get(library), group.timing(), one);
    }
  }

  private void fork(Library library, Threads setting, Group.Timing timing, List<Measurement> into)
      throws IOException, InterruptedException {
    if (into.isEmpty()) {
      return;
    }
    Path file = folder.resolve("measured.json");
    List<String> arguments = new ArrayList<>(List.of("measure", file.toString()));
    arguments.add(Integer.toString(timing.warmupMillis()));
    arguments.add(Integer.toString(timing.millis()));
    arguments.add(Integer.toString(timing.stretches()));
    into.stream().map(Measurement::id).distinct().forEach(arguments::add);
    processes.run(library, setting, arguments.toArray(String[]::new));
    Properties about = load(Path.of(file + ".properties"));
    results.environment().put(library.title(), about.getProperty("description"));
    double peak = Long.parseLong(about.getProperty("peakKiB")) / 1024.0;
    JsonValue found = Json.read(file, MAX_BYTES);
    for (Measurement measurement : into) {
      take(find(found, measurement.id()), peak, measurement);
    }
  }

  private static JsonValue find(JsonValue found, String id) throws IOException {
    for (JsonValue each : found.list()) {
      if (each.get("params").get("id").text().equals(id)) {
        return each;
      }
    }
    throw new IOException("no result of " + id);
  }

  private static void take(JsonValue found, double peak, Measurement measurement) {
    JsonValue forks = found.get("primaryMetric").get("rawData");
    measurement.rounds().add(Results.numbers(forks.list().get(0)));
    measurement
        .allocated()
        .add(found.get("secondaryMetrics").get("gc.alloc.rate.norm").get("score").number());
    measurement.peakMib().add(peak);
  }

  static Properties load(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    }
    return properties;
  }
}
