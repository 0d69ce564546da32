package org.gan4j.recipe;

import org.gan4j.layers.Checks;

/**
 * What both networks are told beside z and the example: c of p(x | c) (the paper's section 7, 1).
 * With one, each network begins with a join of two branches: z, or the example, then the condition.
 */
public sealed interface Condition {
  /**
   * Values per example.
   *
   * @return 0 without a condition
   */
  int width();

  /** Nothing: p(x). */
  record None() implements Condition {
    @Override
    public int width() {
      return 0;
    }
  }

  /**
   * The example's class, as a one-hot vector.
   *
   * @param count classes, 1 to 256
   */
  record Classes(int count) implements Condition {
    public Classes {
      Checks.range("count", count, 1, 256);
    }

    @Override
    public int width() {
      return count;
    }
  }

  /**
   * A vector of numbers for each example, which the user gives with the data.
   *
   * @param size numbers of one, 1 to 65536
   */
  record Values(int size) implements Condition {
    public Values {
      Checks.range("size", size, 1, 65536);
    }

    @Override
    public int width() {
      return size;
    }
  }
}
