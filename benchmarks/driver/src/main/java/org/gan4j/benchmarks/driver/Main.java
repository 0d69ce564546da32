package org.gan4j.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the scripts beside this module call. */
public final class Main {
  private static final String USAGE =
      "usage: run HOME [--quick] [--only LIBRARY]... [--level LEVEL]... [--data MNIST]"
          + " [--out FOLDER]"
          + " | compare OLD.json NEW.json"
          + " | redraw RESULTS.json"
          + " | readme README.md RESULTS.json RACE.json";

  private Main() {}

  /**
   * Runs a command.
   *
   * @param args the command and its arguments
   * @throws Exception if it fails
   */
  public static void main(String[] args) throws Exception {
    List<String> arguments = List.of(args);
    String command = arguments.isEmpty() ? "" : arguments.get(0);
    if (command.equals("run") && arguments.size() >= 2) {
      run(Path.of(arguments.get(1)), arguments.subList(2, arguments.size()));
    } else if (command.equals("compare") && arguments.size() == 3) {
      compare(Path.of(arguments.get(1)), Path.of(arguments.get(2)));
    } else if (command.equals("redraw") && arguments.size() == 2) {
      Path file = Path.of(arguments.get(1)).toAbsolutePath();
      show(
          Results.read(file), file.getParent(), file.getFileName().toString().replace(".json", ""));
    } else if (command.equals("readme") && arguments.size() == 4) {
      Results results = Results.read(Path.of(arguments.get(2)));
      Readme.update(Path.of(arguments.get(1)), results, Results.read(Path.of(arguments.get(3))));
    } else {
      System.err.println(USAGE);
      System.exit(2);
    }
  }

  private static void run(Path home, List<String> options) throws Exception {
    boolean quick = false;
    EnumSet<Library> libraries = EnumSet.noneOf(Library.class);
    Set<String> levels = new TreeSet<>();
    Path out = null;
    Optional<Path> data = Optional.empty();
    for (int i = 0; i < options.size(); i++) {
      boolean valued = i + 1 < options.size();
      if (options.get(i).equals("--quick")) {
        quick = true;
      } else if (options.get(i).equals("--only") && valued) {
        libraries.add(library(options.get(++i)));
      } else if (options.get(i).equals("--level") && valued) {
        levels.add(options.get(++i));
      } else if (options.get(i).equals("--out") && valued) {
        out = Path.of(options.get(++i));
      } else if (options.get(i).equals("--data") && valued) {
        data = Optional.of(Path.of(options.get(++i)));
      } else {
        System.err.println("unknown option " + options.get(i) + "\n" + USAGE);
        System.exit(2);
      }
    }
    if (out == null) {
      // A quick run must not take the place of figures.
      out = home.resolve(quick ? "target/quick" : "results");
    }
    boolean race = levels.isEmpty() || levels.contains(Group.RACE);
    if (race && !quick && data.isEmpty()) {
      System.err.println("the level race trains on MNIST: name the folder of its files by --data");
      System.exit(2);
    }
    Request request = new Request(quick, levels, race, data, out);
    run(home, libraries.isEmpty() ? EnumSet.allOf(Library.class) : libraries, request);
  }

  /**
   * What was asked for.
   *
   * @param levels none: all
   * @param data MNIST's folder
   * @param out takes the results
   */
  private record Request(
      boolean quick, Set<String> levels, boolean race, Optional<Path> data, Path out) {}

  private static Library library(String name) {
    return Arrays.stream(Library.values())
        .filter(l -> l.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no library '"
                        + name
                        + "'; there are "
                        + Arrays.stream(Library.values())
                            .map(l -> l.name().toLowerCase(java.util.Locale.ROOT))
                            .collect(Collectors.joining(", "))));
  }

  private static void run(Path home, EnumSet<Library> libraries, Request request)
      throws IOException, InterruptedException {
    List<Group> groups = Group.of(request.levels, request.quick);
    Path out = request.out;
    Files.createDirectories(out);
    libraries.add(Library.GAN4J);
    if (request.quick) {
      measure(home, libraries, request, groups, "results");
    } else {
      // How cost grows has a file of its own: it may be measured on another day than the rest.
      Map<Boolean, List<Group>> parts =
          groups.stream().collect(Collectors.partitioningBy(Group::isGrowth));
      measure(home, libraries, request, parts.get(false), "results");
      measure(home, libraries, request, parts.get(true), "growth");
    }
    if (request.race) {
      Results races = Results.begin(Machine.describe(), request.quick);
      hold(home, libraries, races, out, session -> session.race(request.data));
      keep(races, out, Group.RACE);
    }
    System.out.println("everything is in " + out);
  }

  private static void measure(
      Path home, EnumSet<Library> libraries, Request request, List<Group> groups, String name)
      throws IOException, InterruptedException {
    if (!groups.isEmpty()) {
      Results results = Results.begin(Machine.describe(), request.quick);
      hold(home, libraries, results, request.out, session -> session.measure(groups));
      keep(results, request.out, name);
    }
  }

  /** What is done in a session. */
  private interface Part {
    void run(Session session) throws IOException, InterruptedException;
  }

  private static void hold(
      Path home, EnumSet<Library> libraries, Results results, Path out, Part part)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("gan4j-benchmarks");
    try {
      Processes processes = new Processes(home, folder.resolve("log"));
      part.run(new Session(processes, folder, results, libraries));
    } catch (IOException | InterruptedException e) {
      // An hour's figures are not lost for the last one.
      results.write(out.resolve("unfinished.json"));
      throw e;
    } finally {
      Folders.delete(folder);
    }
  }

  private static void keep(Results results, Path out, String name) throws IOException {
    results.write(out.resolve(name + ".json"));
    show(results, out, name);
    System.out.println(Table.summary(results));
  }

  private static void show(Results results, Path out, String name) throws IOException {
    Files.writeString(out.resolve(name + ".md"), Table.full(results));
    new Charts(results, out).draw();
  }

  private static void compare(Path old, Path recent) throws IOException {
    Results before = Results.read(old);
    Results after = Results.read(recent);
    Optional<String> obstacle = Comparison.obstacle(before, after);
    if (obstacle.isPresent()) {
      System.out.println(obstacle.get() + ": no verdict");
      System.exit(3);
    }
    List<String> slower = Comparison.slower(before, after);
    slower.forEach(System.out::println);
    System.out.println(slower.isEmpty() ? "nothing got slower" : slower.size() + " got slower");
    System.exit(slower.isEmpty() ? 0 : 1);
  }
}
