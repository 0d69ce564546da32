package org.gan4j.device;

/** The backward pass through maxout and its linear part by the pieces that won. */
public abstract class WinnerKernels extends NormalisationKernels {
  WinnerKernels(Backend backend) {
    super(backend);
  }

  /**
   * Whether a layer should call {@link #maxoutGradients}, and not take the way by all slopes.
   *
   * @param shape of the layer
   * @return true if this device has it and it is faster
   */
  public final boolean byWinners(MaxoutShape shape) {
    return backend.prefersWinners() && shape.byWinners();
  }

  /**
   * The gradients of a maxout layer and of the dropout that follows it: what maxoutBackward,
   * productTransposed and weightGradient compute, without the slopes that are zero, the array of
   * them, and a product with any of them. Sums go over rows or columns in their order, each product
   * rounded.
   *
   * <p>Of inDelta the first inputRows; velocity ← momentum · velocity − learningRate · Σ_i
   * rowScale_i · in_iᵀ·slopes_i, the biases' likewise; and with a step weights ← weights +
   * velocity, biases ← biases + biasVelocity, after inDelta was made of the weights as they were,
   * and the squared norm of what was added goes into the state.
   *
   * @param inDeltaOrNull [inputRows][inputs]; null exactly if inputRows is 0; modified
   * @param weights [inputs][units·pieces]; modified by a step
   * @param velocityOrNull [inputs][units·pieces]; null to make no gradient of the parameters;
   *     modified
   * @param biases [units·pieces]; modified by a step
   * @param biasVelocityOrNull [units·pieces]; null exactly if velocityOrNull is; modified
   * @param in [rows][inputs], what entered the layer; not modified
   * @param delta [rows][units], the gradient after dropout; not modified
   * @param winner BYTE [rows][units] of the forward pass; not modified
   * @param rowScaleOrNull [rows]: factors of the parameters' gradients; null: ones; not modified
   * @param shape of the layer
   * @param inputRows 0 to the shape's rows
   * @param step whether the parameters take their velocities
   * @param state training state; modified by a step
   * @throws UnsupportedOperationException if the device takes the other way only
   */
  public final void maxoutGradients(
      DeviceBuffer inDeltaOrNull,
      DeviceBuffer weights,
      DeviceBuffer velocityOrNull,
      DeviceBuffer biases,
      DeviceBuffer biasVelocityOrNull,
      DeviceBuffer in,
      DeviceBuffer delta,
      DeviceBuffer winner,
      DeviceBuffer rowScaleOrNull,
      MaxoutShape shape,
      int inputRows,
      boolean step,
      DeviceBuffer state) {
    int rows = shape.rows();
    Require.matrix(delta, rows, shape.units());
    Require.typed(winner, DataType.BYTE, (long) rows * shape.units());
    Require.matrix(in, rows, shape.inputs());
    Require.matrix(weights, shape.inputs(), shape.columns());
    Require.matrix(biases, 1, shape.columns());
    Require.replicas(delta, winner, in);
    Require.replicas(delta, weights, biases);
    Require.that(
        0 <= inputRows && inputRows <= rows, "inputRows must be 0 to rows, not ", inputRows);
    requireTogether(inDeltaOrNull != null, inputRows > 0, "inDelta and inputRows");
    Require.optional(inDeltaOrNull, inputRows, shape.inputs(), delta);
    requireTogether(velocityOrNull != null, biasVelocityOrNull != null, "the two velocities");
    Require.optional(velocityOrNull, shape.inputs(), shape.columns(), delta);
    Require.optional(biasVelocityOrNull, 1, shape.columns(), delta);
    Require.optional(rowScaleOrNull, rows, 1, delta);
    Require.state(state, delta);
    boolean steps = step && velocityOrNull != null;
    long space = backend.winnersSpace(shape, inputRows);
    Arguments arguments = of(delta).writes(inDeltaOrNull);
    take(arguments, weights, steps).writes(velocityOrNull);
    take(arguments, biases, steps).writes(biasVelocityOrNull);
    arguments.reads(in).reads(delta).reads(winner).reads(rowScaleOrNull).pointer(space, 0);
    arguments.integer(rows).integer(inputRows).integer(shape.inputs());
    arguments.integer(shape.units()).integer(shape.pieces());
    arguments.real((float) (1 / shape.keep())).integer(steps ? 1 : 0);
    take(arguments, state, steps).launch(Kernel.MAXOUT_GRADIENTS, 1);
  }

  private static void requireTogether(boolean one, boolean other, String what) {
    if (one != other) {
      throw new IllegalArgumentException(what + " are given both or not at all");
    }
  }

  private static Arguments take(Arguments arguments, DeviceBuffer buffer, boolean written) {
    return written ? arguments.writes(buffer) : arguments.reads(buffer);
  }
}
