package org.gan4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.gan4j.eval.ParzenScore;
import org.gan4j.io.Png;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.recipe.Recipes;
import org.gan4j.report.Table1;
import org.gan4j.report.Table1.Score;
import org.gan4j.run.RunFolder;
import org.gan4j.run.ScoreFile;
import org.gan4j.run.ScoreSheet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
              + " finished; may be given several times.")
  private List<String> recipes = List.of();

  @Option(names = "--data", paramLabel = "DIR", description = "As of gan4j train.")
  private String data;

  @Option(names = "--device", paramLabel = "NAME", description = "As of gan4j train.")
  private String device;

  @Option(names = "--replicas", paramLabel = "R", description = "As of gan4j train.")
  private String replicas;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "As of gan4j train, but not of what it begins with.")
  private String epochs;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Also write table1.md, table1.json and table1.png there.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    List<Path> all = new ArrayList<>(runs);
    for (String recipe : recipes) {
      all.add(run(recipe));
      int code = train(recipe, epochs);
      if (code != 0) {
        return code;
      }
    }
    List<Score> scores = new ArrayList<>();
    for (Path run : all) {
      scores.addAll(scores(run));
    }
    Table1 table = new Table1(scores);
    spec.commandLine().getOut().print(table.markdown());
    spec.commandLine().getOut().flush();
    if (out != null) {
      Files.createDirectories(out);
      Files.writeString(out.resolve("table1.md"), table.markdown());
      Files.writeString(out.resolve("table1.json"), table.json());
      Png.write(out.resolve("table1.png"), table.picture());
    }
    return 0;
  }

  private Path run(String recipe) throws IOException {
    return main.runs().resolve("table1-" + RunFolder.nameOf(RecipeYaml.named(recipe).name()));
  }

  /** Trains what is not finished yet, by the command that trains; the result is its exit code. */
  private int train(String recipe, String epochsOrNull) throws IOException {
    Path run = run(recipe);
    if (!scoreFiles(run).isEmpty()) {
      return 0;
    }
    List<String> arguments = new ArrayList<>();
    if (Files.exists(run)) {
      arguments.addAll(List.of("--resume", run.toString()));
    } else {
      arguments.addAll(List.of(recipe, "--out", run.toString()));
      add(arguments, "--replicas", replicas);
      Optional<String> before = Recipes.pretraining(recipe);
      if (before.isPresent()) {
        int code = train(before.get(), null);
        if (code != 0) {
          return code;
        }
        arguments.addAll(List.of("--pretrained", run(before.get()).toString()));
      }
    }
    add(arguments, "--data", data);
    add(arguments, "--device", device);
    add(arguments, "--epochs", epochsOrNull);
    CommandLine train = spec.commandLine().getParent().getSubcommands().get("train");
    return train.execute(arguments.toArray(String[]::new));
  }

  private static void add(List<String> arguments, String name, String valueOrNull) {
    if (valueOrNull != null) {
      arguments.addAll(List.of(name, valueOrNull));
    }
  }

  /** Those of all score files of a run. */
  private static List<Score> scores(Path run) throws IOException {
    Path config = run.resolve("config.yaml");
    List<Path> files = scoreFiles(run);
    if (!Files.isRegularFile(config) || files.isEmpty()) {
      throw new IllegalArgumentException(
          run + " is not the folder of a finished run: it needs config.yaml and score.json");
    }
    Recipe recipe = RecipeYaml.load(config);
    List<Score> scores = new ArrayList<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      String data =
          name.startsWith(EvaluateCommand.FOLD)
              ? recipe.data().replaceAll(":.*", "") + ":" + name.replaceAll("[^0-9]", "")
              : recipe.data();
      scores.addAll(scores(file, run, recipe, data));
    }
    return scores;
  }

  private static List<Path> scoreFiles(Path run) throws IOException {
    if (!Files.isDirectory(run)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(run)) {
      return files
          .filter(file -> file.getFileName().toString().matches("score(-fold-[0-9])?\\.json"))
          .sorted()
          .toList();
    }
  }

  private static List<Score> scores(Path file, Path run, Recipe recipe, String data)
      throws IOException {
    ScoreSheet sheet = ScoreFile.read(file);
    List<Score> scores = new ArrayList<>();
    for (ParzenScore each : sheet.replicas()) {
      if (Double.isNaN(each.mean() + each.standardError())) {
        throw new IllegalArgumentException(file + " has no finite score: gan4j evaluate says why");
      }
      scores.add(
          new Score(
              run.toString(),
              recipe.name(),
              data,
              sheet.seed() + scores.size(),
              each.mean(),
              each.standardError()));
    }
    return scores;
  }
}
