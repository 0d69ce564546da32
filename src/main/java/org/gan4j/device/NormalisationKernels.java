package org.gan4j.device;

/**
 * Batch normalisation (Ioffe and Szegedy, 2015), of columns by what the rows of a minibatch have,
 * and weight normalisation (Salimans and Kingma, 2016), of columns by their norms.
 */
public abstract class NormalisationKernels extends MaskKernels {
  NormalisationKernels(Backend backend) {
    super(backend);
  }

  /**
   * out ← activation(scale · (in − mean) · inverse + shift), for each column. In training mean and
   * inverse are those of the minibatch, inverse = 1 / √(variance + epsilon) with the variance's
   * divisor rows, and what runs along moves by rate towards the minibatch's mean and its variance
   * with the divisor rows − 1; else they are taken from what ran along, which stays.
   *
   * @param out [rows][columns]; modified
   * @param mean [columns] ← what was subtracted; modified
   * @param inverse [columns] ← what the difference was multiplied with; modified
   * @param runningMean [columns]; modified in training
   * @param runningVariance [columns], ≥ 0; modified in training
   * @param in [rows][columns]; not modified
   * @param scale [columns]; not modified
   * @param shift [columns]; not modified
   * @param rows examples
   * @param columns values of an example
   * @param rate in [0, 1]
   * @param epsilon &gt; 0
   * @param activation of what was shifted
   * @param training whether the minibatch decides
   */
  public final void batchNormForward(
      DeviceBuffer out,
      DeviceBuffer mean,
      DeviceBuffer inverse,
      DeviceBuffer runningMean,
      DeviceBuffer runningVariance,
      DeviceBuffer in,
      DeviceBuffer scale,
      DeviceBuffer shift,
      int rows,
      int columns,
      double rate,
      double epsilon,
      Epilogue activation,
      boolean training) {
    Require.matrix(out, rows, columns);
    Require.matrix(in, rows, columns);
    Require.replicas(out, in);
    requireRow(mean, columns, out);
    requireRow(inverse, columns, out);
    requireRow(runningMean, columns, out);
    requireRow(runningVariance, columns, out);
    requireRow(scale, columns, out);
    requireRow(shift, columns, out);
    Require.that(rate >= 0 && rate <= 1, "the rate must lie in [0, 1], not ", rate);
    Require.that(
        (float) epsilon > 0 && epsilon < 1e6, "epsilon must be above 0, and finite, not ", epsilon);
    Arguments arguments = of(out).writes(out).writes(mean).writes(inverse);
    // For sampling, other threads may read them too.
    (training
            ? arguments.writes(runningMean).writes(runningVariance)
            : arguments.reads(runningMean).reads(runningVariance))
        .reads(in)
        .reads(scale)
        .reads(shift)
        .integer(rows)
        .integer(columns)
        .real((float) rate)
        .real((float) epsilon)
        .integer(activation.ordinal())
        .integer(training ? 1 : 0)
        .launch(Kernel.BATCH_NORM_FORWARD, columns, rows);
  }

