package org.gan4j.eval;

import java.util.Arrays;

/** The schedules of τ, 1/σ², that annealed importance sampling goes along. */
final class Precisions {
  private Precisions() {}

  /** T + 1 values from 0 to the last, Δτ in proportion to τ + knee. */
  static double[] schedule(double knee, double last, int steps) {
    double rate = Math.log1p(last / knee) / steps;
    double[] precisions = new double[steps + 1];
    for (int t = 0; t < steps; t++) {
      precisions[t] = knee * Math.expm1(rate * t);
    }
    precisions[steps] = last;
    return precisions;
  }

  /** A schedule that stops at all targets on its way to the greatest, which is their first. */
  static double[] withTargets(double[] schedule, double[] targets) {
    double[] all = Arrays.copyOf(schedule, schedule.length + targets.length - 1);
    System.arraycopy(targets, 1, all, schedule.length, targets.length - 1);
    Arrays.sort(all);
    return all;
  }

  /** Every replica's τ at a step. */
  static double[] at(double[][] precisions, int t) {
    return Arrays.stream(precisions).mapToDouble(p -> p[t]).toArray();
  }
}
