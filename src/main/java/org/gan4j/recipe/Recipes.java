package org.gan4j.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.gan4j.io.Printable;

/**
 * The recipes that gan4j ships, by name: the settings of the code that was released with the paper,
 * and what was derived from them. Each is a file beside this class, as {@link RecipeYaml} reads it.
 */
public final class Recipes {
  private static final List<String> NAMES =
      List.of(
          "mnist-10k",
          "mnist",
          "mnist-gaussian",
          "mnist-alternating",
          "tfd-pretrain",
          "tfd",
          "tfd-pretrain-small",
          "tfd-small",
          "faces-pretrain-small",
          "faces-small",
          "cifar10-fc",
          "cifar10-fc-small",
          "cifar10-conv",
          "cifar10-conv-small",
          "images",
          "mnist-10k-conditional",
          "mnist-conditional",
          "mnist-conditional-averaged",
          "cifar10-conditional-small",
          "mnist-10k-complete",
          "mnist-complete",
          "faces-complete",
          "mnist-semi",
          "mnist-gan10");

  private static final Map<String, String> PRETRAINING =
      Map.of(
          "tfd", "tfd-pretrain",
          "tfd-small", "tfd-pretrain-small",
          "faces-small", "faces-pretrain-small");

  private static final Map<String, Recipe> READ = new ConcurrentHashMap<>();

  private Recipes() {}

  /**
   * What there is.
   *
   * @return the names of all presets, the default one first
   */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * One preset.
   *
   * @param name one of {@link #names()}
   * @return its recipe
   * @throws IllegalArgumentException if there is none of that name; the message lists those there
   *     are
   */
  public static Recipe get(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "unknown recipe "
              + Printable.quoted(name)
              + Names.didYouMean(name, NAMES)
              + " (recipes: "
              + String.join(", ", NAMES)
              + ")");
    }
    // Not computeIfAbsent, which must not be called again for the base.
    Recipe recipe = READ.get(name);
    if (recipe == null) {
      recipe = read(name + ".yaml");
      READ.put(name, recipe);
    }
    return recipe;
  }

  private static Recipe read(String file) {
    try (InputStream in = Recipes.class.getResourceAsStream(file)) {
      return RecipeYaml.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The recipe whose trained generator another one begins with.
   *
   * @param name of a recipe
   * @return the name of the other; empty if the recipe begins with nothing
   */
  public static Optional<String> pretraining(String name) {
    return Optional.ofNullable(PRETRAINING.get(name));
  }
}
