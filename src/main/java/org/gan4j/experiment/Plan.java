package org.gan4j.experiment;

import java.nio.file.Path;
import java.util.Optional;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Recipes;
import org.gan4j.run.RunFolder;

/**
 * What a run begins with, before there are data and a device.
 *
 * @param recipe all settings
 * @param place what {@code path} is
 * @param path of the run's folder, or of the folder of all runs
 * @param pretrained the folder of a run whose trained generator becomes the last layers of this
 *     one's; empty for a run that goes on
 */
public record Plan(Recipe recipe, Place place, Path path, Optional<Path> pretrained) {
  /** Where a run lives. */
  public enum Place {
    /** In a folder that is absent or empty. */
    FOLDER,
    /** In the next numbered folder of the folder of all runs, such as runs/00001-mnist. */
    NUMBERED,
    /** In the folder of an earlier run, which goes on. */
    EARLIER
  }

  /**
   * Checks that the parts belong together.
   *
   * @throws IllegalArgumentException if a run that goes on shall begin with another's generator, or
   *     the recipe is one that needs a trained generator and a new run has none
   */
  public Plan {
    if (place == Place.EARLIER && pretrained.isPresent()) {
      throw new IllegalArgumentException(
          "a run that goes on has networks of its own: it can't begin with a trained generator");
    }
    if (place != Place.EARLIER && pretrained.isEmpty()) {
      Recipes.pretraining(recipe.name())
          .ifPresent(
              other -> {
                throw new IllegalArgumentException(
                    recipe.name()
                        + " begins with a trained generator: train "
                        + other
                        + " first, then name its folder with --pretrained RUN");
              });
    }
  }

  /**
   * A new run in a folder of its own.
   *
   * @param folder absent or empty
   * @param recipe all settings
   * @return the plan
   */
  public static Plan in(Path folder, Recipe recipe) {
    return new Plan(recipe, Place.FOLDER, folder, Optional.empty());
  }

  /**
   * Goes on with an earlier run, bit for bit as if it had not been ended; one that was ended before
   * its first checkpoint begins again.
   *
   * @param folder of the run
   * @return the plan, with the run's recipe
   * @throws IllegalArgumentException if it is not the folder of a run
   */
  public static Plan resume(Path folder) {
    return new Plan(RunFolder.at(folder).recipe(), Place.EARLIER, folder, Optional.empty());
  }

  /**
   * The same with another recipe. One that goes on may change in stop, evaluation and samples_every
   * only.
   *
   * @param other the recipe
   * @return the new plan
   */
  public Plan withRecipe(Recipe other) {
    return new Plan(other, place, path, pretrained);
  }
}
