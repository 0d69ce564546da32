package org.gan4j.benchmarks;

import java.util.SplittableRandom;

/** Which examples make the next minibatch; every epoch in another order. */
public final class Shuffle {
  private final SplittableRandom random = new SplittableRandom(1);
  private final int[] order = new int[Workload.EXAMPLES];
  private final int[] chosen;
  private int next = order.length;

  /**
   * Begins with the first epoch.
   *
   * @param batch examples of a minibatch
   */
  public Shuffle(int batch) {
    chosen = new int[batch];
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
