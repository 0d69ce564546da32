package org.gan4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.gan4j.eval.Better;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** measures.json: what is written is read, and nothing else is. */
class MeasureSheetTest {
  private static final String JSON =
      """
      {
        "iteration" : 2200,
        "seed" : 7,
        "samples" : 1000,
        "tests" : 900,
        "measures" : [ {
          "name" : "mmd2",
          "title" : "MMD² (unbiased)",
          "unit" : "",
          "better" : "lower",
          "run" : [ 0.0125, null ],
          "run_notes" : [ "p = 0.002", "" ],
          "anchors" : {
            "training set" : -1.0E-4,
            "k-means centroids" : null
          },
          "note" : "Zero for \\"equal\\" distributions."
        } ],
        "alarms" : [ "Replica 0 copies." ]
      }
      """;

  @TempDir private Path folder;

  private static MeasureSheet.Row row(String name, OptionalDouble... run) {
    Map<String, OptionalDouble> anchors = new LinkedHashMap<>();
    anchors.put("training set", OptionalDouble.of(-1e-4));
    anchors.put("k-means centroids", OptionalDouble.empty());
    List<String> notes = Arrays.asList(new String[run.length]);
    notes.replaceAll(none -> "");
    notes.set(0, "p = 0.002");
    return new MeasureSheet.Row(
        name,
        "MMD² (unbiased)",
        "",
        Better.LOWER,
        List.of(run),
        notes,
        anchors,
        "Zero for \"equal\" distributions.");
  }

