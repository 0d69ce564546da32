package org.gan4j.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.eval.Measure;
import org.gan4j.run.CheckSheet;
import org.gan4j.run.CheckSheet.Verdict;
import org.junit.jupiter.api.Test;

/** The checks of measures in a small form, and what is made of their values. */
class CheckStudyTest {
  private static Verdict verdict(boolean should, double[]... goodness) {
    return CheckStudy.verdict(should, goodness);
  }

  @Test
  void whatShouldGetWorseDoesSoStepByStepOrNot() {
    double[] start = {1, 1.1, 0.9, 1};
    double[] middle = {0.5, 0.4, 0.6, 0.5};
    double[] end = {0.1, 0, 0.2, 0.1};
    assertEquals(Verdict.MOVES, verdict(true, start, middle, end));
    assertEquals(Verdict.MOVES, verdict(true, start, end, end), "it may have reached its end");
    assertEquals(Verdict.NOT_STEADILY, verdict(true, start, end, middle));
    assertEquals(Verdict.WRONG_WAY, verdict(true, end, middle, start));
    assertEquals(Verdict.BLIND, verdict(true, start, start, start));
    assertEquals(Verdict.BLIND, verdict(true, start, end, start), "not at the end");
    assertEquals(
        Verdict.BLIND,
        verdict(true, start, new double[] {0.9, 1, 1, 0.8}),
        "no more than from draw to draw");
  }

  @Test
  void whatShouldStayMayNotMoveAnywhere() {
    double[] start = {1, 1.1, 0.9, 1};
    double[] lower = {0.5, 0.4, 0.6, 0.5};
    assertEquals(Verdict.STAYS, verdict(false, start, new double[] {0.9, 1.2, 1, 0.9}));
    assertEquals(Verdict.BLAMES, verdict(false, start, lower, start));
    assertEquals(Verdict.PRAISES, verdict(false, lower, start));
    assertEquals(Verdict.STAYS, verdict(false, new double[] {2, 2}, new double[] {2, 2}));
    assertEquals(Verdict.BLAMES, verdict(false, new double[] {2, 2}, new double[] {1, 1}));
  }

  @Test
  void measuresDoWhatTheyAreKnownToDo() {
    List<String> names = List.of("mean", "narrower", "fewer", "modes_dropped", "copies");
    List<SyntheticCheck> some =
        SyntheticChecks.all().stream().filter(check -> names.contains(check.name())).toList();
    assertEquals(names.size(), some.size());
    try (Device device = Device.cpu()) {
      CheckSheet sheet = new CheckStudy(device, 300, 5, 1, text -> {}).run(some, List.of());
      for (String measure :
          List.of("mmd2", "nn_accuracy", "frechet", "kid", "sliced_wasserstein")) {
        assertEquals(Verdict.MOVES, sheet.verdict("mean", measure), measure);
      }
      assertEquals(Verdict.PRAISES, sheet.verdict("narrower", "density"), "a known fault of it");
      assertEquals(Verdict.BLAMES, sheet.verdict("fewer", "frechet"), "it depends on the number");
      assertEquals(Verdict.STAYS, sheet.verdict("fewer", "kid"));
      assertEquals(Verdict.MOVES, sheet.verdict("modes_dropped", "classes_missing"));
      assertNull(sheet.verdict("mean", "classes_missing"), "no labels");
      assertEquals(Verdict.MOVES, sheet.verdict("copies", "copies"));
      assertEquals(Verdict.STAYS, sheet.verdict("copies", "mmd2"));
      for (Measure measure : CheckStudy.measures()) {
        assertNotNull(sheet.verdict("modes_dropped", measure.name()), measure.name());
      }
      String row =
          sheet.markdown().lines().filter(line -> line.startsWith("| `mmd2` |")).findFirst().get();
      assertEquals(8, row.chars().filter(c -> c == '|').count(), row);
    }
  }

  @Test
  void everyCheckBeginsWithNothingWrongAndHasANameOfItsOwn() {
    List<SyntheticCheck> all = SyntheticChecks.all();
    assertTrue(all.size() >= 15);
    assertEquals(all.size(), all.stream().map(SyntheticCheck::name).distinct().count());
    for (SyntheticCheck check : all) {
      assertTrue(check.name().matches("[a-z0-9_]+"), check.name());
      assertTrue(check.steps().size() >= 4, check.name());
    }
    try (Device device = Device.cpu()) {
      assertThrows(
          IllegalArgumentException.class, () -> new CheckStudy(device, 19, 2, 1, text -> {}));
      assertThrows(
          IllegalArgumentException.class, () -> new CheckStudy(device, 20, 1, 1, text -> {}));
    }
  }

  @Test
  void plantedDigitsAreFoundAndNewOnesAreNot() {
    DataSet digits =
        DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);
    try (Device device = Device.cpu()) {
      List<CheckSheet.Copied> rows = new CopyStudy(device, digits, 2000, 1).run(100, 10);
      // Of 300 samples.
      assertTrue(alarms(rows, "copies", "exact", 0) <= 4);
      assertEquals(100, alarms(rows, "copies", "exact", 0.05));
      assertEquals(100, alarms(rows, "copies", "exact", 0.2));
      assertTrue(
          alarms(rows, "copies", "exact", 0.05) > alarms(rows, "copying", "exact", 0.05) + 20);
      assertEquals(
          alarms(rows, "copies", "exact", 0), alarms(rows, "copies", "with noise of 0.05", 0));
      assertEquals(3 * 2 * 4, rows.size());
      assertEquals(10, rows.get(rows.size() - 1).draws());
      assertThrows(IllegalArgumentException.class, () -> new CopyStudy(device, digits, 199, 1));
    }
  }

  private static int alarms(List<CheckSheet.Copied> rows, String test, String kind, double share) {
    return rows.stream()
        .filter(row -> row.test().equals(test) && row.kind().equals(kind) && row.share() == share)
        .findFirst()
        .orElseThrow()
        .alarms();
  }
}
