package org.gan4j.eval;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The minimum of a smooth convex function by L-BFGS (Nocedal and Wright, Numerical Optimization,
 * 2006, algorithms 7.4 and 7.5), with steps that are halved until they lower the function enough.
 */
final class Lbfgs {
  /** Steps that the curvature is learnt from. */
  private static final int MEMORY = 10;

  /** Of the decrease that the slope promises, what a step has to keep (Armijo's condition). */
  private static final double ENOUGH = 1e-4;

  private static final int MOST_HALVINGS = 20;

  private final Objective objective;
  private final Deque<Step> steps = new ArrayDeque<>();
  private double[] at;
  private double[] gradient;
  private double value;

  /** A function to be minimised. */
  interface Objective {
    /**
     * Computes.
     *
     * @param x not modified
     * @param gradient of the same length ← the gradient at x; modified
     * @return the value at x
     */
    double at(double[] x, double[] gradient);
  }

  /** A step that was taken, what it changed of the gradient, and their inner product, above 0. */
  private record Step(double[] x, double[] gradient, double product) {}

  private Lbfgs(Objective objective, double[] start) {
    this.objective = objective;
    this.at = start.clone();
    this.gradient = new double[start.length];
    this.value = objective.at(at, gradient);
  }

  /**
   * Minimises.
   *
   * @param objective smooth and convex, to its rounding
   * @param start where to begin; not modified
   * @param rounds at most this many
   * @param tolerance the end: a round lowers the value by less than this part of it
   * @return where the smallest value was found
   */
  static double[] minimise(Objective objective, double[] start, int rounds, double tolerance) {
    Lbfgs search = new Lbfgs(objective, start);
    for (int round = 0; round < rounds; round++) {
      double before = search.value;
      if (!search.step() || before - search.value <= tolerance * Math.abs(search.value)) {
        break;
      }
    }
    return search.at;
  }

  /** False if there is nothing to gain beyond rounding. */
  private boolean step() {
    double[] direction = direction();
    double slope = dot(direction, gradient);
    if (!(slope < 0)) {
      return false;
    }
    // Of the function's scale nothing is known before the first step.
    double length = steps.isEmpty() ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    double[] next = new double[at.length];
    double[] nextGradient = new double[at.length];
    for (int halvings = 0; halvings < MOST_HALVINGS; halvings++, length /= 2) {
      for (int i = 0; i < next.length; i++) {
        next[i] = at[i] + length * direction[i];
      }
      double nextValue = objective.at(next, nextGradient);
      if (nextValue <= value + ENOUGH * length * slope) {
        remember(next, nextGradient);
        at = next;
        gradient = nextGradient;
        value = nextValue;
        return true;
      }
    }
    return false;
  }

  private void remember(double[] next, double[] nextGradient) {
    double[] x = difference(next, at);
    double[] change = difference(nextGradient, gradient);
    double product = dot(x, change);
    // Rounding can hide the curvature of a short step.
    if (product > 1e-10 * Math.sqrt(dot(x, x) * dot(change, change))) {
      steps.addLast(new Step(x, change, product));
      if (steps.size() > MEMORY) {
        steps.removeFirst();
      }
    }
  }

  /** Minus the inverse of the curvature times the gradient, as far as the steps tell. */
  private double[] direction() {
    double[] direction = new double[at.length];
    add(direction, -1, gradient);
    double[] shares = new double[steps.size()];
    int i = shares.length;
    for (Iterator<Step> newestFirst = steps.descendingIterator(); newestFirst.hasNext(); ) {
      Step step = newestFirst.next();
      shares[--i] = dot(step.x, direction) / step.product;
      add(direction, -shares[i], step.gradient);
    }
    if (!steps.isEmpty()) {
      Step newest = steps.getLast();
      double scale = newest.product / dot(newest.gradient, newest.gradient);
      for (int p = 0; p < direction.length; p++) {
        direction[p] *= scale;
      }
    }
    for (Step step : steps) {
      double share = dot(step.gradient, direction) / step.product;
      add(direction, shares[i++] - share, step.x);
    }
    return direction;
  }

  private static double[] difference(double[] a, double[] b) {
    double[] difference = a.clone();
    add(difference, -1, b);
    return difference;
  }

  /** a ← a + factor · b. */
  private static void add(double[] a, double factor, double[] b) {
    for (int i = 0; i < a.length; i++) {
      a[i] += factor * b[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
