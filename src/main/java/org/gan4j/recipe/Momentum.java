package org.gan4j.recipe;

import org.gan4j.layers.Checks;

/**
 * Classical momentum, v ← m·v − lr·g, with m growing linearly over the first epochs: in epoch e,
 * from 1, m = initial + (last − initial)·clip((e − 1)/(epochs − 1), 0, 1).
 *
 * @param initial in epoch 1, in [0, 1)
 * @param last from epoch {@code epochs} on, in [0, 1)
 * @param epochs the epoch in which {@code last} is reached, ≥ 2
 */
public record Momentum(double initial, double last, int epochs) {
  private static final double BELOW_ONE = Math.nextDown(1.0);

  public Momentum {
    Checks.range("initial", initial, 0, BELOW_ONE);
    Checks.range("last", last, 0, BELOW_ONE);
    Checks.range("epochs", epochs, 2, 1_000_000_000);
  }
}
