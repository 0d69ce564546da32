package org.gan4j.recipe;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.gan4j.io.Printable;

/**
 * A recipe as a tree of maps, lists and scalars, the form that every text format shares. A map has
 * the fields of a record under their names in snake_case; where a field takes one of several
 * records, {@code type} says which: {@code dense}, {@code gaussian-noise}. Enum constants are
 * written {@code non-saturating}. Numbers may come as {@link Number} or as their text.
 *
 * <p>All messages of the exceptions are one line, with the path of the place in the tree.
 */
public final class RecipeTree {
  /** The field that says which of several records a map describes. */
  static final String TYPE = "type";

  private RecipeTree() {}

  /**
   * The tree of a recipe.
   *
   * @param recipe what to describe
   * @return a tree of its own, free to be changed; its scalars are String, Long and Double; fields
   *     that are null are not there
   */
  public static Map<String, Object> of(Recipe recipe) {
    return map(recipe);
  }

  /**
   * The recipe that a tree describes. A field that is not there has its {@link
   * org.gan4j.layers.Default}; nothing is converted.
   *
   * @param tree maps, lists and scalars, as a reader of some format made them
   * @return the recipe
   * @throws IllegalArgumentException if a field without a default is missing, or one is unknown, of
   *     the wrong kind or impossible
   */
  public static Recipe recipe(Object tree) {
    return (Recipe) RecipeBinder.bind(Recipe.class, tree, "");
  }

  /**
   * A tree with some places changed. Maps are merged field by field, unless they describe different
   * types; anything else is replaced.
   *
   * @param base what to begin with; not modified
   * @param changes the part of a tree that differs; not modified
   * @return base under changes
   */
  public static Object overlay(Object base, Object changes) {
    if (!(base instanceof Map<?, ?> from && changes instanceof Map<?, ?> to)) {
      return changes;
    }
    if (to.containsKey(TYPE) && !Objects.equals(to.get(TYPE), from.get(TYPE))) {
      return changes;
    }
    Map<Object, Object> merged = new LinkedHashMap<>(from);
    to.forEach((key, value) -> merged.put(key, overlay(from.get(key), value)));
    return merged;
  }

  /**
   * Changes one place of a tree, as {@link #overlay} does.
   *
   * @param tree made by {@link #of}; modified
   * @param path fields and indices from 0, {@code generator.0.units}
   * @param value the new value
   * @throws IllegalArgumentException if the path leads nowhere; the message says what there is
   */
  public static void assign(Map<String, Object> tree, String path, Object value) {
    Object place = tree;
    String at = "";
    String[] steps = path.split("\\.", -1);
    for (int i = 0; i < steps.length - 1; i++) {
      place = child(place, steps[i], at);
      at = join(at, steps[i]);
    }
    String last = steps[steps.length - 1];
    replace(place, last, overlay(child(place, last, at), value));
  }

  /**
   * Takes from a recipe's tree what a change has left without a use: the learning rate and the
   * momentum, once both networks have optimisers of their own.
   *
   * @param tree of a recipe; modified
   * @param changed top fields that the change names; they stay, and are refused
   */
  static void dropUnused(Map<String, Object> tree, Set<String> changed) {
    if (hasOwn(tree.get("generator_optimiser")) && hasOwn(tree.get("discriminator_optimiser"))) {
      for (String field : List.of("learning_rate", "momentum")) {
        if (!changed.contains(field)) {
          tree.remove(field);
        }
      }
    }
  }

  private static boolean hasOwn(Object optimiser) {
    return optimiser instanceof Map<?, ?> fields
        && fields.containsKey(TYPE)
        && !Names.variant(Optimiser.Common.class).equals(fields.get(TYPE));
  }

  /** The first field of a path. */
  static String top(String path) {
    return path.split("\\.", 2)[0];
  }

  static String join(String path, Object step) {
    return path.isEmpty() ? String.valueOf(step) : path + "." + step;
  }

  private static Object child(Object place, String step, String at) {
    if (place instanceof Map<?, ?> map) {
      if (!map.containsKey(step)) {
        if (at.isEmpty() && RecipeBinder.fields(Recipe.class).contains(step)) {
          return null;
        }
        List<String> known = map.keySet().stream().map(String::valueOf).toList();
        throw RecipeBinder.unknownField(at, step, known);
      }
      return map.get(step);
    }
    if (place instanceof List<?> list) {
      if (!step.matches("[0-9]{1,9}") || Integer.parseInt(step) >= list.size()) {
        String range = list.isEmpty() ? "it is empty" : "0 to " + (list.size() - 1);
        throw new IllegalArgumentException(
            at + " has no element " + Printable.quoted(step) + " (" + range + ")");
      }
      return list.get(Integer.parseInt(step));
    }
    throw new IllegalArgumentException(
        place == null
            ? at + " is not set: give all of its fields"
            : at + " is a single value: it has no " + Printable.quoted(step));
  }

  @SuppressWarnings("unchecked") // the maps and lists are those that of() made
  private static void replace(Object place, String step, Object value) {
    if (place instanceof Map<?, ?> map) {
      ((Map<String, Object>) map).put(step, value);
    } else {
      ((List<Object>) place).set(Integer.parseInt(step), value);
    }
  }

  /** A value of a recipe as a tree. */
  static Object node(Object value) {
    if (value instanceof Record inner) {
      return map(inner);
    }
    if (value instanceof List<?> list) {
      List<Object> nodes = new ArrayList<>();
      list.forEach(element -> nodes.add(node(element)));
      return nodes;
    }
    if (value instanceof Enum<?> constant) {
      return Names.constant(constant);
    }
    return value instanceof Integer number ? (Object) number.longValue() : value;
  }

  private static Map<String, Object> map(Record owner) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Class<?> parent : owner.getClass().getInterfaces()) {
      if (parent.isSealed()) {
        fields.put(TYPE, Names.variant(owner.getClass()));
      }
    }
    for (RecordComponent component : owner.getClass().getRecordComponents()) {
      try {
        Object value = component.getAccessor().invoke(owner);
        if (value != null) {
          fields.put(Names.field(component.getName()), node(value));
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("can't read " + component, e);
      }
    }
    return fields;
  }
}
