package org.gan4j.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** Gradients without backpropagation. */
public final class FiniteDifferences {
  /** Small enough not to cross a kink that is {@link #MARGIN} away. */
  private static final double STEP = 1e-6;

  /**
   * A loss must keep its values this far from kinks: one parameter's step moves a value by the step
   * times the values and weights on the way, some tens in these networks.
   */
  public static final double MARGIN = 1e-4;

  /** Cancellation: 2⁻⁵³ · |loss| / STEP, for losses up to some 100; curvature is far less. */
  public static final double ERROR = 1e-8;

  private FiniteDifferences() {}

  /**
   * Central differences of a loss with respect to values that it reads; not modified in the end.
   */
  public static double[] gradient(double[] values, DoubleSupplier loss) {
    double[] gradient = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      values[i] = value + STEP;
      double above = loss.getAsDouble();
      values[i] = value - STEP;
      double below = loss.getAsDouble();
      values[i] = value;
      gradient[i] = (above - below) / (2 * STEP);
    }
    return gradient;
  }

  /** The same for each of several arrays. */
  public static List<double[]> gradients(List<double[]> values, DoubleSupplier loss) {
    List<double[]> gradients = new ArrayList<>();
    values.forEach(v -> gradients.add(gradient(v, loss)));
    return gradients;
  }
}
