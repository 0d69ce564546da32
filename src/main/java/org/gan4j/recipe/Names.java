package org.gan4j.recipe;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** The names that a recipe's parts carry outside Java, and the search for a mistyped one. */
public final class Names {
  private Names() {}

  /** {@code perReplica} becomes {@code per_replica}. */
  static String field(String component) {
    return separated(component, '_');
  }

  /** {@code GaussianNoise} becomes {@code gaussian-noise}. */
  static String variant(Class<?> type) {
    return separated(type.getSimpleName(), '-');
  }

  /** {@code NON_SATURATING} becomes {@code non-saturating}. */
  public static String constant(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@code "; did you mean x?"} for the known name nearest to a mistyped one, or nothing. */
  static String didYouMean(String name, Collection<String> known) {
    int near = Math.max(2, name.length() / 3);
    return known.stream()
        .filter(candidate -> distance(name, candidate) <= near)
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .map(candidate -> "; did you mean " + candidate + "?")
        .orElse("");
  }

  private static String separated(String name, char separator) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", String.valueOf(separator))
        .toLowerCase(Locale.ROOT);
  }

  /** Levenshtein's distance, ignoring case; far for anything too long to be a slip. */
  private static int distance(String a, String b) {
    if (a.length() > 64) {
      return Integer.MAX_VALUE;
    }
    String from = a.toLowerCase(Locale.ROOT);
    String to = b.toLowerCase(Locale.ROOT);
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[row.length - 1];
  }
}
