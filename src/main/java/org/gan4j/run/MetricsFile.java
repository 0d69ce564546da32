package org.gan4j.run;

import java.io.IOException;
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
  /** As many replicas as a line may list. */
  private static final int MAX_VALUES = 1 << 16;

  /**
   * Reads a file.
   *
   * @param file of lines as {@link MetricsLine} has them
   * @return its lines; whatever can't be one, numbers beyond a double and lines longer than any
   *     run's too, makes a line damaged
   * @throws IOException if it can't be read
   */
  public static MetricsFile read(Path file) throws IOException {
    Reading reading = new Reading();
    Lines.read(file, reading::line);
    return new MetricsFile(reading.reports, reading.damaged);
  }

  /** Under way. */
  private static final class Reading {
    private final List<Report> reports = new ArrayList<>();
    private final List<Integer> damaged = new ArrayList<>();
    private int number;

    void line(String line) {
      number++;
      try {
        Report report = MetricsLine.report(numbers(Json.parse(line, FormatException::new)));
        Report last = reports.isEmpty() ? report : reports.get(reports.size() - 1);
        if (report.means().size() != last.means().size()) {
          throw new IllegalArgumentException("it has another number of replicas");
        }
        reports.add(report);
      } catch (FormatException | IllegalArgumentException e) {
        damaged.add(number);
      }
    }
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
