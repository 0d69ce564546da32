package org.gan4j.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.gan4j.data.DataSets;
import org.gan4j.eval.ParzenScore;
import org.gan4j.io.Printable;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeFields;
import org.gan4j.recipe.Recipes;
import org.gan4j.recipe.Stop;
import org.gan4j.report.Table1;
import org.gan4j.run.RunFolder;

/** The runs that Table 1 is made of: one for each recipe, in a folder of the recipe's name. */
public final class Table1Runs {
  private final Path runs;
  private final OptionalInt replicas;
  private final OptionalInt epochs;

  /**
   * Settings for all of them.
   *
   * @param runs the folder of all runs
   * @param replicas of runs that begin; empty for the recipe's
   * @param epochs of the runs, but not of those that they begin with; empty for the recipe's
   */
  public Table1Runs(Path runs, OptionalInt replicas, OptionalInt epochs) {
    this.runs = runs;
    this.replicas = replicas;
    this.epochs = epochs;
  }

  /**
   * The run of a recipe, finished or not.
   *
   * @param recipe any
   * @return its folder, which may be absent
   */
  public RunFolder run(Recipe recipe) {
    return RunFolder.at(runs.resolve("table1-" + RunFolder.nameOf(recipe.name())));
  }

  /**
   * What is still to be run until a recipe's run is finished.
   *
   * @param recipe the recipe
   * @return plans to be run in this order, each of them to its end; none if it is finished
   * @throws IllegalArgumentException if the run that is there is of other settings than these
   */
  public List<Plan> missing(Recipe recipe) {
    RunFolder run = run(recipe);
    if (run.isBegun()) {
      Recipe there = run.recipe();
      Recipe wanted = with(recipe, replicas, epochs);
      requireSame(run, there, replicas.isPresent() ? wanted : ofAsMany(wanted, there));
      boolean finished = !run.scores().isEmpty();
      requireNotPast(run, there.stop(), wanted.stop(), finished);
      return finished && there.stop().equals(wanted.stop()) ? List.of() : rest(run, wanted);
    }
    List<Plan> plans = new ArrayList<>();
    Optional<Path> first = Optional.empty();
    Optional<String> before = Recipes.pretraining(recipe.name());
    if (before.isPresent()) {
      Recipe pretraining = Recipes.get(before.get());
      plans.addAll(missingPretraining(pretraining));
      first = Optional.of(run(pretraining).path());
    }
    plans.add(new Plan(with(recipe, replicas, epochs), Plan.Place.FOLDER, run.path(), first));
    return plans;
  }

  /**
   * Whether folds of a finished run's data are still to be scored.
   *
   * @param run the folder of a finished run
   * @return false too if its data has no folds
   */
  public static boolean lacksFolds(RunFolder run) {
    int folds = DataSets.folds(run.recipe().data()).size();
    long scored = run.scores().stream().filter(score -> score.fold().isPresent()).count();
    return folds > 1 && scored < folds;
  }

  /** As it is where it is finished, of whatever length; one replica of it is enough for many. */
  private List<Plan> missingPretraining(Recipe recipe) {
    RunFolder run = run(recipe);
    if (!run.isBegun()) {
      return List.of(
          new Plan(
              with(recipe, replicas, OptionalInt.empty()),
              Plan.Place.FOLDER,
              run.path(),
              Optional.empty()));
    }
    Recipe there = run.recipe();
    Recipe wanted = with(recipe, replicas, OptionalInt.empty());
    requireSame(run, there, there.replicas() == 1 ? ofAsMany(wanted, there) : wanted);
    return run.scores().isEmpty() ? rest(run, wanted.withStop(there.stop())) : List.of();
  }

  /** What may change in a run that goes on is as wanted. */
  private static List<Plan> rest(RunFolder run, Recipe wanted) {
    Recipe rest = run.recipe().withEvaluation(wanted.evaluation()).withStop(wanted.stop());
    return List.of(Plan.resume(run.path()).withRecipe(rest));
  }

  private static Recipe ofAsMany(Recipe recipe, Recipe there) {
    return recipe.withReplicas(there.replicas());
  }

