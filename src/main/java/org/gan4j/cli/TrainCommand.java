package org.gan4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.gan4j.device.DeviceOptions;
import org.gan4j.experiment.Plan;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.recipe.Recipes;
import org.gan4j.run.Alarm;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Trains a recipe, scores it and leaves a run folder behind. */
@Command(
    name = "train",
    description = "Train a recipe, print its Parzen score, and keep everything in a run folder.",
    footer = {
      "",
      "Examples:",
      "  gan4j train                                the default recipe, mnist-10k",
      "  gan4j train mnist --data ~/mnist --epochs 30",
      "  gan4j train my.yaml --seed 7 --replicas 3  three seeds at once: 7, 8, 9",
      "  gan4j train mnist --set update=alternating --set k=5 --set objective=minimax",
      "  gan4j train tfd --pretrained runs/00004-tfd-pretrain",
      "  gan4j train faces-small --fine-tune runs/00005-faces-small --set"
          + " learning_rate.initial=0.01",
      "  gan4j train images --data ~/pictures      your own pictures",
      "  gan4j train --stop-on collapse,divergence   rather than train in vain",
      "  gan4j train mnist --on-alarm rollback       back to where all was well, and on",
      "  gan4j train --resume runs/00001-mnist-10k --epochs 100",
      "",
      "Ctrl-C saves and ends with exit code 130; --resume goes on, bit for bit."
    })
final class TrainCommand implements Callable<Integer> {
  /** At most one of the two. */
  static final class Length {
    @Option(names = "--epochs", paramLabel = "N", description = "Train N epochs in all.")
    private Integer epochs;

    @Option(names = "--iterations", paramLabel = "N", description = "Train N iterations in all.")
    private Long iterations;
  }

  @ParentCommand private Main main;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "RECIPE|FILE.yaml",
      description = "A recipe's name, or a file with one (default: mnist-10k).")
  private String recipeName;

  @Mixin private DataOption dataOption;

  @Mixin private DeviceOption deviceOption;

  @ArgGroup private Length length;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of all random numbers.")
  private Long seed;

  @Option(
      names = "--replicas",
      paramLabel = "R",
      description = "Train R seeds at once: S, S + 1, …")
  private Integer replicas;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Change a field of the recipe, or of the device: "
              + DeviceOptions.FIELDS
              + "; may be given several times.")
  private List<String> assignments = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Run folder (default: runs/NUMBER-RECIPE).")
  private Path out;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description = "Go on with the run in this folder.")
  private Path resume;

  @Option(
      names = "--pretrained",
      paramLabel = "RUN",
      description = "Begin with the trained generator of this run as the last layers of the new.")
  private Path pretrained;

  @Option(
      names = "--fine-tune",
      paramLabel = "RUN|FILE",
      description =
          "Begin with generator and discriminator of this run or checkpoint, of the same layers;"
              + " recipe and data may differ.")
  private Path tuned;

  @Option(
      names = "--fine-tune-replica",
      paramLabel = "R",
      description = "Which of its replicas, from 0, for all of the new run's.")
  private Integer tunedReplica;

  @Option(
      names = "--stop-on",
      split = ",",
      paramLabel = "ALARM",
      description =
          "Save and end, with exit code 3, when one of these alarms is given: collapse, saturation,"
              + " vanishing, divergence.")
  private List<String> stopOn = List.of();

  @Option(
      names = "--on-alarm",
      paramLabel = "rollback",
      description =
          "rollback: a replica with an alarm for collapse, saturation or divergence goes back to its"
              + " last good checkpoint, with other random numbers and half the learning rates, three"
              + " times at most; it becomes the recipe's field rollback, which can say otherwise.")
  private String onAlarm;

  @Override
  public Integer call() throws IOException {
    if (onAlarm != null && !onAlarm.equals("rollback")) {
      throw new IllegalArgumentException("--on-alarm must be rollback, not " + onAlarm);
    }
    if (resume != null && (out != null || pretrained != null || tuned != null)) {
      throw new IllegalArgumentException(
          "--resume goes on in its own folder with its own networks: leave out --out, --pretrained"
              + " and --fine-tune");
    }
    Set<Alarm.Kind> kinds = stopOn.stream().map(Alarm.Kind::of).collect(Collectors.toSet());
    PrintWriter results = spec.commandLine().getOut();
    PrintWriter messages = spec.commandLine().getErr();
    Plan plan = plan();
    dataOption.remark(plan.recipe(), messages);
    return new PlanRunner(
            dataOption, deviceOption, DeviceOption.only(true, assignments), results, messages)
        .run(plan, kinds);
  }

  private Plan plan() throws IOException {
    if (resume != null) {
      Plan plan = Plan.resume(resume);
      Recipe recipe = recipeName == null ? plan.recipe() : RecipeYaml.named(recipeName);
      Plan changed = plan.withRecipe(changed(recipe));
      return DeviceOption.nameMath(assignments) ? changed.withAnyMath() : changed;
    }
    String name = recipeName == null ? Recipes.names().get(0) : recipeName;
    Recipe recipe = changed(RecipeYaml.named(name));
    return new Plan(
        recipe,
        out == null ? Plan.Place.NUMBERED : Plan.Place.FOLDER,
        out == null ? main.runs() : out,
        Optional.ofNullable(pretrained),
        tuned(),
        false);
  }

  private Optional<Plan.Tuned> tuned() {
    if (tuned == null && tunedReplica != null) {
      throw new IllegalArgumentException("--fine-tune-replica is about --fine-tune RUN: name one");
    }
    OptionalInt replica = tunedReplica == null ? OptionalInt.empty() : OptionalInt.of(tunedReplica);
    return Optional.ofNullable(tuned).map(from -> new Plan.Tuned(from, replica));
  }

  private Recipe changed(Recipe recipe) {
    List<String> changes = new ArrayList<>();
    if (onAlarm != null && recipe.rollback() == null) {
      changes.add("rollback={}");
    }
    if (length != null) {
      changes.add("stop.epochs=" + (length.epochs == null ? 0 : length.epochs));
      changes.add("stop.iterations=" + (length.iterations == null ? 0 : length.iterations));
    }
    if (seed != null) {
      changes.add("seed=" + seed);
    }
    if (replicas != null) {
      changes.add("replicas=" + replicas);
    }
    changes.addAll(DeviceOption.only(false, assignments));
    return changes.isEmpty() ? recipe : RecipeYaml.with(recipe, changes);
  }
}
