package org.gan4j.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Pretrained;
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
 * @param tuned both networks that the run begins with, of the same layers; empty: they are drawn
 * @param anyMath whether a run may go on in another precision than it had
 */
public record Plan(
    Recipe recipe,
    Place place,
    Path path,
    Optional<Path> pretrained,
    Optional<Tuned> tuned,
    boolean anyMath) {
  /**
   * The networks that a fine-tuning begins with: of a run or of a file.
   *
   * @param from the folder of a run, whose scored checkpoint is taken, or a checkpoint, whole or of
   *     weights alone
   * @param replica one out of many, from 0, for all of the new run's; empty: all, if there is one
   *     or there are as many
   */
  public record Tuned(Path from, OptionalInt replica) {
    /** The checkpoint, or the file. */
    Path file() {
      return Files.isDirectory(from) ? RunFolder.open(from).scored() : from;
    }

    void copyInto(Gan gan) {
      Path file = file();
      if (replica.isPresent()) {
        Pretrained.copyBoth(gan, file, replica.getAsInt());
      } else {
        Pretrained.copyBoth(gan, file);
      }
    }
  }

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
    if (tuned.isPresent() && (place == Place.EARLIER || pretrained.isPresent())) {
      throw new IllegalArgumentException(
          "a run that is fine-tuned begins anew, with both networks of another: it can't go on with"
              + " an earlier one or begin with a trained generator as well");
    }
    if (place == Place.EARLIER && pretrained.isPresent()) {
      throw new IllegalArgumentException(
          "a run that goes on has networks of its own: it can't begin with a trained generator");
    }
    if (place != Place.EARLIER && pretrained.isEmpty() && tuned.isEmpty()) {
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
   * A run that begins with networks as they are drawn, or with a trained generator.
   *
   * @param recipe all settings
   * @param place what {@code path} is
   * @param path of the run's folder, or of the folder of all runs
   * @param pretrained the folder of a run whose trained generator becomes the last layers
   */
  public Plan(Recipe recipe, Place place, Path path, Optional<Path> pretrained) {
    this(recipe, place, path, pretrained, Optional.empty(), false);
  }

  /**
   * Fine-tuning: this run begins with the trained networks of another.
   *
   * @param other what they are
   * @return the new plan
   * @throws IllegalArgumentException if this run goes on or begins with a trained generator
   */
  public Plan from(Tuned other) {
    return new Plan(recipe, place, path, pretrained, Optional.of(other), anyMath);
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
   * The same with another recipe. One that goes on may change in stop, evaluation, samples_every,
   * encoder and noise.sample_scale only.
   *
   * @param other the recipe
   * @return the new plan
   */
  public Plan withRecipe(Recipe other) {
    return new Plan(other, place, path, pretrained, tuned, anyMath);
  }

  /**
   * The same, but a run may go on in another precision of its products than it had, by which it is
   * no longer what it would have been.
   *
   * @return the new plan
   */
  public Plan withAnyMath() {
    return new Plan(recipe, place, path, pretrained, tuned, true);
  }
}
