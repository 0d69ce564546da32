package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ParzenScoreTest {
  private static final List<ParzenScore.Point> CURVE =
      List.of(
          new ParzenScore.Point(0.1, -100),
          new ParzenScore.Point(0.2154, 224),
          new ParzenScore.Point(1, -740));

  private static ParzenScore score(ParzenScore.Part part, double sigma) {
    return new ParzenScore(part, 225.06, 1.96, sigma, 10_000, 10_000, CURVE);
  }

  @Test
  void readsLikeTheLineOfTheReport() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals(
          "parzen test 225.1 ± 2.0 nats (σ 0.215, 10000 samples, 10000 tests)",
          score(ParzenScore.Part.TEST, 0.2154).toString());
      assertEquals(
          "parzen validation 225.1 ± 2.0 nats (σ 0.215, 10000 samples, 10000 examples)",
          score(ParzenScore.Part.VALIDATION, 0.2154).toString());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void warnsAtTheEdgesOnly() {
    assertEquals(Optional.empty(), score(ParzenScore.Part.TEST, 0.2154).warning());
    assertEquals(
        "the best σ, 0.100, is the smallest of the grid from 0.100 to 1.00, so the score may be far"
            + " too low; set evaluation.sigma_from lower",
        score(ParzenScore.Part.TEST, 0.1).warning().orElseThrow());
    assertTrue(score(ParzenScore.Part.TEST, 1).atGridEdge());
    assertFalse(
        new ParzenScore(ParzenScore.Part.TEST, 0, 0, 0.2, 2, 1, List.of(CURVE.get(0)))
            .atGridEdge());
  }

  @Test
  void statisticsByHand() {
    ParzenScore score =
        ParzenScore.of(ParzenScore.Part.TEST, new double[] {1, 2, 3, 6}, 1, 5, CURVE);
    assertEquals(3, score.mean());
    assertEquals(Math.sqrt(3.5) / 2, score.standardError(), 1e-15);
    assertEquals(4, score.examples());
    ParzenScore single = ParzenScore.of(ParzenScore.Part.TEST, new double[] {7}, 1, 5, CURVE);
    assertEquals(
        "parzen test 7.0 ± NaN nats (σ 1.00, 5 samples, 1 tests)",
        single.toString(),
        "one example says nothing of others");
  }
}
