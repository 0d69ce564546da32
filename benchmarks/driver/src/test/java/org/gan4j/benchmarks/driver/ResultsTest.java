package org.gan4j.benchmarks.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.gan4j.benchmarks.Case;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultsTest {
  @Test
  void comeBackFromTheirFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("results.json");
    Results results = Samples.results(1);
    results.write(file);
    assertEquals(results, Results.read(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"results.json", "growth.json", "race.json"})
  void theCommittedOnesAreWrittenAgainByteForByte(String name, @TempDir Path folder)
      throws IOException {
    Path committed = Path.of("../results", name);
    Path again = folder.resolve(name);
    Results.read(committed).write(again);
    assertEquals(-1, Files.mismatch(committed, again));
  }

  /** Two that differ infinitely, and a score that is no number. */
  @Test
  void whatIsNotFiniteIsNull(@TempDir Path folder) throws IOException {
    Results results = Samples.results(1);
    results.agreement().put("a", Map.of("b", Double.POSITIVE_INFINITY));
    results
        .races()
        .add(
            new Finish(
                Library.GAN4J, 1, new Threads(1, 1), List.of(new Finish.Epoch(1, 5, Double.NaN))));
    Path file = folder.resolve("results.json");
    results.write(file);
    Results read = Results.read(file);
    assertTrue(read.agreement().get("a").get("b").isNaN());
    assertTrue(read.races().get(0).goal().isEmpty());
  }

  @Test
  void timeIsTheMedianOfTheForksMedians() {
    Measurement ours =
        Samples.results(1).find(Group.ITERATION, Samples.ID, Library.GAN4J).orElseThrow();
    assertEquals(new Spread(10, 10.5, 11), ours.time());
  }

  @Test
  void ratioIsTakenRoundByRound() {
    Results results = Samples.results(1);
    Spread ratio =
        Spread.ratio(
            results.find(Group.ITERATION, Samples.ID, Library.ND4J).orElseThrow(),
            results.find(Group.ITERATION, Samples.ID, Library.GAN4J).orElseThrow());
    assertEquals(new Spread(9, 10, 11), ratio);
  }

  @Test
  void ceilingMayMoveByFifteenPercent() {
    Results results = Samples.results(1);
    assertFalse(results.moved());
    results.copyGbs().set(1, 30.0);
    assertTrue(results.moved());
    assertTrue(Table.summary(results).contains("The ceiling moved"));
  }

  /** Times of another machine, or of this one beside something else, are no measure. */
  @Test
  void onlyRunsOfOneMachineAreCompared() {
    Results old = Samples.results(1);
    assertEquals(Optional.empty(), Comparison.obstacle(old, Samples.results(1.5)));
    Results slow = Samples.results(1);
    slow.productGflops().replaceAll(rate -> 0.6 * rate);
    assertTrue(Comparison.obstacle(old, slow).orElseThrow().contains("at 0.60 times"));
    Results other = Samples.results(1);
    other.environment().put("cpu", "another");
    assertEquals(
        "the cpu was imagined and is another", Comparison.obstacle(old, other).orElseThrow());
    assertTrue(Comparison.obstacle(old, Samples.races()).orElseThrow().contains("in common"));
  }

  @Test
  void onlyWhatIsSlowerBeyondTheNoiseIsTold() {
    Results old = Samples.results(1);
    assertEquals(List.of(), Comparison.slower(old, Samples.results(1.05)));
    assertEquals(List.of(), Comparison.slower(old, Samples.results(0.5)));
    assertEquals(1, Comparison.slower(old, Samples.results(1.5)).size());
  }

  @Test
  void raceEndsWithTheFirstEpochThatReachesTheGoal(@TempDir Path folder) throws IOException {
    Results races = Samples.races();
    Finish reached = races.racesOf(Library.GAN4J).get(0);
    Finish missed = races.racesOf(Library.ND4J).get(0);
    assertEquals(2, reached.goal().orElseThrow().number());
    assertTrue(missed.goal().isEmpty());
    String summary = Table.summary(races);
    assertTrue(summary.contains("| gan4j | 12.5 ± 3.54 | 2 of 2 | 10.0 (2); 15.0 (3) |"), summary);
    assertTrue(summary.contains("| ND4J | – | 0 of 1 | 99.9 nats after 10.0 (2) |"), summary);
    assertFalse(summary.contains("least – most"), summary);
    races.write(folder.resolve("race.json"));
    assertEquals(races, Results.read(folder.resolve("race.json")));
  }

  @Test
  void levelsThatWereNotMeasuredHaveNoChart(@TempDir Path folder) throws IOException {
    Results results = Samples.results(1);
    new Charts(results, folder).draw();
    assertTrue(Files.exists(folder.resolve("iteration.png")));
    assertFalse(Files.exists(folder.resolve(Group.RACE + ".png")));
    assertFalse(Files.exists(folder.resolve(Group.BATCH + ".png")));
  }

  @Test
  void everyCaseIsReadBackFromItsIdAndMeasuredInOneWay() {
    for (boolean quick : new boolean[] {true, false}) {
      for (Group group : Group.of(Set.of(), quick)) {
        Set<String> ids = new HashSet<>();
        for (Case wanted : group.cases()) {
          assertEquals(wanted, Case.parse(wanted.id()));
          assertTrue(ids.add(wanted.id()), wanted.id() + " comes twice");
        }
      }
    }
  }

  @Test
  void operationsOfAnIterationAreThoseOfTheDerivation() {
    assertEquals(2.76e9, Group.standard("mnist", false).flops(), 0.02e9);
  }
}