  /**
   * The gradient of {@link #batchNormForward} before its activation: with x̂ = (in − mean) ·
   * inverse, inDelta ← scale · inverse · (delta − the mean over the rows of delta − x̂ · that of
   * delta · x̂), in training, else scale · inverse · delta. And velocity ← momentum · velocity −
   * learningRate · gradient, of the scale Σ delta · x̂, of the shift Σ delta.
   *
   * @param inDelta [inRows][columns], or null to leave it; modified
   * @param scaleVelocity [columns], or null to leave it; modified
   * @param shiftVelocity [columns], or null to leave it; modified
   * @param delta [rows][columns], the gradient before the activation; not modified
   * @param in [rows][columns] of the forward pass; not modified
   * @param mean [columns] of the forward pass; not modified
   * @param inverse [columns] of the forward pass; not modified
   * @param scale [columns]; not modified
   * @param rows examples
   * @param inRows of how many of them, from the first, inDelta is wanted; 0 without
   * @param columns values of an example
   * @param training as in the forward pass
   * @param state training state; not modified
   */
  public final void batchNormBackward(
      DeviceBuffer inDelta,
      DeviceBuffer scaleVelocity,
      DeviceBuffer shiftVelocity,
      DeviceBuffer delta,
      DeviceBuffer in,
      DeviceBuffer mean,
      DeviceBuffer inverse,
      DeviceBuffer scale,
      int rows,
      int inRows,
      int columns,
      boolean training,
      DeviceBuffer state) {
    Require.matrix(delta, rows, columns);
    Require.matrix(in, rows, columns);
    Require.replicas(delta, in);
    requireRow(mean, columns, delta);
    requireRow(inverse, columns, delta);
    requireRow(scale, columns, delta);
    Require.that(
        inRows >= 0 && inRows <= rows && (inRows > 0) == (inDelta != null),
        "rows of the input's gradient must be 1 to those there are, or none without it, not ",
        inRows);
    Require.optional(inDelta, Math.max(1, inRows), columns, delta);
    Require.optional(scaleVelocity, 1, columns, delta);
    Require.optional(shiftVelocity, 1, columns, delta);
    Require.state(state, delta);
    of(delta)
        .writes(inDelta)
        .writes(scaleVelocity)
        .writes(shiftVelocity)
        .reads(delta)
        .reads(in)
        .reads(mean)
        .reads(inverse)
        .reads(scale)
        .integer(rows)
        .integer(inRows)
        .integer(columns)
        .integer(training ? 1 : 0)
        .reads(state)
        .launch(Kernel.BATCH_NORM_BACKWARD, columns, rows);
  }

  /**
   * Column c of out ← scale_c · column c of weights / its Euclidean norm; zeros stay.
   *
   * @param out [rows][columns]; modified
   * @param weights [rows][columns]; not modified
   * @param scale [columns]; not modified
   * @param rows inputs of the layer
   * @param columns outputs of the layer
   */
  public final void weightNorm(
      DeviceBuffer out, DeviceBuffer weights, DeviceBuffer scale, int rows, int columns) {
    Require.matrix(out, rows, columns);
    Require.matrix(weights, rows, columns);
    Require.replicas(out, weights);
    requireRow(scale, columns, out);
    of(out)
        .writes(out)
        .reads(weights)
        .reads(scale)
        .integer(rows)
        .integer(columns)
        .launch(Kernel.WEIGHT_NORM, columns, rows);
  }

  /**
   * The way of a gradient back through {@link #weightNorm}, into the velocities. With v a column of
   * the weights, n its norm and u that of step: scaleVelocity ← momentum · scaleVelocity + u·v / n,
   * and velocity ← momentum · velocity + scale / n · (u − (u·v / n²) v).
   *
   * @param velocity [rows][columns] of the weights; modified
   * @param scaleVelocity [columns], or null to leave it; modified
   * @param step [rows][columns]: minus the learning rate times the gradient with respect to what
   *     weightNorm gave, as {@link Kernels#weightGradient} puts it into zeros; not modified
   * @param weights [rows][columns]; not modified
   * @param scale [columns]; not modified
   * @param rows inputs of the layer
   * @param columns outputs of the layer
   * @param state training state, whose momentum is used; not modified
   */
  public final void weightNormVelocity(
      DeviceBuffer velocity,
      DeviceBuffer scaleVelocity,
      DeviceBuffer step,
      DeviceBuffer weights,
      DeviceBuffer scale,
      int rows,
      int columns,
      DeviceBuffer state) {
    Require.matrix(velocity, rows, columns);
    Require.matrix(step, rows, columns);
    Require.matrix(weights, rows, columns);
    Require.replicas(velocity, step, weights);
    Require.optional(scaleVelocity, 1, columns, velocity);
    requireRow(scale, columns, velocity);
    Require.state(state, velocity);
    of(velocity)
        .writes(velocity)
        .writes(scaleVelocity)
        .reads(step)
        .reads(weights)
        .reads(scale)
        .integer(rows)
        .integer(columns)
        .reads(state)
        .launch(Kernel.WEIGHT_NORM_VELOCITY, columns, rows);
  }

  private static void requireRow(DeviceBuffer buffer, int columns, DeviceBuffer like) {
    Require.matrix(buffer, 1, columns);
    Require.replicas(like, buffer);
  }
}