  private static MeasureSheet sheet(MeasureSheet.Row... rows) {
    return new MeasureSheet(2200, 7, 1000, 900, List.of(rows), List.of("Replica 0 copies."));
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("measures.json"), content);
  }

  private Path file(String content) throws IOException {
    return file(content.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theFormatIsTheAgreedOne() throws IOException {
    MeasureSheet sheet = sheet(row("mmd2", OptionalDouble.of(0.0125), OptionalDouble.empty()));
    assertEquals(JSON, sheet.json().replace(System.lineSeparator(), "\n"));
    MeasureSheet read = MeasureSheet.read(file(JSON));
    assertEquals(sheet, read);
    assertEquals(
        List.of("training set", "k-means centroids"),
        List.copyOf(read.rows().get(0).anchors().keySet()));
    assertEquals(OptionalDouble.of(0.0125), read.rows().get(0).mean());
  }

  @Test
  void theMeanIsOfThoseThatHaveAValue() {
    assertEquals(OptionalDouble.empty(), row("a", OptionalDouble.empty()).mean());
    OptionalDouble mean = row("a", OptionalDouble.of(1), OptionalDouble.of(4)).mean();
    assertEquals(2.5, mean.getAsDouble());
  }

  @Test
  void writingAgainReplaces() {
    RunFolder run = RunFolder.at(folder);
    Path file = folder.resolve("measures.json");
    assertThrows(IllegalArgumentException.class, () -> MeasureSheet.read(file));
    run.writeMeasures(sheet(row("a", OptionalDouble.of(1))));
    run.writeMeasures(sheet(row("b", OptionalDouble.of(2))));
    assertEquals("b", MeasureSheet.read(file).rows().get(0).name());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"iteration\" : 2200, | ~~ | \"iteration\" is missing",
        "2200 | -1 | \"iteration\" is no whole number from 0 to",
        "2200 | 1.5 | \"iteration\" is no whole number",
        "2200 | 99999999999999999999 | \"iteration\" is no whole number",
        "2200 | \"2200\" | \"iteration\" is no whole number",
        "\"samples\" : 1000 | \"samples\" : 0 | \"samples\" is no whole number from 1 to 2147483647 (line 4, column 15)",
        "900 | 3000000000 | \"tests\" is no whole number",
        "\"mmd2\" | \"MMD\" | a measure's name has a-z, 0-9 and _ only",
        "\"mmd2\" | null | \"name\" is no text (line 7, column 14)",
        "\"lower\" | \"low\" | \"better\" is not lower, higher, half or none",
        "0.0125, null | ~~ | mmd2 has no value of a replica",
        "0.0125, null | 1 | mmd2 needs as many run_notes as values",
        "0.0125 | 1e999 | the number \"1e999\" is too large (line 11, column 15)",
        "0.0125 | \"1\" | element 1 of \"run\" is neither a number nor null",
        "0.0125 | NaN | not JSON: ",
        "0.0125 | true | element 1 of \"run\" is neither a number nor null",
        "[ 0.0125, null ] | 0.0125 | \"run\" is no list",
        "p = 0.002 | \\u001b[2J | a text must not hold control characters",
        "\"training set\" | \"k-means centroids\" | the name \"k-means centroids\" stands there twice",
        "[ \"Replica 0 copies.\" ] | {} | \"alarms\" is no list",
        "\"Replica 0 copies.\" | 3 | element 1 of \"alarms\" is no text",
      })
  void whatIsDamagedIsRefused(String from, String to, String problem) throws IOException {
    String text = JSON.replace(from, to);
    assertFalse(text.equals(JSON), from);
    Path file = file(text);
    MeasureSheetException e =
        assertThrows(MeasureSheetException.class, () -> MeasureSheet.read(file));
    String message = file + " is no sheet of measures: " + problem;
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
    assertTrue(e.getMessage().endsWith("; gan4j measure RUN writes it again"), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = JSON.strip().getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < whole.length; length++) {
      Path file = file(Arrays.copyOf(whole, length));
      assertThrows(MeasureSheetException.class, () -> MeasureSheet.read(file), "at " + length);
    }
    for (String other : List.of("null", "[]", "3", JSON + "x", "[".repeat(100_000))) {
      Path file = file(other);
      assertThrows(MeasureSheetException.class, () -> MeasureSheet.read(file));
    }
    Path large = file(JSON + " ".repeat(1 << 22));
    assertThrows(MeasureSheetException.class, () -> MeasureSheet.read(large));
  }

  @Test
  void rowsMustBelongTogether() {
    MeasureSheet.Row one = row("a", OptionalDouble.of(1));
    MeasureSheet.Row two = row("b", OptionalDouble.of(1), OptionalDouble.of(2));
    assertThrows(IllegalArgumentException.class, () -> sheet(one, one));
    assertThrows(IllegalArgumentException.class, () -> sheet(one, two));
    MeasureSheet.Row bare =
        new MeasureSheet.Row("c", "", "", Better.NONE, one.run(), one.runNotes(), Map.of(), "");
    assertThrows(IllegalArgumentException.class, () -> sheet(one, bare));
    assertThrows(IllegalArgumentException.class, () -> row("a", OptionalDouble.of(Double.NaN)));
  }

  @Test
  void theTableIsAligned() {
    MeasureSheet.Row one = row("a", OptionalDouble.of(123.456), OptionalDouble.empty());
    MeasureSheet.Row two = row("b", OptionalDouble.of(-0.5), OptionalDouble.of(12.5));
    assertEquals(
        List.of(
            "measure          better  replica 0  replica 1    mean  training set  k-means"
                + " centroids",
            "MMD² (unbiased)  lower       123.5          -   123.5       -0.0001"
                + "                  -  p = 0.002",
            "MMD² (unbiased)  lower     -0.5000      12.50  6.0000       -0.0001"
                + "                  -  p = 0.002",
            "ALARM: Replica 0 copies."),
        sheet(one, two).lines());
    List<String> single = sheet(row("a", OptionalDouble.of(1))).lines();
    assertTrue(single.get(0).startsWith("measure          better     run  training set"));
    assertEquals(1, new MeasureSheet(0, 0, 1, 1, List.of(), List.of("x")).lines().size());
  }
}
