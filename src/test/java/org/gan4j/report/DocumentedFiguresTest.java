package org.gan4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every "figure ± error" of the documentation stands in a file that a command has written. */
class DocumentedFiguresTest {
  private static final Path DOCS = Path.of("docs");

  /** Of five runs together: {@link ResultsPageTest} computes them. */
  private static final Set<String> COMPUTED = Set.of("140.4 ± 58.6", "154.0 ± 63.9");

  private static final Pattern FIGURE =
      Pattern.compile("([−-]?[0-9][0-9,]*(?:\\.[0-9]+)?) ± ([0-9][0-9,]*(?:\\.[0-9]+)?)");

  private static final Pattern NUMBER =
      Pattern.compile("-?[0-9]+(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?");

  private static List<Path> files(Path folder, String ends) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().matches(".*\\.(" + ends + ")")).sorted().toList();
    }
  }

  private static boolean isPage(Path file) {
    return file.getParent().equals(DOCS) && file.toString().endsWith(".md")
        || file.endsWith(Path.of("results", "README.md"));
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages =
        new ArrayList<>(files(DOCS, "md").stream().filter(DocumentedFiguresTest::isPage).toList());
    pages.add(Path.of("README.md"));
    return pages;
  }

  /** Scores and measures, and what commands print; not the course of a training. */
  private static List<List<Double>> written() throws IOException {
    List<Path> files = new ArrayList<>(files(DOCS, "json|txt|md"));
    files.addAll(files(Path.of("benchmarks", "results"), "json|md"));
    List<List<Double>> written = new ArrayList<>();
    for (Path file : files) {
      if (!isPage(file)) {
        Set<Double> numbers = new TreeSet<>();
        Matcher each = NUMBER.matcher(Files.readString(file).replace('−', '-'));
        while (each.find()) {
          numbers.add(Double.parseDouble(each.group()));
        }
        written.add(List.copyOf(numbers));
      }
    }
    return written;
  }

  /** As the documentation rounds it, or as a share in per cent. */
  private static boolean has(List<Double> numbers, String figure, double scale) {
    int point = figure.indexOf('.');
    double half = 0.5000001 * Math.pow(10, point < 0 ? 0 : point + 1 - figure.length());
    double value = Double.parseDouble(figure);
    return numbers.stream().anyMatch(number -> Math.abs(scale * number - value) <= half);
  }

  private static boolean stands(List<List<Double>> written, String mean, String error) {
    return written.stream()
        .anyMatch(
            numbers ->
                has(numbers, mean, 1) && has(numbers, error, 1)
                    || has(numbers, mean, 100) && has(numbers, error, 100));
  }

  @Test
  void figuresWithErrorsAreThoseOfFiles() throws IOException {
    List<List<Double>> written = written();
    Set<String> known = new HashSet<>(COMPUTED);
    Set<String> unknown = new TreeSet<>();
    for (Path page : pages()) {
      for (Matcher each = FIGURE.matcher(Files.readString(page)); each.find(); ) {
        String mean = each.group(1).replace('−', '-').replace(",", "");
        String error = each.group(2).replace(",", "");
        if (!known.contains(each.group()) && !stands(written, mean, error)) {
          unknown.add(each.group() + " of " + page);
        } else {
          known.add(each.group());
        }
      }
    }
    assertEquals(Set.of(), unknown, "in no committed file");
    assertTrue(known.size() > 80, known.size() + " figures");
  }
}
