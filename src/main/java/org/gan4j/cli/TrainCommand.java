package org.gan4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.experiment.HostMemory;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Pretrained;
import org.gan4j.io.YamlReader;
import org.gan4j.io.YamlWriter;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeTree;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.recipe.Recipes;
import org.gan4j.run.Alarm;
import org.gan4j.run.MetricsFile;
import org.gan4j.run.RunFolder;
import org.gan4j.run.Version;
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
      "  gan4j train images --data ~/pictures      your own pictures",
      "  gan4j train --stop-on collapse,divergence   rather than train in vain",
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

  private static final String PRETRAINED = "pretrained";

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
              + DeviceOption.FIELDS
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
      names = "--stop-on",
      split = ",",
      paramLabel = "ALARM",
      description =
          "Save and end, with exit code 3, when one of these alarms is given: collapse, saturation,"
              + " vanishing, divergence.")
  private List<String> stopOn = List.of();

  @Override
  public Integer call() throws IOException {
    if (resume != null && (out != null || pretrained != null)) {
      throw new IllegalArgumentException(
          "--resume goes on in its own folder with its own networks: leave out --out and"
              + " --pretrained");
    }
    Set<Alarm.Kind> kinds = stopOn.stream().map(Alarm.Kind::of).collect(Collectors.toSet());
    RunFolder earlier = resume == null ? null : RunFolder.open(resume);
    Recipe recipe = changed(chosen(earlier));
    Path first = earlier == null ? pretraining(recipe) : null;
    PrintWriter err = spec.commandLine().getErr();
    DataSet data = dataOption.open(recipe.data(), err);
    HostMemory.requireFit(recipe, data);
    try (Device device = deviceOption.open(assignments(true), err);
        Gan gan = new Gan(device, recipe, data.shape())) {
      Map<String, String> notes = Map.of();
      if (earlier == null) {
        gan.initialise(data);
        if (first != null) {
          Pretrained.copyGenerator(gan, first);
        }
      } else {
        notes = Checkpoint.restore(gan, earlier.latest());
      }
      // Whatever can be wrong or too large shows here, before there is a folder.
      try (Run run = new Run(gan, data, spec.commandLine().getOut(), err)) {
        if (earlier != null) {
          run.resume(earlier, notes);
        }
        RunFolder folder =
            folder(earlier, gan, config(recipe, device, data, origin(earlier, first)));
        return run.train(folder, kinds);
      }
    }
  }

  private RunFolder folder(RunFolder earlier, Gan gan, String config) throws IOException {
    if (earlier == null) {
      return out == null
          ? RunFolder.createNumbered(main.runs(), gan.recipe().name(), config)
          : RunFolder.create(out, config);
    }
    earlier.forgetAfter(gan.iteration());
    if (Files.exists(earlier.metrics())) {
      earlier.writeCsv(MetricsFile.read(earlier.metrics()).reports());
    }
    earlier.writeConfig(config);
    return earlier;
  }

  private Recipe chosen(RunFolder earlier) throws IOException {
    if (recipeName == null) {
      return earlier == null
          ? Recipes.get(Recipes.names().get(0))
          : Checkpoint.recipe(earlier.latest());
    }
    return RecipeYaml.named(recipeName);
  }

  /** The checkpoint to begin with, the one that was scored; null for none. */
  private Path pretraining(Recipe recipe) {
    if (pretrained != null) {
      return RunFolder.open(pretrained).scored();
    }
    Recipes.pretraining(recipe.name())
        .ifPresent(
            other -> {
              throw new IllegalArgumentException(
                  recipe.name()
                      + " begins with a trained generator: train "
                      + other
                      + " first, then name its folder with --pretrained RUN");
            });
    return null;
  }

  private List<String> assignments(boolean ofTheDevice) {
    return assignments.stream().filter(each -> DeviceOption.isMine(each) == ofTheDevice).toList();
  }

  private Recipe changed(Recipe recipe) {
    List<String> changes = new ArrayList<>();
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
    changes.addAll(assignments(false));
    return changes.isEmpty() ? recipe : RecipeYaml.with(recipe, changes);
  }

  /** What the run's first part began with, as its configuration says; null for none. */
  private static Object origin(RunFolder earlier, Path first) throws IOException {
    if (earlier == null || !Files.exists(earlier.config())) {
      return first;
    }
    String text = Files.readString(earlier.config());
    Object tree = YamlReader.read(text, earlier.config().toString());
    return tree instanceof Map<?, ?> config && config.get(RecipeYaml.RUN) instanceof Map<?, ?> run
        ? run.get(PRETRAINED)
        : null;
  }

  private static String config(Recipe recipe, Device device, DataSet data, Object originOrNull) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("gan4j", Version.current());
    run.put("java", Runtime.version().toString());
    run.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    run.put("device", device.description());
    run.put("data", data.title());
    if (originOrNull != null) {
      run.put(PRETRAINED, originOrNull.toString());
    }
    Map<String, Object> config = new LinkedHashMap<>();
    config.put(RecipeYaml.RUN, run);
    config.putAll(RecipeTree.of(recipe));
    return YamlWriter.write(config);
  }
}
