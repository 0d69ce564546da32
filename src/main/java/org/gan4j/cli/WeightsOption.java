package org.gan4j.cli;

import java.io.PrintWriter;
import org.gan4j.gan.Gan;
import org.gan4j.recipe.Recipe;
import picocli.CommandLine.Option;

/** Which weights of a checkpoint draw samples. */
final class WeightsOption {
  private static final String NAME = "--own-weights";

  @Option(
      names = NAME,
      description =
          "The last step's weights, where the recipe draws samples by a moving average of them"
              + " (generator_average).")
  private boolean own;

  boolean isAsked() {
    return own;
  }

  /**
   * Refuses what can't be meant, before anything is opened.
   *
   * @throws IllegalArgumentException if there is no average
   */
  void require(Recipe recipe) {
    if (own && recipe.generatorAverage() == 0) {
      throw new IllegalArgumentException(
          NAME
              + " is about generator_average, which the recipe "
              + recipe.name()
              + " has not: its samples are by the last step's weights anyway");
    }
  }

  /** Lets go of the averages if that is asked for, and says so. */
  void apply(Gan gan, PrintWriter out) {
    if (own) {
      gan.forgetAverages();
      out.println("by the last step's weights, not their average");
    }
  }
}
