package org.gan4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.gan4j.report.Table1.Score;
import org.junit.jupiter.api.Test;

class Table1Test {
  private static Score mnist(long seed, double mean) {
    return new Score("runs/1", "mnist", "mnist", seed, mean, 1.5);
  }

  private static Score tfd(String data, double mean) {
    return new Score("runs/2", "tfd", data, 1, mean, 40);
  }

  @Test
  void withoutRunsItIsThePapersWithReasons() {
    String table = new Table1(List.of()).markdown();
    assertTrue(table.startsWith("| model | MNIST | TFD |\n|---|---|---|\n"), table);
    assertTrue(table.contains("| DBN (paper) | 138 ± 2 | 1909 ± 66 |\n"), table);
    assertTrue(table.contains("| Stacked CAE (paper) | 121 ± 1.6 | 2110 ± 50 |\n"), table);
    assertTrue(table.contains("| Deep GSN (paper) | 214 ± 1.1 | 1890 ± 29 |\n"), table);
    assertTrue(table.contains("| Adversarial nets (paper) | 225 ± 2 | 2057 ± 26 |\n"), table);
    assertTrue(table.contains("| gan4j | n/a | n/a |\n"), table);
    assertTrue(table.contains("MNIST is n/a: "), table);
    assertTrue(table.contains("TFD is n/a: "), table);
  }

  @Test
  void seedsAreAveragedAndSpread() {
    String one = new Table1(List.of(mnist(1, 220))).markdown();
    assertTrue(one.contains("| gan4j, recipe mnist | 220.0 ± 1.5 | n/a |\n"), one);
    String two = new Table1(List.of(mnist(1, 220), mnist(2, 224))).markdown();
    assertTrue(two.contains("| 222.0 ± 1.5 (± 2.8 over 2 seeds) | n/a |\n"), two);
    assertFalse(two.contains("MNIST is n/a"), two);
  }

  /** The standard error is that over folds: of 2000, 2040 and 2080, 40/√3. */
  @Test
  void foldsGiveTheErrorOnTfd() {
    String fold = new Table1(List.of(tfd("tfd", 2000))).markdown();
    assertTrue(fold.contains("| gan4j, recipe tfd | n/a | 2000.0 (one fold) |\n"), fold);
    Table1 folds =
        new Table1(
            List.of(tfd("tfd:0", 1), tfd("tfd:1", 2040), tfd("tfd:2", 2080), tfd("tfd", 2000)));
    assertTrue(folds.markdown().contains("| 2040.0 ± 23.1 (3 folds) |\n"), folds.markdown());
    assertTrue(folds.json().contains("\"seeds\": 1, \"folds\": 3}"), folds.json());
  }

  /** The mean of five folds and the score of one are not two seeds of a figure. */
  @Test
  void seedsOfOneRowAreScoredOnTheSameFolds() {
    Score other = new Score("runs/7", "tfd", "tfd", 2, 1900, 40);
    List<Score> scores = List.of(tfd("tfd:0", 2000), tfd("tfd:1", 2100), other);
    Exception e = assertThrows(IllegalArgumentException.class, () -> new Table1(scores));
    assertEquals(
        "runs/2, seed 1 is scored on tfd:0, tfd:1; runs/7, seed 2 is scored on tfd:0: gan4j"
            + " evaluate RUN --folds scores a run on all",
        e.getMessage());
  }

  @Test
  void otherDataIsNeverInTheTable() {
    Score faces = new Score("runs/3", "faces-small", "faces", 1, 2100, 60);
    Score small = new Score("runs/4", "mnist-10k", "mnist-10k", 1, 180, 3);
    Score large = new Score("runs/5", "tfd", "tfd-96", 1, 5000, 3);
    Table1 table = new Table1(List.of(faces, small, large));
    String text = table.markdown();
    assertTrue(text.contains("| gan4j | n/a | n/a |\n"), text);
    assertTrue(
        text.contains(
            "Not in the table: recipe faces-small, seed 1, scores 2100.0 ± 60.0 on faces, which"
                + " is not the paper's data"),
        text);
    assertTrue(table.json().contains("\"mnist\": null, \"tfd\": null"), table.json());
  }
}
