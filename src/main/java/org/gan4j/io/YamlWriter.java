package org.gan4j.io;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes a recipe's tree for people: one line per value, and one per layer. Every scalar is such
 * that YAML 1.1 and 1.2 read it as the same kind.
 */
public final class YamlWriter {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*");
  private static final Set<String> WORDS_WITH_A_MEANING =
      Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null");

  private YamlWriter() {}

  /**
   * Writes a tree.
   *
   * @param tree names to numbers, texts, and maps and lists of those
   * @return YAML, a top-level field on a line or a line for each of its elements
   */
  public static String write(Map<String, Object> tree) {
    StringBuilder yaml = new StringBuilder();
    tree.forEach((name, value) -> field(name, value, yaml));
    return yaml.toString();
  }

  private static void field(String name, Object value, StringBuilder yaml) {
    yaml.append(name).append(':');
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      yaml.append('\n');
      map.forEach((key, inner) -> line("  " + key + ": ", inner, yaml));
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      yaml.append('\n');
      list.forEach(element -> line("  - ", element, yaml));
    } else {
      line(" ", value, yaml);
    }
  }

  private static void line(String before, Object value, StringBuilder yaml) {
    yaml.append(before).append(inline(value)).append('\n');
  }

  private static String inline(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + ": " + inline(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(YamlWriter::inline).collect(Collectors.joining(", ", "[", "]"));
    }
    return value instanceof Number ? number(value.toString()) : text(value.toString());
  }

  /** Java's 1.0E7 as 1.0e+7: YAML 1.1 takes an exponent without a sign for a text. */
  private static String number(String java) {
    return java.replace("E-", "e-").replace("E", "e+");
  }

  private static String text(String value) {
    if (PLAIN.matcher(value).matches()
        && !WORDS_WITH_A_MEANING.contains(value.toLowerCase(Locale.ROOT))) {
      return value;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : value.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
