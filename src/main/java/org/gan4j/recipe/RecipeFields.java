package org.gan4j.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A recipe as a flat list of named values, so that two of them can be told apart by name. */
public final class RecipeFields {
  private static final String EMPTY_LIST = "[]";

  /** Begins a text that could be taken for an empty list, or begins with this itself. */
  private static final String TEXT = "\"";

  /** Deeper than any field of a recipe. */
  private static final int MAX_DEPTH = 16;

  private RecipeFields() {}

  /**
   * Every value of a recipe under its path.
   *
   * @param recipe what to flatten
   * @return path to value, {@code generator.0.units} to {@code 1200}, in the recipe's order
   */
  public static Map<String, String> of(Recipe recipe) {
    Map<String, String> fields = new LinkedHashMap<>();
    flatten("", RecipeTree.of(recipe), fields);
    return fields;
  }

  /**
   * Where two recipes differ.
   *
   * @param there the fields of one
   * @param here the fields of the other
   * @return one line per difference, {@code batch: 100 there, 50 here}; empty if there is none
   */
  public static List<String> differences(Map<String, String> there, Map<String, String> here) {
    Set<String> paths = new LinkedHashSet<>(there.keySet());
    paths.addAll(here.keySet());
    List<String> lines = new ArrayList<>();
    for (String path : paths) {
      String old = there.get(path);
      String now = here.get(path);
      if (!Objects.equals(old, now)) {
        lines.add(path + ": " + shown(old) + " there, " + shown(now) + " here");
      }
    }
    return lines;
  }

  private static String shown(String value) {
    return value == null ? "absent" : value;
  }

  private static void flatten(String path, Object node, Map<String, String> fields) {
    if (node instanceof Map<?, ?> map) {
      map.forEach((key, value) -> flatten(RecipeTree.join(path, key), value, fields));
    } else if (node instanceof List<?> list && !list.isEmpty()) {
      for (int i = 0; i < list.size(); i++) {
        flatten(RecipeTree.join(path, i), list.get(i), fields);
      }
    } else {
      fields.put(path, node instanceof List<?> ? EMPTY_LIST : written(node.toString()));
    }
  }

  private static String written(String text) {
    return text.equals(EMPTY_LIST) || text.startsWith(TEXT) ? TEXT + text : text;
  }

  private static Object read(String value) {
    if (value.equals(EMPTY_LIST)) {
      return List.of();
    }
    return value.startsWith(TEXT) ? value.substring(TEXT.length()) : value;
  }

  /**
   * The recipe behind its fields.
   *
   * @param fields as {@link #of} gave them
   * @return the recipe
   * @throws IllegalArgumentException if a field is missing, unknown or impossible
   */
  public static Recipe recipe(Map<String, String> fields) {
    Map<String, Object> tree = new LinkedHashMap<>();
    fields.forEach((path, value) -> put(tree, path.split("\\.", -1), value));
    return RecipeTree.recipe(listed(tree));
  }

  @SuppressWarnings("unchecked") // inner nodes are the maps that this makes
  private static void put(Map<String, Object> tree, String[] path, String value) {
    if (path.length > MAX_DEPTH) {
      throw new IllegalArgumentException("a field lies deeper than " + MAX_DEPTH + " levels");
    }
    Map<String, Object> node = tree;
    for (int i = 0; i < path.length - 1; i++) {
      Object next = node.computeIfAbsent(path[i], key -> new LinkedHashMap<String, Object>());
      if (!(next instanceof Map<?, ?>)) {
        throw new IllegalArgumentException(path[i] + " is a single value and a group of fields");
      }
      node = (Map<String, Object>) next;
    }
    if (node.putIfAbsent(path[path.length - 1], read(value)) != null) {
      throw new IllegalArgumentException(
          path[path.length - 1] + " is a single value and a group of fields");
    }
  }

  /** Turns maps from 0, 1, 2… into lists, throughout. */
  private static Object listed(Object node) {
    if (!(node instanceof Map<?, ?> map)) {
      return node;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    map.forEach((key, value) -> fields.put(String.valueOf(key), listed(value)));
    List<Object> elements = new ArrayList<>();
    for (int i = 0; fields.containsKey(String.valueOf(i)); i++) {
      elements.add(fields.get(String.valueOf(i)));
    }
    return elements.isEmpty() || elements.size() < fields.size() ? fields : elements;
  }
}
