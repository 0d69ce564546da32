package org.gan4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gan4j.FormatException;
import org.gan4j.eval.ClassificationResult;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;
import org.gan4j.run.ClassificationSheet;
import org.junit.jupiter.api.Test;

/** docs/results/README.md says of every run beside it what the run's own files say. */
class ResultsPageTest {
  private static final Path RESULTS = Path.of("docs", "results");
  private static final Path REPRODUCTION = Path.of("docs", "reproduction");
  private static final int MAX_BYTES = 1 << 20;

  @Test
  void scoresAreThoseOfTheRuns() throws IOException {
    String page = Files.readString(RESULTS.resolve("README.md"));
    List<Path> runs = runs(RESULTS);
    assertTrue(runs.size() >= 11, "few runs: " + runs);
    for (Path run : runs) {
      JsonValue score = Json.read(run.resolve("score.json"), MAX_BYTES);
      List<JsonValue> replicas = score.get("replicas").list();
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

  /** What infer found, in docs/results and, rounded, in docs/extensions.md. */
  @Test
  void figuresOfTheEncoderAreThoseOfItsFile() throws IOException {
    String page = Files.readString(RESULTS.resolve("README.md"));
    String extensions = Files.readString(Path.of("docs", "extensions.md"));
    JsonValue found =
        Json.read(RESULTS.resolve("mnist-10k-infer").resolve("infer.json"), MAX_BYTES);
    double random = found.get("random").number();
    for (String error : List.of("random", "reconstruction", "refined", "nearest")) {
      double value = found.get(error).number();
      String row = String.format(Locale.ROOT, "| %.2f | %.1f %% |", value, 100 * value / random);
      assertTrue(page.contains(row), row);
      String rounded = number(found.get(error), 1);
      assertTrue(extensions.contains(rounded), rounded);
    }
    String code = number(found.get("code_error"), 3);
    assertTrue(page.contains(code) && extensions.contains(code), code);
    for (String accuracy : List.of("feature_accuracy", "pixel_accuracy")) {
      String percent = String.format(Locale.ROOT, "%.1f %%", 100 * found.get(accuracy).number());
      assertTrue(page.contains(percent) && extensions.contains(percent), percent);
    }
  }

  /** docs/extensions.md has the tables of errors of two runs, row by row. */
  @Test
  void errorsOfClassifiersAreThoseOfTheirFiles() throws IOException {
    String page = Files.readString(Path.of("docs", "extensions.md"));
    for (Path file :
        List.of(
            RESULTS.resolve(Path.of("mnist-10k-infer", "classify-images.json")),
            REPRODUCTION.resolve(Path.of("gaussian-641", "classify-images-50.json")))) {
      ClassificationSheet sheet = ClassificationSheet.read(file);
      for (List<String> row : sheet.table()) {
        String cells = "| " + String.join(" | ", row) + " |";
        assertTrue(page.contains(cells), cells);
      }
    }
  }

  /** The errors of each draw of labels, and their mean and deviation. */
  @Test
  void drawsOfLabelsAreThoseOfTheirFiles() throws IOException {
    String page = Files.readString(RESULTS.resolve("README.md"));
    Path runs = RESULTS.resolve("mnist-semi");
    double sum = 0;
    double squares = 0;
    int draws = 5;
    for (int draw = 1; draw <= draws; draw++) {
      Path run = draw == 1 ? runs : runs.resolve("draw-" + draw);
      ClassificationResult.Row found =
          ClassificationSheet.read(run.resolve("classify.json")).result().rows().get(0);
      double wrong = 10_000 * found.testErrors().get(0);
      sum += wrong;
      squares += wrong * wrong;
      String row =
          String.format(
              Locale.ROOT,
              "| %d | %.0f | %.0f |",
              draw,
              wrong,
              10_000 * found.validationErrors().get(0));
      assertTrue(page.contains(row), row);
    }
    for (String file :
        List.of(
            "as-released/draw-4/classify.json", "as-released/59000-images/draw-1/classify.json")) {
      ClassificationResult.Row released =
          ClassificationSheet.read(runs.resolve(file)).result().rows().get(0);
      String wrongNow =
          String.format(
              Locale.ROOT, "[%.0f](mnist-semi/%s)", 10_000 * released.testErrors().get(0), file);
      assertTrue(page.contains(wrongNow), wrongNow);
    }
    double mean = sum / draws;
    double deviation = Math.sqrt((squares - draws * mean * mean) / (draws - 1));
    String row =
        String.format(
            Locale.ROOT, "| mean ± standard deviation | **%.1f ± %.1f**", mean, deviation);
    assertTrue(page.contains(row), row);
  }

  /** Of averages from the first iteration: validation by epoch, and the tests of each seed. */
  @Test
  void averagesOfTheFirstEpochsAreThoseOfTheirFiles() throws IOException {
    String page = Files.readString(Path.of("docs", "reproduction.md"));
    Path run = REPRODUCTION.resolve("averaged-early");
    int rows = 0;
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      if (line.contains("parzen_valid")) {
        JsonValue metrics = Json.parse(line, FormatException::new);
        String row =
            "| " + number(metrics.get("epoch"), 0) + " | " + number(metrics.get("parzen_valid"), 1);
        assertTrue(page.replace("**", "").contains(row), row);
        rows++;
      }
    }
    assertEquals(8, rows);
    String tests = Files.readString(run.resolve("evaluate-best.txt"));
    for (String score : List.of("245.2 ± 2.1", "245.3 ± 2.1", "227.3 ± 2.2", "239.3 ± 10.4")) {
      assertTrue(page.contains(score) && tests.contains(score), score);
    }
  }

  /** Lengths and choices: every score of a row stands in one of the row's files. */
  @Test
  void lengthsAndChoicesAreThoseOfTheirFiles() throws IOException {
    Pattern link = Pattern.compile("\\((reproduction/[^)#]+/evaluate-[^)]+\\.txt)\\)");
    Pattern score = Pattern.compile("[0-9]+\\.[0-9] ± [0-9]+\\.[0-9]");
    int found = 0;
    for (String row : Files.readAllLines(Path.of("docs", "reproduction.md"))) {
      if (row.matches("\\| (uniform|Gaussian) \\|.*")) {
        StringBuilder files = new StringBuilder();
        for (Matcher each = link.matcher(row); each.find(); ) {
          files.append(Files.readString(Path.of("docs").resolve(each.group(1))));
        }
        for (Matcher each = score.matcher(row); each.find() && files.length() > 0; found++) {
          assertTrue(files.toString().contains(each.group()), each.group() + " of " + row);
        }
      }
    }
    assertTrue(found >= 4, found + " scores");
  }

  /** docs/reproduction.md has the table that the command wrote, row by row. */
  @Test
  void theStudyOfTheReproductionIsItsFile() throws IOException {
    String page = Files.readString(Path.of("docs", "reproduction.md"));
    Path study = REPRODUCTION.resolve("gaussian-641");
    List<String> rows =
        Files.readAllLines(study.resolve("study.md")).stream()
            .filter(line -> line.startsWith("|"))
            .toList();
    assertTrue(rows.size() > 10, "few rows: " + rows);
    assertTrue(page.contains(String.join("\n", rows)), "another table");
    String hundred = Files.readString(study.resolve("evaluate-100-samples.txt"));
    for (String score : List.of("−27.9 ± 1.2", "−36.0 ± 1.2")) {
      assertTrue(page.contains(score) && hundred.contains(score.replace('−', '-')), score);
    }
  }

  @Test
  void rowsOfTheSmallRecipesAreTheirs() throws IOException {
    String page = Files.readString(RESULTS.resolve("README.md"));
    List<Path> runs = runs(RESULTS.resolve("small"));
    assertTrue(runs.size() >= 4, "few runs: " + runs);
    for (Path run : runs) {
      JsonValue score = Json.read(run.resolve("score.json"), MAX_BYTES);
      String row =
          String.format(
              Locale.ROOT,
              "| `%s` | %,d | %s | %s | %s | %s |",
              run.getFileName(),
              score.get("iteration").whole(0, Long.MAX_VALUE),
              join(score.get("replicas").list(), seed -> number(seed.get("mean"), 1)),
              withDeviation(score),
              withError(score.get("training_set")),
              join(lastDiversities(run), value -> number(value, 2)));
      assertTrue(page.contains(row), row);
    }
  }

  private static List<JsonValue> lastDiversities(Path run) throws IOException {
    List<JsonValue> last = List.of();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonValue report = Json.parse(line, FormatException::new);
      if (report.has("diversity_replicas")) {
        last = report.get("diversity_replicas").list();
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

  private static String join(List<JsonValue> values, Function<JsonValue, String> text) {
    return values.stream().map(text).collect(Collectors.joining(", "));
  }

  private static String withError(JsonValue score) {
    return number(score.get("mean"), 1) + " ± " + number(score.get("standard_error"), 1);
  }

  private static String withDeviation(JsonValue score) {
    return number(score.get("mean"), 1) + " ± " + number(score.get("deviation"), 1);
  }

  private static String number(JsonValue value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value.numberOrNull().orElse(0))
        .replace('-', '−');
  }
}
