package org.gan4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gan4j.eval.ClassificationResult;
import org.gan4j.eval.ClassificationResult.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The errors of classifiers as a file and as a table. */
class ClassificationSheetTest {
  private static final Row FEW =
      new Row(
          "pixels", 784, 100, false, List.of(0.01, 0.001), List.of(0.3, 0.2), List.of(0.25, 0.35));
  private static final Row ALL =
      new Row("pixels", 784, 8000, true, List.of(1e-6), List.of(0.1), List.of(0.125));
  private static final Row FEATURES =
      new Row("encoder", 12, 100, false, List.of(0.01, 0.1), List.of(0.4, 0.5), List.of(0.5, 0.5));

  @TempDir private Path folder;

  private static ClassificationSheet sheet() {
    return new ClassificationSheet(
        40, 7, new ClassificationResult(10, 900, 1000, List.of(FEW, ALL, FEATURES), 2, 1));
  }

  @Test
  void aFileReadsBack() throws IOException {
    Path file = RunFolder.at(folder).writeClassification(sheet());
    assertEquals(folder.resolve("classify.json"), file);
    assertEquals(sheet(), ClassificationSheet.read(file));
  }

  @Test
  void aTableHasAColumnForEachNumberOfLabels() {
    assertEquals(
        List.of(
            "error on 1000 tests      100 labels  all 8000 labels",
            "pixels, 784 values   30.00 ± 7.07 %          12.50 %",
            "encoder, 12 values   50.00 ± 0.00 %                –",
            "kept: encoder, 100 labels, 50.00 % of 900 validation examples wrong, 50.00 % of the"
                + " tests"),
        sheet().lines());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"classes\": 10 | \"classes\": 1",
        "\"classes\": 10 | \"classes\": \"10\"",
        "\"iteration\": 40 | \"iteration\": -1",
        "\"kept_row\": 2 | \"kept_row\": 3",
        "\"kept_draw\": 1 | \"kept_draw\": 2",
        "[0.25, 0.35] | [0.25, 1.35]",
        "[0.25, 0.35] | [0.25]",
        "[0.01, 0.001] | [0.01, -1]",
        "\"features\": \"encoder\" | \"features\": \"\\u001b[2J\"",
        "\"all\": true | \"all\": 1",
        "\"rows\": | \"columns\":",
      })
  void whatIsNoSuchFileIsRefused(String what, String with) throws IOException {
    String text = sheet().json();
    assertTrue(text.contains(what), text);
    Path file = Files.writeString(folder.resolve("classify.json"), text.replace(what, with));
    RunFileException e = assertThrows(RunFileException.class, () -> ClassificationSheet.read(file));
    assertTrue(e.getMessage().contains("classify.json is no table of classifiers"), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }
}
