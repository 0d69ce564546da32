package org.gan4j.recipe;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.gan4j.io.YamlReader;
import org.gan4j.io.YamlWriter;

/**
 * Recipes as YAML. A file has the fields of a recipe, but for those whose {@link
 * org.gan4j.layers.Default} it means; or {@code base: NAME} at its top and what differs from that
 * preset, by field or by path ({@code generator.0.units: 600}): records are merged field by field,
 * lists replaced. The configuration that a run leaves behind is such a file too.
 *
 * <p>Whatever is wrong with the text gives a {@link RecipeException}, and with what a caller sets
 * an {@link IllegalArgumentException}: one line that names the source, the place and what is
 * allowed there.
 */
public final class RecipeYaml {
  /** Top field of a run's configuration that is about the machine, not part of the recipe. */
  public static final String RUN = "run";

  private static final String BASE = "base";

  private RecipeYaml() {}

  /**
   * Reads a recipe from a file.
   *
   * @param file UTF-8, at most 1 MB
   * @return the recipe
   * @throws IOException if the file can't be read
   * @throws IllegalArgumentException if there is no such file
   * @throws RecipeException if it is no recipe
   */
  public static Recipe load(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(file + ": no such file");
    }
    if (Files.size(file) > YamlReader.MAX_BYTES) {
      throw new RecipeException(file + ": larger than 1 MB, so not a recipe", null);
    }
    try {
      return parse(Files.readString(file, StandardCharsets.UTF_8), file.toString());
    } catch (CharacterCodingException e) {
      throw new RecipeException(file + ": not UTF-8 text, so not a recipe", e);
    }
  }

  /**
   * The recipe that a user means.
   *
   * @param name of a preset, or of a file
   * @return the recipe
   * @throws IOException if the file can't be read
   * @throws IllegalArgumentException if there is neither
   * @throws RecipeException if the file is no recipe
   */
  public static Recipe named(String name) throws IOException {
    boolean file = name.matches(".*\\.ya?ml") || Files.isRegularFile(Path.of(name));
    boolean preset = Recipes.names().contains(name);
    return file && !preset ? load(Path.of(name)) : Recipes.get(name);
  }

  /**
   * Reads a recipe.
   *
   * @param yaml the text
   * @param source where it is from, to begin messages with
   * @return the recipe
   * @throws RecipeException if it is no recipe
   */
  public static Recipe parse(String yaml, String source) {
    Object tree = YamlReader.read(yaml, source, RecipeException::new);
    return located(source, RecipeException::new, () -> RecipeTree.recipe(onItsBase(tree)));
  }

  /**
   * Writes a recipe so that {@link #parse} gives an equal one.
   *
   * @param recipe what to write
   * @return YAML with every field
   */
  public static String write(Recipe recipe) {
    return YamlWriter.write(RecipeTree.of(recipe));
  }

  /**
   * Changes a recipe by path. The result is checked when all changes are in, so that they may come
   * in any order.
   *
   * @param base the recipe to begin with
   * @param assignments {@code path=value}, the value in YAML: {@code k=5}, {@code
   *     generator.0.units=600}, {@code momentum={initial: 0.9, last: 0.9}}
   * @return the changed recipe
   * @throws IllegalArgumentException if an assignment has another form, its path leads nowhere or
   *     its value is impossible
   */
  public static Recipe with(Recipe base, List<String> assignments) {
    Map<String, Object> tree = RecipeTree.of(base);
    Set<String> changed = new HashSet<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "--set takes path=value, such as k=5 or stop.epochs=10, not \"" + assignment + '"');
      }
      String path = assignment.substring(0, equals).strip();
      String source = "--set " + path;
      String yaml = assignment.substring(equals + 1);
      Object value = YamlReader.read(yaml, source, IllegalArgumentException::new);
      located(
          source,
          IllegalArgumentException::new,
          () -> {
            RecipeTree.assign(tree, path, value);
            return tree;
          });
      changed.add(RecipeTree.top(path));
    }
    RecipeTree.dropUnused(tree, changed);
    return located("--set", IllegalArgumentException::new, () -> RecipeTree.recipe(tree));
  }

  private static Object onItsBase(Object tree) {
    if (!(tree instanceof Map<?, ?> fields)) {
      return tree;
    }
    Map<Object, Object> changes = new LinkedHashMap<>(fields);
    changes.remove(RUN);
    if (!changes.containsKey(BASE)) {
      return changes;
    }
    if (!(changes.remove(BASE) instanceof String name)) {
      throw new IllegalArgumentException(
          "base must name a recipe: " + String.join(", ", Recipes.names()));
    }
    Map<String, Object> recipe = RecipeTree.of(Recipes.get(name));
    Set<String> changed = new HashSet<>();
    changes.forEach(
        (path, value) -> {
          RecipeTree.assign(recipe, path.toString(), value);
          changed.add(RecipeTree.top(path.toString()));
        });
    RecipeTree.dropUnused(recipe, changed);
    return recipe;
  }

  private static <T> T located(
      String source, BiFunction<String, Throwable, RuntimeException> wrong, Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      throw wrong.apply(source + ": " + e.getMessage(), e);
    }
  }
}
