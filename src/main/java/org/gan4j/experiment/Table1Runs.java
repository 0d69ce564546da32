package org.gan4j.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.gan4j.eval.ParzenScore;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Recipes;
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
   */
  public List<Plan> missing(Recipe recipe) {
    return missing(recipe, epochs);
  }

  private List<Plan> missing(Recipe recipe, OptionalInt length) {
    RunFolder run = run(recipe);
    if (!run.scores().isEmpty()) {
      return List.of();
    }
    if (run.isBegun()) {
      Plan plan = Plan.resume(run.path());
      return List.of(plan.withRecipe(with(plan.recipe(), OptionalInt.empty(), length)));
    }
    List<Plan> plans = new ArrayList<>();
    Optional<Path> first = Optional.empty();
    Optional<String> before = Recipes.pretraining(recipe.name());
    if (before.isPresent()) {
      Recipe pretraining = Recipes.get(before.get());
      plans.addAll(missing(pretraining, OptionalInt.empty()));
      first = Optional.of(run(pretraining).path());
    }
    plans.add(new Plan(with(recipe, replicas, length), Plan.Place.FOLDER, run.path(), first));
    return plans;
  }

  private static Recipe with(Recipe recipe, OptionalInt replicas, OptionalInt epochs) {
    Recipe changed = replicas.isPresent() ? recipe.withReplicas(replicas.getAsInt()) : recipe;
    return epochs.isPresent()
        ? changed.withStop(recipe.stop().withEpochs(epochs.getAsInt()))
        : changed;
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
