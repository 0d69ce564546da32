package org.gan4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.gan4j.eval.ParzenScore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** score.json: what is written is read, and nothing else is. */
class ScoreFileTest {
  @TempDir private Path folder;

  private static ParzenScore score(double mean) {
    return new ParzenScore(
        ParzenScore.Part.TEST,
        mean,
        1.5,
        0.25,
        100,
        50,
        List.of(new ParzenScore.Point(0.25, mean), new ParzenScore.Point(0.5, -1e-5)));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("score.json"), text);
  }

  @Test
  void whatWasWrittenIsReadBack() throws IOException {
    ScoreSheet sheet =
        new ScoreSheet(100, -3, List.of(score(1.25), score(Double.NaN)), score(1e300));
    assertEquals(sheet, ScoreFile.read(write(sheet.json())));
    ScoreSheet infinite =
        new ScoreSheet(100, Long.MAX_VALUE, List.of(score(Double.NEGATIVE_INFINITY)), score(2));
    assertFalse(infinite.json().contains("Infinity"), infinite.json());
    ScoreSheet read = ScoreFile.read(write(infinite.json()));
    assertTrue(Double.isNaN(read.replicas().get(0).mean()));
    assertEquals(Long.MAX_VALUE, read.seed());
  }

  /** As many replicas and bandwidths as a recipe may ask for. */
  @Test
  void theLargestIsReadBack() throws IOException {
    double longest = -1.2345678901234567e-123;
    ParzenScore.Point point = new ParzenScore.Point(-longest, longest);
    ParzenScore score =
        new ParzenScore(
            ParzenScore.Part.TEST,
            longest,
            longest,
            longest,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Collections.nCopies(64, point));
    ScoreSheet sheet = new ScoreSheet(Long.MAX_VALUE, 1, Collections.nCopies(1024, score), score);
    assertEquals(sheet, ScoreFile.read(write(sheet.json())));
  }

  @Test
  void publishedScoresAreWrittenAgainByteForByte() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of("docs/results"))) {
      files = all.filter(file -> file.endsWith("score.json")).toList();
    }
    assertTrue(files.size() >= 11, files.toString());
    for (Path file : files) {
      assertEquals(Files.readString(file), ScoreFile.read(file).json(), file.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"iteration\": 100 | \"iteration\": 1e2 | \"iteration\" is no whole number from 0 to",
        "\"iteration\": 100 | \"iteration\": \"100\" | \"iteration\" is no whole number from 0 to",
        "\"seed\": 7 | \"sead\": 7 | \"seed\" is missing (line 1, column 1)",
        "\"samples\": 100 | \"samples\": 3000000000 | \"samples\" is no whole number from 0 to",
        "1.25 | -1e309 | the number \"-1e309\" is too large (line 4, column 11)",
        "1.25 | .inf | not JSON: ",
        "1.25 | NaN | not JSON: ",
        "\"mean\": 1.25 | \"mean\": \"NaN\" | \"mean\" is neither a number nor null",
        "[0.25, 1.25] | [0.25] | element 1 of \"curve\" is no pair",
        "[0.25, 1.25] | [0.25, 1, 2] | element 1 of \"curve\" is no pair",
        "\"seed\": 7 | \"seed\": 7, \"seed\": 7 | the name \"seed\" stands there twice (line 3, column 14)",
        "training_set | training | \"training_set\" is missing",
      })
  void whatIsDamagedIsRefused(String from, String to, String problem) throws IOException {
    String json = new ScoreSheet(100, 7, List.of(score(1.25)), score(2)).json();
    String text = json.replace(from, to);
    assertFalse(text.equals(json), from);
    Path file = write(text);
    String message = assertThrows(RunFileException.class, () -> ScoreFile.read(file)).getMessage();
    assertTrue(message.startsWith(file + " is not a score of gan4j: " + problem), message);
    assertTrue(message.endsWith("; gan4j train --resume RUN writes it again"), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    String json = new ScoreSheet(100, 7, List.of(score(1.25)), score(2)).json().strip();
    for (int length = 0; length < json.length(); length++) {
      Path file = write(json.substring(0, length));
      assertThrows(RunFileException.class, () -> ScoreFile.read(file), "at " + length);
    }
    for (String other : List.of("null", "[]", "3", json + "x", "[".repeat(100_000), "a: 1")) {
      Path file = write(other);
      assertThrows(RunFileException.class, () -> ScoreFile.read(file), other);
    }
    Path large = write(json + " ".repeat(1 << 22));
    assertThrows(RunFileException.class, () -> ScoreFile.read(large));
  }
}
