package org.gan4j.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gan4j.FormatException;
import org.gan4j.gan.Report;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;

/**
 * What metrics.jsonl holds.
 *
 * @param reports of the lines that can be read, in their order
 * @param damaged the numbers, from 1, of those that can't
 */
public record MetricsFile(List<Report> reports, List<Integer> damaged) {
  /** A run of millions of iterations stays far below. */
  private static final long MAX_BYTES = 1L << 28;

  /** As many replicas as a line may list. */
  private static final int MAX_VALUES = 1 << 16;

  /**
   * Reads a file.
   *
   * @param file of lines as {@link MetricsLine} has them
   * @return its lines; whatever can't be one, numbers beyond a double too, makes a line damaged
   * @throws IOException if it can't be read
   * @throws RunFileException if it is larger than any run's
   */
  public static MetricsFile read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new RunFileException(file + ": larger than 256 MB, so not a run's");
    }
    List<Report> reports = new ArrayList<>();
    List<Integer> damaged = new ArrayList<>();
    // Not UTF-8, which would refuse the whole file for one damaged byte.
    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    for (int i = 0; i < lines.size(); i++) {
      try {
        Report report = MetricsLine.report(numbers(Json.parse(lines.get(i), FormatException::new)));
        Report last = reports.isEmpty() ? report : reports.get(reports.size() - 1);
        if (report.means().size() != last.means().size()) {
          throw new IllegalArgumentException("it has another number of replicas");
        }
        reports.add(report);
      } catch (FormatException | IllegalArgumentException e) {
        damaged.add(i + 1);
      }
    }
    return new MetricsFile(reports, damaged);
  }

  /** The numbers of a flat object, a list of them as an array, a null as NaN. */
  private static Map<String, double[]> numbers(JsonValue line) {
    Map<String, double[]> numbers = new HashMap<>();
    line.fields()
        .forEach(
            (name, value) -> {
              List<JsonValue> list = value.isList() ? value.list() : List.of(value);
              if (list.size() > MAX_VALUES) {
                throw value.problem("has more than " + MAX_VALUES + " numbers");
              }
              numbers.put(
                  name,
                  list.stream().mapToDouble(v -> v.numberOrNull().orElse(Double.NaN)).toArray());
            });
    return numbers;
  }
}
