package org.gan4j.benchmarks;

import java.util.SplittableRandom;

/** Which examples make the next minibatch; every epoch in another order. */
public final class Shuffle {
  private final SplittableRandom random;
  private final int[] order;
  private final int[] chosen;
  private int next;

  /**
   * Begins with the first epoch.
   *
   * @param batch examples of a minibatch
   * @param examples of the training set, no fewer
   * @param seed decides the order
   */
  public Shuffle(int batch, int examples, int seed) {
    random = new SplittableRandom(seed);
    chosen = new int[batch];
    order = new int[examples];
    next = examples;
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
  }

  /**
   * The next minibatch.
   *
   * @return indices of examples, valid until the next call
   */
  public int[] next() {
    if (next + chosen.length > order.length) {
      for (int i = order.length - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        int moved = order[i];
        order[i] = order[other];
        order[other] = moved;
      }
      next = 0;
    }
    System.arraycopy(order, next, chosen, 0, chosen.length);
    next += chosen.length;
    return chosen;
  }
}
