package org.gan4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gan4j.gan.DataParallel;
import org.gan4j.io.FileErrors;
import org.gan4j.io.Printable;
import org.gan4j.io.YamlReader;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeException;
import org.gan4j.recipe.RecipeYaml;

/**
 * Runs to be trained, each with a name of its own: a recipe, changed by every combination of a
 * grid's values, with every seed; or runs that are listed one by one.
 *
 * <pre>
 * recipe: mnist-10k                       # a preset, or a file
 * set: {stop.epochs: 20}                  # of all runs
 * grid:                                   # every combination
 *   learning_rate.initial: [0.05, 0.1]
 *   update: [simultaneous, alternating]
 * seeds: [1, 2, 3]
 * </pre>
 *
 * <pre>
 * runs:
 *   - {name: small, recipe: mnist-10k, set: {generator.0.units: 300}}
 *   - {name: large, recipe: mnist-10k}
 * </pre>
 *
 * <p>With {@code ranks: N} in either form, each run is trained by N tasks at once, which share
 * every minibatch.
 *
 * @param runs recipes by the names of their runs
 * @param ranks tasks that train one run together; 1: each run is one task
 */
public record Sweep(Map<String, Recipe> runs, int ranks) {
  /** The most runs of a sweep. */
  public static final int MOST_RUNS = 100_000;

  private static final int MAX_NAME = 100;
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._=+-]{0," + (MAX_NAME - 1) + "}";

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if there is no run, a name can't be that of a folder, or so
   *     many ranks can't train one of the recipes
   */
  public Sweep {
    runs = Collections.unmodifiableMap(new LinkedHashMap<>(runs));
    if (runs.isEmpty() || runs.size() > MOST_RUNS) {
      throw new IllegalArgumentException(
          "a sweep has 1 to " + MOST_RUNS + " runs, not " + runs.size());
    }
    runs.keySet().forEach(Sweep::requireName);
    DataParallel any = new DataParallel(0, ranks, List::of);
    runs.values().forEach(any::requireFit);
  }

  /**
   * A sweep of runs that are one task each.
   *
   * @param runs recipes by the names of their runs
   */
  public Sweep(Map<String, Recipe> runs) {
    this(runs, 1);
  }

  private static void requireName(String name) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          Printable.quoted(name)
              + " can't name a run: it takes letters, digits and . _ = + -, at most "
              + MAX_NAME
              + ", and begins with a letter or a digit");
    }
  }

  /**
   * Reads a sweep.
   *
   * @param file YAML as above; the recipes that it names by their files are found from the current
   *     folder
   * @return the sweep
   * @throws IllegalArgumentException if the file can't be read or is no sweep
   * @throws RecipeException if a recipe that it names is none
   */
  public static Sweep read(Path file) {
    try {
      if (Files.size(file) > YamlReader.MAX_BYTES) {
        throw new IllegalArgumentException(file + ": larger than 1 MB, so not a sweep");
      }
      return parse(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw new IllegalArgumentException("can't read " + file + ": " + FileErrors.reason(e), e);
    }
  }

  /**
   * Reads a sweep.
   *
   * @param yaml the text
   * @param source where it is from, to begin messages with
   * @return the sweep
   * @throws IllegalArgumentException if it is no sweep
   * @throws RecipeException if a recipe that it names is none
   */
  public static Sweep parse(String yaml, String source) {
    Object tree = YamlReader.read(yaml, source, IllegalArgumentException::new);
    try {
      Fields fields = Fields.of(tree, "a sweep");
      Map<String, Recipe> runs = new LinkedHashMap<>();
      if (fields.has("runs")) {
        fields.requireOnly(Set.of("runs", "ranks"));
        for (Object each : fields.list("runs")) {
          Fields run = Fields.of(each, "a run");
          run.requireOnly(Set.of("name", "recipe", "set"));
          add(runs, run.text("name"), with(run.text("recipe"), run.assignments("set")));
        }
      } else {
        fields.requireOnly(Set.of("recipe", "set", "grid", "seeds", "ranks"));
        addGrid(runs, fields);
      }
      return new Sweep(runs, fields.has("ranks") ? fields.count("ranks") : 1);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(source + ": " + e.getMessage(), e);
    }
  }

  private static void addGrid(Map<String, Recipe> runs, Fields fields) {
    String recipe = fields.text("recipe");
    List<String> common = fields.assignments("set");
    Map<String, List<String>> axes = fields.grid("grid");
    if (fields.has("seeds")) {
      axes.put("seed", fields.texts("seeds"));
    }
    List<List<String>> points = points(axes);
    for (List<String> point : points) {
      List<String> changes = new ArrayList<>(common);
      changes.addAll(point);
      add(runs, point.isEmpty() ? "run" : name(point), with(recipe, changes));
    }
  }

  /** Every combination of one value for each path. */
  private static List<List<String>> points(Map<String, List<String>> grid) {
    List<List<String>> points = List.of(List.of());
    for (Map.Entry<String, List<String>> axis : grid.entrySet()) {
      List<List<String>> longer = new ArrayList<>();
      for (List<String> point : points) {
        for (String value : axis.getValue()) {
          List<String> one = new ArrayList<>(point);
          one.add(axis.getKey() + "=" + value);
          longer.add(one);
        }
      }
      if (longer.size() > MOST_RUNS) {
        throw new IllegalArgumentException("the grid has more than " + MOST_RUNS + " points");
      }
      points = longer;
    }
    return points;
  }

  /** Such as update=alternating+seed=1; what can't stand in a name becomes a dash. */
  private static String name(List<String> point) {
    String name = String.join("+", point).replaceAll("[^A-Za-z0-9._=+-]+", "-");
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
  }

  private static void add(Map<String, Recipe> runs, String name, Recipe recipe) {
    requireName(name);
    if (runs.put(name, recipe) != null) {
      throw new IllegalArgumentException(
          "two runs are called "
              + Printable.quoted(name)
              + ": list them under runs, with names of their own");
    }
  }

  private static Recipe with(String recipe, List<String> changes) {
    try {
      Recipe named = RecipeYaml.named(recipe);
      return changes.isEmpty() ? named : RecipeYaml.with(named, changes);
    } catch (IOException e) {
      throw new IllegalArgumentException("can't read " + recipe + ": " + FileErrors.reason(e), e);
    }
  }
}
