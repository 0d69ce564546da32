package org.gan4j.eval;

/** The smallest distance, and how many have it. */
final class Nearest {
  private float least = Float.POSITIVE_INFINITY;
  private int ties;

  void add(float distance) {
    if (distance < least) {
      least = distance;
      ties = 0;
    }
    ties += distance == least ? 1 : 0;
  }

  /** Of the nearest points of two kinds, these and others, the share of these. */
  double shareBeside(Nearest other) {
    if (least == other.least) {
      return (double) ties / (ties + other.ties);
    }
    return least < other.least ? 1 : 0;
  }
}
