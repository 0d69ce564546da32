package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Split;
import org.gan4j.data.Vectors;
import org.gan4j.io.Printable;
import org.gan4j.recipe.Condition;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.SplitSizes;
import picocli.CommandLine.Option;

/** Where the data is. */
final class DataOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder with the data set's files. Without it: GAN4J_DATA, the cache, a download.")
  private Path folder;

  @Option(
      names = "--conditions",
      paramLabel = "FILE.csv",
      description =
          "For a recipe whose condition are values: the vectors of the training examples, then of the"
              + " validation examples, then of the tests, one on each line.")
  private Path conditions;

  /** The option's own words, for another command. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    if (folder != null) {
      words.addAll(List.of("--data", folder.toString()));
    }
    if (conditions != null) {
      words.addAll(List.of("--conditions", conditions.toString()));
    }
    return words;
  }

  /** Says so where a folder is named in which nobody will look. */
  void remark(Recipe recipe, PrintWriter err) {
    if (folder != null && Files.isDirectory(folder) && DataSets.isBuiltIn(recipe.data())) {
      err.printf(
          "gan4j: --data is not looked at: the recipe %s learns from %s, which comes with gan4j%n",
          Printable.line(recipe.name()), recipe.data());
      err.flush();
    }
  }

  /** Refuses a folder that is not there. */
  void requireFolder() {
    if (folder != null && !Files.isDirectory(folder)) {
      throw new IllegalArgumentException("--data " + folder + ": there is no such folder");
    }
  }

  /** The data set of a recipe, split as it says. */
  DataSet open(Recipe recipe, PrintWriter err) {
    return open(recipe.data(), recipe, err);
  }

  /** Another fold of the data set of a recipe. */
  DataSet open(String name, Recipe recipe, PrintWriter err) {
    requireFolder();
    if (conditions == null && recipe.condition() instanceof Condition.Values) {
      throw new IllegalArgumentException(
          Printable.line(recipe.name())
              + " has a vector for each example as its condition: give their file, for a run the same"
              + " as before, with --conditions FILE.csv");
    }
    if (conditions != null && !(recipe.condition() instanceof Condition.Values)) {
      throw new IllegalArgumentException(
          "--conditions are for a recipe whose condition are values; "
              + Printable.line(recipe.name())
              + " has none: set condition.type=values, or leave them out");
    }
    try (DownloadDisplay display = new DownloadDisplay(err)) {
      SplitSizes sizes = recipe.split();
      Split split = new Split(sizes.train(), sizes.validation(), sizes.test());
      DataLocation where = DataLocation.standard(Optional.ofNullable(folder));
      DataSet data = DataSets.open(name, split, where, display);
      return conditions == null ? data : data.withConditions(Vectors.read(conditions));
    }
  }
}
