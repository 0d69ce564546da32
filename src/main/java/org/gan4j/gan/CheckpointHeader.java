package org.gan4j.gan;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gan4j.FormatException;
import org.gan4j.data.DataIdentity;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Device;
import org.gan4j.io.Safetensors;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeFields;

/** The metadata of a {@link Checkpoint}'s file: what it is, and what made it. */
final class CheckpointHeader {
  static final String FORMAT = "format";
  static final String WHOLE = "gan4j-checkpoint-2";

  /** What is for use alone. */
  static final String WEIGHTS = "gan4j-weights-1";

  /** What infers z, and whose metadata are these too. */
  static final String ENCODER = "gan4j-encoder-1";

  /** What tells classes, and whose metadata are these too. */
  static final String CLASSIFIER = "gan4j-classifier-1";

  private static final String SHAPE = "shape";
  private static final String TRAINING_SET = "training_set";
  private static final String VALIDATION_SET = "validation_set";
  private static final String TEST_SET = "test_set";
  private static final String RECIPE = "recipe.";
  private static final String NOTE = "note.";
  private static final String CHOICES = "device_choices";

  /** In a message; another recipe altogether would fill the screen. */
  private static final int SHOWN_DIFFERENCES = 8;

  /** Fields of a recipe that do not decide what an iteration does. */
  private static final List<String> FREE =
      List.of("stop.", "evaluation.", "samples_every", "encoder.", "noise.sample_scale");

  private CheckpointHeader() {}

  static void describe(Map<String, String> metadata, String format, Gan gan, Recipe recipe) {
    describe(metadata, format, gan.shape(), gan.data(), recipe);
  }

  static void describe(
      Map<String, String> metadata,
      String format,
      ImageShape shape,
      DataIdentity data,
      Recipe recipe) {
    metadata.put(FORMAT, format);
    metadata.put(SHAPE, shape.toString());
    metadata.put(TRAINING_SET, data.training());
    if (!data.validation().isEmpty()) {
      metadata.put(VALIDATION_SET, data.validation());
      metadata.put(TEST_SET, data.test());
    }
    RecipeFields.of(recipe).forEach((path, value) -> metadata.put(RECIPE + path, value));
  }

  /** A checkpoint with weights for use, whole or of these alone. */
  static void requireWeights(Safetensors in, Path file) {
    if (!in.metadata().getOrDefault(FORMAT, "").equals(WEIGHTS)) {
      requireFormat(in, file);
    }
  }

  static void requireFormat(Safetensors in, Path file) {
    String found = in.metadata().getOrDefault(FORMAT, "none");
    if (found.equals(WEIGHTS)) {
      throw new FormatException(
          file
              + " holds weights alone, for use: it can be sampled from, but training goes on from"
              + " the checkpoints of its run only");
    }
    if (!found.equals(WHOLE)) {
      throw new FormatException(
          file
              + " is a safetensors file, but not a checkpoint that this version of gan4j reads"
              + " (format "
              + found
              + ", not "
              + WHOLE
              + ")");
    }
    if (!in.metadata().containsKey(TRAINING_SET)) {
      throw new FormatException(
          file + ": this checkpoint does not say what it was trained on: the file is damaged");
    }
  }

  /** Refuses files of another format than the one that is for a network beside a run. */
  static void requireFormat(Map<String, String> metadata, String format, String what, Path file) {
    String found = metadata.getOrDefault(FORMAT, "none");
    if (!found.equals(format)) {
      throw new FormatException(
          file
              + " is a safetensors file, but not "
              + what
              + " that this version of gan4j reads (format "
              + found
              + ", not "
              + format
              + ")");
    }
  }

  /** A whole number of at most 18 digits. */
  static long whole(Map<String, String> metadata, String name, Path file) {
    String text = metadata.getOrDefault(name, "");
    if (!text.matches("[0-9]{1,18}")) {
      throw new FormatException(file + ": it does not say its " + name + ": it is damaged");
    }
    return Long.parseLong(text);
  }

