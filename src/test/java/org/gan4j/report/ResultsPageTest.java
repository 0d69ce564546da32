package org.gan4j.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** docs/results/README.md says of every run beside it what the run's own files say. */
class ResultsPageTest {
  private static final Path RESULTS = Path.of("docs", "results");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void scoresAreThoseOfTheRuns() throws IOException {
    String page = Files.readString(RESULTS.resolve("README.md"));
    List<Path> runs = runs(RESULTS);
    assertTrue(runs.size() >= 11, "few runs: " + runs);
    for (Path run : runs) {
      JsonNode score = JSON.readTree(run.resolve("score.json").toFile());
      List<JsonNode> replicas = list(score.get("replicas"));
      String seeds = join(replicas, seed -> number(seed.get("mean"), 1));
      boolean together = page.contains("| " + seeds + " |");
      assertTrue(
          together || replicas.stream().allMatch(seed -> page.contains(withError(seed))),
          run + ": " + seeds);
      assertTrue(
          replicas.size() == 1
              || !Files.readString(run.resolve("config.yaml")).contains("per_replica: []")
              || page.contains(withDeviation(score)),
          run + ": " + withDeviation(score));
    }
  }

  @Test
  void rowsOfTheSmallRecipesAreTheirs() throws IOException {
    String page = Files.readString(RESULTS.resolve("README.md"));
    List<Path> runs = runs(RESULTS.resolve("small"));
    assertTrue(runs.size() >= 4, "few runs: " + runs);
    for (Path run : runs) {
      JsonNode score = JSON.readTree(run.resolve("score.json").toFile());
      String row =
          String.format(
              Locale.ROOT,
              "| `%s` | %,d | %s | %s | %s | %s |",
              run.getFileName(),
              score.get("iteration").asLong(),
              join(list(score.get("replicas")), seed -> number(seed.get("mean"), 1)),
              withDeviation(score),
              withError(score.get("training_set")),
              join(lastDiversities(run), value -> number(value, 2)));
      assertTrue(page.contains(row), row);
    }
  }

  private static List<JsonNode> lastDiversities(Path run) throws IOException {
    List<JsonNode> last = List.of();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonNode report = JSON.readTree(line);
      if (report.has("diversity_replicas")) {
        last = list(report.get("diversity_replicas"));
      }
    }
    return last;
  }

  private static List<Path> runs(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.endsWith("score.json"))
          .map(Path::getParent)
          .sorted()
          .toList();
    }
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static String join(List<JsonNode> values, Function<JsonNode, String> text) {
    return values.stream().map(text).collect(Collectors.joining(", "));
  }

  private static String withError(JsonNode score) {
    return number(score.get("mean"), 1) + " ± " + number(score.get("standard_error"), 1);
  }

  private static String withDeviation(JsonNode score) {
    return number(score.get("mean"), 1) + " ± " + number(score.get("deviation"), 1);
  }

  private static String number(JsonNode value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value.asDouble()).replace('-', '−');
  }
}
