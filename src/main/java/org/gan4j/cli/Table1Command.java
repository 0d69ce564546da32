package org.gan4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.gan4j.gan.Recipe;
import org.gan4j.report.Png;
import org.gan4j.report.Table1;
import org.gan4j.report.Table1.Score;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts the scores of finished runs beside the paper's. */
@Command(
    name = "table1",
    description = "Print the paper's Table 1 with the scores of finished runs beside it.",
    footer = {
      "",
      "Examples:",
      "  gan4j table1 runs/00001-mnist",
      "  gan4j table1 runs/0000[1-3]-mnist --out docs/table1",
      "  gan4j evaluate runs/00005-tfd --folds && gan4j table1 runs/00005-tfd",
      "",
      "Runs of one recipe are seeds of one row. Scores on other data than the paper's, such as",
      "mnist-10k or the stand-in faces, are named apart and never in the table."
    })
final class Table1Command implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "RUN",
      description = "Folders of runs that have a score; without any: the paper's rows alone.")
  private List<Path> runs = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Also write table1.md, table1.json and table1.png there.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    List<Score> scores = new ArrayList<>();
    for (Path run : runs) {
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

  /** JSON is YAML. */
  private static List<Score> scores(Path file, Path run, Recipe recipe, String data)
      throws IOException {
    Object tree = YamlReader.read(Files.readString(file, StandardCharsets.UTF_8), file.toString());
    try {
      List<?> replicas = (List<?>) ((Map<?, ?>) tree).get("replicas");
      long seed = Long.parseLong(text(tree, "seed"));
      List<Score> scores = new ArrayList<>();
      for (Object replica : replicas) {
        double mean = Double.parseDouble(text(replica, "mean"));
        double error = Double.parseDouble(text(replica, "standard_error"));
        scores.add(
            new Score(run.toString(), recipe.name(), data, seed + scores.size(), mean, error));
      }
      return scores;
    } catch (ClassCastException | NullPointerException | NumberFormatException e) {
      throw new IllegalArgumentException(
          file + " is not a score of gan4j: gan4j evaluate makes one", e);
    }
  }

  private static String text(Object tree, String field) {
    return ((Map<?, ?>) tree).get(field).toString();
  }
}
