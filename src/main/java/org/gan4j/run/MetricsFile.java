package org.gan4j.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gan4j.gan.Report;

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

  public static MetricsFile read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IllegalArgumentException(file + ": larger than 256 MB, so not a run's");
    }
    List<Report> reports = new ArrayList<>();
    List<Integer> damaged = new ArrayList<>();
    // Not UTF-8, which would refuse the whole file for one damaged byte.
    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    for (int i = 0; i < lines.size(); i++) {
      try (JsonParser parser = new JsonFactory().createParser(lines.get(i))) {
        Report report = MetricsLine.report(numbers(parser));
        Report last = reports.isEmpty() ? report : reports.get(reports.size() - 1);
        if (report.means().size() != last.means().size()) {
          throw new IllegalArgumentException("it has another number of replicas");
        }
        reports.add(report);
      } catch (IOException | IllegalArgumentException e) {
        damaged.add(i + 1);
      }
    }
    return new MetricsFile(reports, damaged);
  }

  /** The numbers of a flat object, a list of them as an array, a null as NaN. */
  private static Map<String, double[]> numbers(JsonParser parser) throws IOException {
    Map<String, double[]> numbers = new HashMap<>();
    require(parser.nextToken() == JsonToken.START_OBJECT);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        numbers.put(name, new double[] {number(parser)});
        continue;
      }
      List<Double> list = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(number(parser));
        require(list.size() <= MAX_VALUES);
      }
      numbers.put(name, list.stream().mapToDouble(Double::doubleValue).toArray());
    }
    require(parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null);
    return numbers;
  }

  private static double number(JsonParser parser) throws IOException {
    boolean missing = parser.currentToken() == JsonToken.VALUE_NULL;
    require(missing || parser.currentToken() != null && parser.currentToken().isNumeric());
    return missing ? Double.NaN : parser.getDoubleValue();
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("it is no object of numbers");
    }
  }
}