  /** In all that decides what is trained and scored, but for the length. */
  private static void requireSame(RunFolder run, Recipe there, Recipe here) {
    List<String> differences =
        RecipeFields.differences(withoutStop(decisive(there)), withoutStop(decisive(here)));
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          run.path()
              + " is of other settings ("
              + Printable.line(differences.get(0))
              + "): give the recipe another name, or remove that run");
    }
  }

  private static Map<String, String> withoutStop(Map<String, String> fields) {
    fields.keySet().removeIf(field -> field.startsWith("stop."));
    return fields;
  }

  private static Map<String, String> decisive(Recipe recipe) {
    Map<String, String> fields = RecipeFields.of(recipe);
    boolean scoresEnd = recipe.stop().patience() > 0;
    boolean monitorEnds = recipe.stop().monitorPatience() > 0;
    fields
        .keySet()
        .removeIf(
            field ->
                field.equals("samples_every")
                    || field.startsWith("encoder")
                    || field.equals("evaluation.keep")
                    || !scoresEnd && field.equals("evaluation.every_epochs")
                    || !monitorEnds && field.startsWith("evaluation.monitor."));
    return fields;
  }

  /** A run can go on, but not back. */
  private static void requireNotPast(RunFolder run, Stop there, Stop wanted, boolean finished) {
    if (finished && wanted.epochs() > 0 && wanted.epochs() < there.epochs()) {
      throw new IllegalArgumentException(
          run.path()
              + " was to be trained for "
              + there.epochs()
              + " epochs, more than the "
              + wanted.epochs()
              + " that are wanted: give --epochs "
              + there.epochs()
              + ", or remove that run");
    }
  }

  private static Recipe with(Recipe recipe, OptionalInt replicas, OptionalInt epochs) {
    Recipe changed = replicas.isPresent() ? recipe.withReplicas(replicas.getAsInt()) : recipe;
    return epochs.isPresent()
        ? changed.withStop(recipe.stop().withEpochs(epochs.getAsInt()))
        : changed;
  }

  /**
   * The scores of some runs, as the table takes them: runs of one recipe are seeds of one row.
   *
   * @param runs folders of finished runs
   * @return one for each replica and each fold that was scored
   * @throws IllegalArgumentException if a run is not finished or given twice, a score is no finite
   *     number, or runs of one recipe have the same seed or differ in more than that
   */
  public static List<Table1.Score> scores(List<RunFolder> runs) {
    Map<String, RunFolder> first = new HashMap<>();
    Map<List<?>, RunFolder> seeds = new HashMap<>();
    List<Table1.Score> all = new ArrayList<>();
    for (RunFolder run : runs) {
      all.addAll(scores(run));
      Recipe recipe = run.recipe();
      RunFolder other = first.putIfAbsent(recipe.name(), run);
      if (other != null) {
        requireAlike(other, run);
      }
      for (long replica = 0; replica < recipe.replicas(); replica++) {
        long seed = recipe.seed() + replica;
        RunFolder same = seeds.put(List.of(recipe.name(), seed), run);
        if (same != null) {
          throw new IllegalArgumentException(
              same.path() + " and " + run.path() + " have the same seed " + seed + ": give one");
        }
      }
    }
    return all;
  }

  private static void requireAlike(RunFolder one, RunFolder other) {
    List<String> differences =
        RecipeFields.differences(
            decisive(ofAnySeed(one.recipe())), decisive(ofAnySeed(other.recipe())));
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          one.path()
              + " and "
              + other.path()
              + " are of one recipe's name, but not of the same settings ("
              + Printable.line(differences.get(0))
              + "): give one of them, or train with another name");
    }
  }

  /** TFD's folds differ in their tests alone. */
  private static Recipe ofAnySeed(Recipe recipe) {
    return recipe.withSeed(1).withReplicas(1).withData(recipe.data().replaceAll(":.*", ""));
  }

  /**
   * The scores of a run, as the table takes them.
   *
   * @param run the folder of a finished run
   * @return one for each replica and each fold that was scored
   * @throws IllegalArgumentException if the run is not finished, or a score is no finite number
   */
  public static List<Table1.Score> scores(RunFolder run) {
    List<RunFolder.Score> scores = run.scores();
    if (scores.isEmpty() || !run.isBegun()) {
      throw new IllegalArgumentException(
          run.path() + " is not the folder of a finished run: it needs config.yaml and score.json");
    }
    Recipe recipe = run.recipe();
    List<Table1.Score> all = new ArrayList<>();
    for (RunFolder.Score score : scores) {
      all.addAll(scores(run, recipe, score));
    }
    return all;
  }

  private static List<Table1.Score> scores(RunFolder run, Recipe recipe, RunFolder.Score score) {
    String data =
        score.fold().isPresent()
            ? recipe.data().replaceAll(":.*", "") + ":" + score.fold().getAsInt()
            : recipe.data();
    // Some of the paper's tests are not the paper's tests.
    data = recipe.split().test() == 0 ? data : data + ", " + recipe.split().test() + " tests";
    List<Table1.Score> replicas = new ArrayList<>();
    for (ParzenScore each : score.sheet().replicas()) {
      if (Double.isNaN(each.mean() + each.standardError())) {
        throw new IllegalArgumentException(
            score.file() + " has no finite score: gan4j evaluate says why");
      }
      replicas.add(
          new Table1.Score(
              run.path().toString(),
              recipe.name(),
              data,
              score.sheet().seed() + replicas.size(),
              each.mean(),
              each.standardError()));
    }
    return replicas;
  }
}