  static Recipe recipe(Safetensors in, Path file) {
    return recipe(in.metadata(), file);
  }

  /** From metadata. */
  static Recipe recipe(Map<String, String> metadata, Path file) {
    try {
      return RecipeFields.recipe(withPrefix(metadata, RECIPE));
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          file + ": the recipe in this checkpoint can't be read: " + e.getMessage(), e);
    }
  }

  static ImageShape shape(Safetensors in, Path file) {
    return shape(in.metadata(), file);
  }

  /** From metadata. */
  static ImageShape shape(Map<String, String> metadata, Path file) {
    String[] sides = metadata.getOrDefault(SHAPE, "").split("x", -1);
    try {
      if (sides.length != 3) {
        throw new IllegalArgumentException("a shape has 3 sides, not " + sides.length);
      }
      return new ImageShape(
          Integer.parseInt(sides[0]), Integer.parseInt(sides[1]), Integer.parseInt(sides[2]));
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          file + ": the shape of an example is missing or damaged in this checkpoint", e);
    }
  }

  /**
   * What the networks were initialised with, in a file that must say so.
   *
   * @throws FormatException if it does not
   */
  static DataIdentity data(Safetensors in, Path file) {
    if (!in.metadata().containsKey(TRAINING_SET)) {
      throw new FormatException(file + ": it does not say what its networks have learnt from");
    }
    return data(in);
  }

  /** What the networks were initialised with. */
  static DataIdentity data(Safetensors in) {
    Map<String, String> metadata = in.metadata();
    return new DataIdentity(
        metadata.get(TRAINING_SET),
        metadata.getOrDefault(VALIDATION_SET, ""),
        metadata.getOrDefault(TEST_SET, ""));
  }

  /** What else its writer wanted to find again. */
  static Map<String, String> notes(Safetensors in) {
    return withPrefix(in.metadata(), NOTE);
  }

  static void addNotes(Map<String, String> metadata, Map<String, String> notes) {
    notes.forEach((name, value) -> metadata.put(NOTE + name, value));
  }

  /** What its device had chosen by timing; empty if nothing. */
  static String choices(Safetensors in) {
    return in.metadata().getOrDefault(CHOICES, "");
  }

  static void addChoices(Map<String, String> metadata, Device device) {
    String choices = device.choices();
    if (!choices.isEmpty()) {
      metadata.put(CHOICES, choices);
    }
  }

  static void requireSame(Recipe recipe, ImageShape shape, Safetensors in, Path file) {
    // Not the metadata as they are: a field that an earlier version lacked has its default.
    Map<String, String> there = RecipeFields.of(recipe(in, file));
    Map<String, String> here = RecipeFields.of(recipe);
    there.keySet().removeIf(CheckpointHeader::isFree);
    here.keySet().removeIf(CheckpointHeader::isFree);
    List<String> differences = RecipeFields.differences(there, here);
    if (!differences.isEmpty()) {
      int shown = Math.min(differences.size(), SHOWN_DIFFERENCES);
      int more = differences.size() - shown;
      throw new IllegalArgumentException(
          file
              + " was made by another recipe ("
              + String.join("; ", differences.subList(0, shown))
              + (more > 0 ? "; and " + more + " more" : "")
              + "); only stop, evaluation, samples_every, encoder and noise.sample_scale may change");
    }
    if (!shape.equals(shape(in, file))) {
      throw new IllegalArgumentException(
          file + " holds networks for examples of " + shape(in, file) + ", not " + shape);
    }
  }

  private static boolean isFree(String path) {
    return FREE.stream().anyMatch(path::startsWith);
  }

  private static Map<String, String> withPrefix(Map<String, String> all, String prefix) {
    Map<String, String> found = new LinkedHashMap<>();
    all.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), value);
          }
        });
    return found;
  }
}
