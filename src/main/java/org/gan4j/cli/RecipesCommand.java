package org.gan4j.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.gan4j.gan.MemoryNeed;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.recipe.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the presets, or prints one as YAML. */
@Command(
    name = "recipes",
    description = "List the recipes that gan4j ships and what they need, or print one as YAML.",
    footer = {
      "",
      "Examples:",
      "  gan4j recipes                    one line for each recipe",
      "  gan4j recipes mnist              every setting of one",
      "  gan4j recipes mnist > my.yaml    a file to change",
      "",
      "A file may also hold only what differs from a recipe:",
      "  base: mnist",
      "  batch: 50",
      "  stop: {epochs: 30}",
      "  generator.0.units: 600"
    })
final class RecipesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "The recipe to print; without it all are listed.")
  private String name;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (name == null) {
      Recipes.names().forEach(each -> out.println(summary(Recipes.get(each))));
    } else {
      out.print(RecipeYaml.write(Recipes.get(name)));
    }
    out.flush();
    return 0;
  }

  private static String summary(Recipe recipe) {
    MemoryNeed need = MemoryNeed.of(recipe);
    return String.format(
        Locale.ROOT,
        "%-20s  data %s, %d + %d layers, %.2fM + %.2fM parameters, about %s and the data,"
            + " batch %d, %d epochs%s",
        recipe.name(),
        recipe.data(),
        recipe.generator().size(),
        recipe.discriminator().size(),
        need.generator() * 1e-6,
        need.discriminator() * 1e-6,
        MemoryNeed.size(need.bytes()),
        recipe.batch(),
        recipe.stop().epochs(),
        Recipes.pretraining(recipe.name()).map(other -> ", after " + other).orElse(""));
  }
}
