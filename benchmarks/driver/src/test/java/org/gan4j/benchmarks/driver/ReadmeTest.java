package org.gan4j.benchmarks.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
  private static final Path README = Path.of("../../README.md");
  private static final Path RESULTS = Path.of("../results/results.json");
  private static final Path RACE = Path.of("../results/race.json");

  @Test
  void tableIsThatOfTheCommittedResults() throws IOException {
    assumeTrue(Files.exists(RESULTS), "no results are committed yet");
    String text = Files.readString(README);
    assertEquals(
        Readme.with(text, Results.read(RESULTS), Results.read(RACE)),
        text,
        "README is behind: benchmarks/readme");
  }

  @Test
  void tableGoesBetweenTheMarkers() {
    Results results = Samples.results(1);
    Results races = Samples.races();
    String table = Table.summary(results) + Table.summary(races, results.environment());
    assertFalse(table.matches("(?s).*cpu: imagined.*cpu: imagined.*"), table);
    String text = "before\n" + Readme.BEGIN + "old\n" + Readme.END + "\nafter\n";
    assertEquals(
        "before\n" + Readme.BEGIN + table + Readme.END + "\nafter\n",
        Readme.with(text, results, races));
  }

  @Test
  void textWithoutMarkersIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Readme.with("nothing", Samples.results(1), Samples.races()));
  }

  @Test
  void fileThatIsNotThereIsMade(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("README.md");
    Readme.update(file, Samples.results(1), Samples.races());
    String once = Files.readString(file);
    Readme.update(file, Samples.results(1), Samples.races());
    assertEquals(once, Files.readString(file));
  }
}
