package org.gan4j.gan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A recipe as a flat list of named values, so that two of them can be told apart by name. */
public final class RecipeFields {
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
    } else if (node instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        flatten(RecipeTree.join(path, i), list.get(i), fields);
      }
    } else {
      fields.put(path, node.toString());
    }
  }
}
