package org.gan4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.gan4j.experiment.Plan;
import org.gan4j.experiment.Table1Runs;
import org.gan4j.io.AtomicFiles;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.report.Table1;
import org.gan4j.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Puts the scores of runs beside the paper's. */
@Command(
    name = "table1",
    description = "Print the paper's Table 1 with the scores of runs beside it.",
    footer = {
      "",
      "Examples:",
      "  gan4j table1 --train mnist --data ~/mnist --replicas 3",
      "  gan4j table1 --train mnist --train tfd --data ~/data --epochs 200 --replicas 3",
      "  gan4j table1 runs/00001-mnist",
      "  gan4j table1 runs/0000[1-3]-mnist --out docs/table1",
      "  gan4j evaluate runs/00005-tfd --folds && gan4j table1 runs/00005-tfd",
      "",
      "Runs of one recipe are seeds of one row. Scores on other data than the paper's, such as",
      "mnist-10k or the stand-in faces, are named apart and never in the table."
    })
final class Table1Command implements Callable<Integer> {
  private static final Set<String> OF_THE_TABLE = Set.of("--out", "--verbose");

  @ParentCommand private Main main;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "RUN",
      description = "Folders of runs that have a score; without any: the paper's rows alone.")
  private List<Path> runs = List.of();

  @Option(
      names = "--train",
      paramLabel = "RECIPE|FILE.yaml",
      description =
          "Also take this recipe's run in runs/table1-RECIPE, and train it first where it is not"
              + " finished, and score all folds of its data; may be given several times.")
  private List<String> recipes = List.of();

  @Mixin private DataOption dataOption;

  @Mixin private DeviceSettings deviceSettings;

  @Option(names = "--replicas", paramLabel = "R", description = "As of gan4j train.")
  private Integer replicas;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "As of gan4j train, but not of what it begins with.")
  private Integer epochs;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Also write table1.md and table1.json there.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    if (recipes.isEmpty()) {
      requireNothingOfTraining();
    }
    List<RunFolder> all = new ArrayList<>(runs.stream().map(RunFolder::at).toList());
    Table1Runs trained = new Table1Runs(main.runs(), optional(replicas), optional(epochs));
    PrintWriter results = spec.commandLine().getOut();
    for (String name : recipes) {
      Recipe recipe = RecipeYaml.named(name);
      for (Plan plan : trained.missing(recipe)) {
        int code = runner().run(plan, Set.of());
        if (code != 0) {
          return code;
        }
      }
      RunFolder run = trained.run(recipe);
      int code = Table1Runs.lacksFolds(run) ? scoreFolds(run) : 0;
      if (code != 0) {
        return code;
      }
      all.add(run);
    }
    Table1 table = new Table1(Table1Runs.scores(all));
    results.print(table.markdown());
    results.flush();
    if (out != null) {
      AtomicFiles.createFolder(out);
      AtomicFiles.write(out.resolve("table1.md"), table.markdown());
      AtomicFiles.write(out.resolve("table1.json"), table.json());
    }
    return 0;
  }

  /** What nobody would look at. */
  private void requireNothingOfTraining() {
    List<String> given =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .map(OptionSpec::longestName)
            .filter(name -> !OF_THE_TABLE.contains(name))
            .toList();
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(
          String.join(", ", given)
              + (given.size() == 1 ? " is" : " are")
              + " of what --train trains: name a recipe by it");
    }
  }

  private static OptionalInt optional(Integer valueOrNull) {
    return valueOrNull == null ? OptionalInt.empty() : OptionalInt.of(valueOrNull);
  }

  /** The paper's error on TFD is over folds, of one training. */
  private int scoreFolds(RunFolder run) {
    List<String> words = new ArrayList<>(List.of("evaluate", run.path().toString(), "--folds"));
    words.addAll(dataOption.words());
    words.addAll(deviceSettings.words());
    return Main.call(spec, main.runs(), words);
  }

  private PlanRunner runner() {
    return new PlanRunner(
        dataOption,
        deviceSettings,
        deviceSettings.assignments(),
        spec.commandLine().getOut(),
        spec.commandLine().getErr());
  }
}
