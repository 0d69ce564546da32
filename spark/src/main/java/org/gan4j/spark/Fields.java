package org.gan4j.spark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.gan4j.io.Printable;

/**
 * The fields of a map in YAML, as text; what has another form is refused.
 *
 * @param what they belong to, for messages
 */
record Fields(Map<String, Object> values, String what) {
  static Fields of(Object tree, String what) {
    if (!(tree instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(what + " must have fields, such as recipe: mnist-10k");
    }
    Map<String, Object> values = new LinkedHashMap<>();
    map.forEach((name, value) -> values.put(Objects.toString(name), value));
    return new Fields(values, what);
  }

  boolean has(String name) {
    return values.get(name) != null;
  }

  void requireOnly(Set<String> known) {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            what
                + " has no field "
                + Printable.quoted(name)
                + "; there are "
                + String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  String text(String name) {
    return text(values.get(name), name);
  }

  private String text(Object value, String name) {
    if (!(value instanceof String text)) {
      throw new IllegalArgumentException(
          what + (value == null ? " needs the field " : " needs one value in ") + name);
    }
    return text;
  }

  int count(String name) {
    String text = text(name);
    if (!text.matches("[1-9][0-9]{0,5}")) {
      throw new IllegalArgumentException(
          what + " needs a whole number ≥ 1 in " + name + ", not " + Printable.quoted(text));
    }
    return Integer.parseInt(text);
  }

  List<?> list(String name) {
    if (!(values.get(name) instanceof List<?> list) || list.isEmpty()) {
      throw new IllegalArgumentException(
          what + " needs a list in " + name + ", such as " + name + ": [1, 2]");
    }
    return list;
  }

  List<String> texts(String name) {
    return list(name).stream().map(value -> text(value, name)).toList();
  }

  /** The values of each path. */
  Map<String, List<String>> grid(String name) {
    Map<String, List<String>> grid = new LinkedHashMap<>();
    if (has(name)) {
      Fields inner = of(values.get(name), name);
      inner.values.keySet().forEach(path -> grid.put(path, inner.texts(path)));
    }
    return grid;
  }

  /** As RecipeYaml takes them; a list or a map is written in YAML's own short form. */
  List<String> assignments(String name) {
    if (!has(name)) {
      return List.of();
    }
    Fields inner = of(values.get(name), name);
    return inner.values.entrySet().stream()
        .map(each -> each.getKey() + "=" + inline(each.getValue()))
        .toList();
  }

  private static String inline(Object value) {
    if (value instanceof Map<?, ?> map) {
      StringBuilder text = new StringBuilder();
      map.forEach(
          (key, inner) ->
              text.append(text.isEmpty() ? "{" : ", ")
                  .append(key)
                  .append(": ")
                  .append(inline(inner)));
      return text.isEmpty() ? "{}" : text.append('}').toString();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Fields::inline).toList().toString();
    }
    return Objects.toString(value, "");
  }
}
