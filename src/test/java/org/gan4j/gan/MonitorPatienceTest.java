package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.recipe.Stop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The authors' early stopping, and what became of it above 0 nats. */
class MonitorPatienceTest {
  private static Stop stop(int patience, double gain) {
    return new Stop(1000, 0, 0, 0, patience, gain);
  }

  /** The epoch, from 1, in which the last of these log-likelihoods ends the run; 0 if none does. */
  private static long end(int patience, double gain, double... lls) {
    MonitorPatience rule = new MonitorPatience(stop(patience, gain), 1);
    for (int i = 0; i < lls.length; i++) {
      rule.observe(new double[] {lls[i]}, i + 1);
      if (rule.isOver()) {
        return i + 1;
      }
    }
    return 0;
  }

  /** Below 0 it is theirs: the negative log-likelihood has to fall by the fraction. */
  @Test
  void belowZeroItIsARelativeFallOfTheNegative() {
    assertEquals(4, end(3, 0.01, -100, -99.5, -99.1, -99.01));
    assertEquals(0, end(3, 0.01, -100, -99.5, -98.9, -98.5, -98.1));
    assertEquals(6, end(3, 0.01, -100, -99.5, -98.9, -98.5, -98.1, -98));
  }

  /** Theirs would take 198.1 after 200 for a gain: −198.1 is below 0.99 · −200. */
  @Test
  void aboveZeroALossIsNoGain() {
    assertEquals(4, end(3, 0.01, 200, 198.1, 201.9, 202));
    assertEquals(0, end(3, 0.01, 200, 198.1, 202.1, 201, 202));
  }

  /** Small gains add up: they are counted from the last that was one. */
  @Test
  void slowRisesCount() {
    assertEquals(0, end(3, 0.01, 100, 100.6, 101.2, 101.8, 102.4, 103, 103.6));
    assertEquals(0, end(3, 0, 0, 1e-9, 2e-9, 3e-9, 4e-9, 5e-9));
  }

  @Test
  void everyReplicaCountsForItself() {
    MonitorPatience rule = new MonitorPatience(stop(2, 0.01), 2);
    double[][] lls = {{1, 1}, {1, 2}, {1, 3}, {9, 4}, {9, 4}};
    for (int i = 0; i < lls.length; i++) {
      rule.observe(lls[i], i + 1);
      assertFalse(rule.isOver(), "epoch " + (i + 1));
    }
    rule.observe(new double[] {20, 4}, 6);
    assertTrue(rule.isOver(), "the first ended in epoch 3 and stays ended");
    assertFalse(rule.endedBefore(0, 3));
    assertTrue(rule.endedBefore(0, 4));
    assertFalse(rule.endedBefore(1, 6));
  }

  /** By itself the first would have ended; the second goes on, and keeps what it finds. */
  @Test
  void whoHasEndedKeepsNoBests() {
    Recipe recipe =
        RecipeYaml.with(
                SmallGans.seeds(SmallGans.simultaneous(), 5, 2, List.of()),
                List.of("evaluation.keep=each", "evaluation.monitor.every_epochs=1"))
            .withStop(stop(2, 0.01));
    ScoreMemory memory = new ScoreMemory(recipe);
    List<String> kept = new ArrayList<>();
    ScoreMemory.Saver saver =
        new ScoreMemory.Saver() {
          @Override
          public void save(Choice choice) {}

          @Override
          public void saveReplica(int replica, Choice choice) {
            kept.add(replica + " " + choice);
          }
        };
    double[][] lls = {{1, 1}, {1, 2}, {1, 3}, {9, 4}};
    for (int i = 0; i < lls.length; i++) {
      kept.clear();
      memory.observeMonitor(List.of(lls[i][0], lls[i][1]), 10 * i, i + 1, saver);
      memory.observe(
          List.of(new Validation(lls[i][0], 1, 1), new Validation(lls[i][1], 1, 1)),
          10 * i,
          i + 1,
          saver);
    }
    assertEquals(List.of("1 MONITOR", "1 PARZEN"), kept);
  }

  @Test
  void whatIsNoNumberIsNoGain() {
    assertEquals(3, end(2, 0.01, 5, Double.NaN, Double.NaN));
    assertEquals(2, end(2, 0.01, Double.NaN, Double.NEGATIVE_INFINITY));
  }

  @Test
  void withoutPatienceItIsNeverOver() {
    assertEquals(0, end(0, 0.01, 5, 5, 5, 5, 5, 5));
  }

  @Test
  void notesGoOn() {
    double[][] lls = {{1, -5}, {1, -4}, {1, -4}, {9, -4}};
    MonitorPatience whole = new MonitorPatience(stop(2, 0.01), 2);
    MonitorPatience part = new MonitorPatience(stop(2, 0.01), 2);
    for (int i = 0; i < lls.length; i++) {
      whole.observe(lls[i], i + 1);
      Map<String, String> notes = new LinkedHashMap<>();
      part.observe(lls[i], i + 1);
      part.write(notes);
      part = new MonitorPatience(stop(2, 0.01), 2);
      part.read(notes);
      assertEquals(whole.isOver(), part.isOver());
    }
    assertTrue(part.isOver());
  }

  /** As after --resume --set stop.monitor_patience. */
  @Test
  void morePatienceThanBeforeGoesOn() {
    MonitorPatience less = new MonitorPatience(stop(2, 0.01), 2);
    double[][] lls = {{1, 1}, {1, 2}, {1, 2}, {1, 2}};
    for (int i = 0; i < lls.length; i++) {
      less.observe(lls[i], i + 1);
    }
    assertTrue(less.isOver());
    Map<String, String> notes = new LinkedHashMap<>();
    less.write(notes);
    MonitorPatience more = new MonitorPatience(stop(5, 0.01), 2);
    more.read(notes);
    assertFalse(more.isOver());
    more.observe(new double[] {1, 2}, 5);
    more.observe(new double[] {1, 3}, 6);
    assertFalse(more.isOver(), "the second has gained, the first has waited from epoch 1 to 6");
    for (int epoch = 7; epoch <= 11; epoch++) {
      assertFalse(more.isOver());
      more.observe(new double[] {1, 3}, epoch);
    }
    assertTrue(more.isOver());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1,2,3", "1,NaN", "1,Infinity", "1,x"})
  void damagedNotes(String scores) {
    MonitorPatience rule = new MonitorPatience(stop(2, 0.01), 2);
    Map<String, String> notes =
        Map.of(
            "monitor_gain_scores", scores,
            "monitor_gain_epochs", "1,1",
            "monitor_end_epochs", "0,0");
    assertThrows(NumberFormatException.class, () -> rule.read(notes));
  }
}
