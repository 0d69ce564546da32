package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures of a histogram, worked by hand. */
class ClassHistogramTest {
  private static ClassHistogram histogram(List<Double> shares, List<Double> dataShares) {
    return new ClassHistogram(100, shares, dataShares, 0.9);
  }

  @Test
  void evenClassesHaveTheMaximum() {
    ClassHistogram even = histogram(List.of(0.25, 0.25, 0.25, 0.25), List.of(0.25, 0.25, 0.4, 0.1));
    assertEquals(Math.log(4), even.maximumEntropy(), 1e-15);
    assertEquals(Math.log(4), even.entropy(), 1e-15);
    assertEquals(0.25 * Math.log(0.25 / 0.4) + 0.25 * Math.log(2.5), even.divergence(), 1e-15);
    assertEquals(0, even.missing().size());
  }

  @Test
  void oneClassHasNone() {
    ClassHistogram one = histogram(List.of(0.0, 1.0), List.of(0.5, 0.5));
    assertEquals(0.0, one.entropy());
    assertEquals(Math.log(2), one.divergence(), 1e-15);
    assertEquals(1, one.missing().size());
  }

  @Test
  void aTenthOfItsShareIsTheLeastThatAClassMayHave() {
    List<Double> data = List.of(0.5, 0.25, 0.25);
    assertEquals(0, histogram(List.of(0.05, 0.05, 0.9), data).missing().size());
    assertEquals(1, histogram(List.of(0.04, 0.06, 0.9), data).missing().size());
    assertEquals(2, histogram(List.of(0.96, 0.02, 0.02), data).missing().size());
  }
}
