package org.gan4j.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.gan4j.device.Device;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the paper proves, and what it warns of, in games that end within seconds. */
class TheoryTest {
  private static Device device;

  @BeforeAll
  static void open() {
    device = Device.cpu();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  @Test
  void trainedDiscriminatorIsTheOptimalOne() {
    Map<String, Double> numbers = Proposition1.run(device, 4000, 1).numbers();
    assertEquals(0, numbers.get("proposition1.largest_error"), 0.1);
    assertEquals(0, numbers.get("proposition1.mean_error"), 0.02);
    double left = numbers.get("proposition1.criterion") - numbers.get("proposition1.value");
    assertTrue(left > 0 && left < 0.005, "value left to gain: " + left);
  }

  @Test
  void criterionIsTheDivergence() {
    Map<String, Double> numbers = Theorem1.run(device, 1500, 1).numbers();
    assertEquals(0, numbers.get("theorem1.largest_difference"), 1e-12);
    assertEquals(-Math.log(4), numbers.get("theorem1.criterion_at_equality"), 1e-12);
    double before = numbers.get("theorem1.criterion_before_training");
    double after = numbers.get("theorem1.criterion_after_training");
    assertTrue(before > -0.5, "C(G) before training: " + before);
    assertEquals(-Math.log(4), after, 0.05);
  }

  /** Two points, by hand: D* = (3/4, 1/4), V = ¾·log ¾ + ¼·log ¼ + ¼·log ¼ + ¾·log ¾. */
  @Test
  void criterionOfTwoPoints() {
    double[] data = {0.75, 0.25};
    double[] generated = {0.25, 0.75};
    double value = 1.5 * Math.log(0.75) + 0.5 * Math.log(0.25);
    assertEquals(value, Value.criterion(data, generated, 1), 1e-15);
    assertEquals(value, Value.of(new double[] {0.75, 0.25}, data, generated, 1), 1e-15);
    assertTrue(Value.of(new double[] {0.74, 0.25}, data, generated, 1) < value);
    assertTrue(Value.of(new double[] {0.76, 0.25}, data, generated, 1) < value);
    assertEquals(value, -Math.log(4) + 2 * Value.divergence(data, generated, 1), 1e-15);
  }

  @Test
  void descentOnProbabilitiesLeadsToTheData() {
    for (long seed = 1; seed <= 5; seed++) {
      Map<String, Double> numbers = Proposition2.run(100, 10_000, seed).numbers();
      assertTrue(numbers.get("proposition2.distance_at_first") > 0.5);
      assertEquals(0, numbers.get("proposition2.distance_at_last"), 1e-4);
      assertTrue(numbers.get("proposition2.largest_rise") < 1e-14, "C rose");
      assertEquals(0, numbers.get("proposition2.gradient_error"), 1e-6);
      assertTrue(numbers.get("proposition2.smallest_gap") > -1e-14, "C is above a chord");
    }
  }

  @Test
  void minimaxGradientVanishesWhereTheOtherDoesNot() {
    Map<String, Double> numbers = Saturation.run(device, 60, 200, 1).numbers();
    assertTrue(numbers.get("saturation.d_of_generated_at_last") < 1e-3);
    double minimax = numbers.get("saturation.minimax_at_last");
    assertTrue(minimax < 0.05 * numbers.get("saturation.minimax_at_first"));
    assertTrue(minimax < 0.01 * numbers.get("saturation.non_saturating_at_last"));
    double other = numbers.get("saturation.non_saturating_at_last");
    assertTrue(other > numbers.get("saturation.non_saturating_at_first"));
    double slow = numbers.get("saturation.minimax_escape");
    double quick = numbers.get("saturation.non_saturating_escape");
    assertTrue(quick < slow, quick + " and " + slow + " iterations");
  }

  @Test
  void moreStepsKeepTheDiscriminatorNearItsOptimum() {
    Map<String, Double> numbers = Balance.lag(device, 500, 1).numbers();
    double lagging = numbers.get("lag.k_1_5.mean_error");
    double one = numbers.get("lag.k_1.mean_error");
    double five = numbers.get("lag.k_5.mean_error");
    assertTrue(five < one && one < lagging, five + ", " + one + ", " + lagging);
  }

  /** All of z goes to one place, which may or may not be a mode when the game is stopped. */
  @Test
  void laggingDiscriminatorCollapsesTheGenerator() {
    Map<String, Double> numbers = Collapse.run(device, 2000, 1).numbers();
    double inStep = numbers.get("collapse.in_step.modes");
    assertTrue(inStep >= 6, "modes in step: " + inStep);
    double lagging = numbers.get("collapse.lagging.modes");
    assertTrue(lagging <= 1, "modes with D lagging: " + lagging);
  }

  /** Three samples at the first mode's centre, one between all modes. */
  @Test
  void coverageCountsModesAndGoodSamples() {
    float[] samples = {2, 0, 2, 0.1f, 2, -0.1f, 0, 0};
    Collapse.Coverage coverage = Collapse.Coverage.of(samples, Toys.RING);
    assertEquals(new Collapse.Coverage(1, 0.75), coverage);
  }
}
