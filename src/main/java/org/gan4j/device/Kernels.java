package org.gan4j.device;

/**
 * The operations that layers, losses and measures are made of. Each works on all R replicas, on
 * preallocated buffers, and allocates nothing. Shapes are those of one replica, row-major; outputs
 * come first. Buffers must not overlap unless said.
 *
 * <p>Every operation checks its arguments and throws IllegalArgumentException; a {@link Backend}
 * may trust them.
 */
public final class Kernels extends DataKernels {
  /** The most pieces of a maxout unit: a byte tells which won, 255 that the unit was dropped. */
  public static final int MAX_PIECES = 254;

  /**
   * For the devices.
   *
   * @param backend what computes
   */
  public Kernels(Backend backend) {
    super(backend);
  }

  // ---- random numbers ----

  /**
   * out ← U(mean − scale, mean + scale).
   *
   * @param out [n]; modified
   * @param mean the middle
   * @param scale half the width
   * @param state training state, whose seed and step are used; not modified
   * @param site which source of noise this is
   */
  public void uniform(DeviceBuffer out, double mean, double scale, DeviceBuffer state, int site) {
    Require.floats(out);
    Require.state(state, out);
    of(out)
        .writes(out)
        .integer(out.length())
        .real((float) mean)
        .real((float) scale)
        .reads(state)
        .integer(site)
        .launch(Kernel.UNIFORM, out.length());
  }

  /**
   * out ← N(0, scale²).
   *
   * @param out [n]; modified
   * @param scale standard deviation
   * @param state training state; not modified
   * @param site which source of noise this is
   */
  public void normal(DeviceBuffer out, double scale, DeviceBuffer state, int site) {
    Require.floats(out);
    Require.state(state, out);
    normal(out, null, scale, state, site);
  }

  /**
   * out ← in + N(0, scale²).
   *
   * @param out [n], may be {@code in}; modified
   * @param in [n]; not modified
   * @param scale standard deviation
   * @param state training state; not modified
   * @param site which source of noise this is
   */
  public void addNormal(
      DeviceBuffer out, DeviceBuffer in, double scale, DeviceBuffer state, int site) {
    Require.floats(out);
    Require.same(out, in);
    Require.state(state, out);
    normal(out, in, scale, state, site);
  }

  private void normal(
      DeviceBuffer out, DeviceBuffer inOrNull, double scale, DeviceBuffer state, int site) {
    of(out)
        .writes(out)
        .reads(inOrNull)
        .integer(out.length())
        .real((float) scale)
        .reads(state)
        .integer(site)
        .launch(Kernel.NORMAL, out.length());
  }

  /**
   * out ← in · mask / keep, with a mask that is 1 with probability keep, else 0. The same state and
   * site draw the same mask.
   *
   * @param out [n], may be {@code in}; modified
   * @param in [n]; not modified
   * @param keep in (0, 1)
   * @param state training state; not modified
   * @param site which mask this is
   */
  public void dropout(
      DeviceBuffer out, DeviceBuffer in, double keep, DeviceBuffer state, int site) {
    requireDropout(out, in, keep, state);
    if (!backend.dropout(out, in, keep, site)) {
      mask(out, in, keep, null, 1, state, site);
    }
  }

  /**
   * The gradient through dropout: row i of out ← rowScale_i · row i of delta · mask / keep, with
   * the mask of the {@link #dropout} of the same length that was made last with this state and
   * site. Library kernels keep the last mask of a site alone, of that length or of twice as much,
   * whose first half is taken then.
   *
   * @param out [rows][width], may be {@code delta}; modified
   * @param delta [rows][width], the gradient with respect to what dropout gave; not modified
   * @param keep as in the forward pass
   * @param rowScaleOrNull [rows], or null for ones; not modified
   * @param rows examples; any divisor of the number of values where there are no factors
   * @param state training state as it was in the forward pass; not modified
   * @param site as in the forward pass
   */
  public void dropoutBackward(
      DeviceBuffer out,
      DeviceBuffer delta,
      double keep,
      DeviceBuffer rowScaleOrNull,
      int rows,
      DeviceBuffer state,
      int site) {
    requireDropout(out, delta, keep, state);
    Require.that(
        rows >= 1 && out.length() % rows == 0, "not a whole number of values, rows: ", rows);
    Require.optional(rowScaleOrNull, rows, 1, out);
    if (!backend.dropoutBackward(out, delta, keep, site)) {
      mask(out, delta, keep, rowScaleOrNull, rows, state, site);
    } else if (rowScaleOrNull != null) {
      scaleRows(out, out, rowScaleOrNull, rows, Math.toIntExact(out.length() / rows));
    }
  }

  private static void requireDropout(
      DeviceBuffer out, DeviceBuffer in, double keep, DeviceBuffer state) {
    Require.floats(out);
    Require.same(out, in);
    Require.state(state, out);
    Require.that(keep > 0 && keep < 1, "keep must lie in (0, 1), not ", keep);
  }

  private void mask(
      DeviceBuffer out,
      DeviceBuffer in,
      double keep,
      DeviceBuffer rowScaleOrNull,
      int rows,
      DeviceBuffer state,
      int site) {
    of(out)
        .writes(out)
        .reads(in)
        .reads(rowScaleOrNull)
        .integer(out.length())
        .integer(out.length() / rows)
        .integer(threshold(keep))
        .real((float) (1 / keep))
        .reads(state)
        .integer(site)
        .launch(Kernel.DROPOUT, out.length());
  }

  // ---- products ----

  /**
   * out ← epilogue(a·b + bias).
   *
   * @param out [rows][columns]; modified
   * @param a [rows][inner]; not modified
   * @param b [inner][columns]; not modified
   * @param bias [columns]; not modified
   * @param epilogue what is done to the sum
   * @param rows rows of out
   * @param columns columns of out
   * @param inner terms of a sum
   */
  public void affine(
      DeviceBuffer out,
      DeviceBuffer a,
      DeviceBuffer b,
      DeviceBuffer bias,
      Epilogue epilogue,
      int rows,
      int columns,
      int inner) {
    Require.matrix(out, rows, columns);
    Require.matrix(a, rows, inner);
    Require.matrix(b, inner, columns);
    Require.matrix(bias, 1, columns);
    Require.replicas(out, a, b, bias);
    if (!backend.product(out, a, b, bias, epilogue, false, rows, columns, inner)) {
      addBias(out, out, bias, epilogue, rows, columns, 1);
    }
  }

  /**
   * out ← a·bᵀ: the way of a gradient back through a layer.
   *
   * @param out [rows][columns]; modified
   * @param a [rows][inner]; not modified
   * @param b [columns][inner]; not modified
   * @param rows rows of out
   * @param columns columns of out
   * @param inner terms of a sum
   */
  public void productTransposed(
      DeviceBuffer out, DeviceBuffer a, DeviceBuffer b, int rows, int columns, int inner) {
    Require.matrix(out, rows, columns);
    Require.matrix(a, rows, inner);
    Require.matrix(b, columns, inner);
    Require.replicas(out, a, b);
    backend.product(out, a, b, null, Epilogue.NONE, true, rows, columns, inner);
  }

  /**
   * out ← a·bᵀ in single precision throughout, whatever precision the device gives networks: all
   * inner products of two sets of points, for distances.
   *
   * @param out [rows][columns]; modified
   * @param a [rows][inner]; not modified
   * @param b [columns][inner]; not modified
   * @param rows points of the first set
   * @param columns points of the second set
   * @param inner values of a point
   */
  public void innerProducts(
      DeviceBuffer out, DeviceBuffer a, DeviceBuffer b, int rows, int columns, int inner) {
    Require.matrix(out, rows, columns);
    Require.matrix(a, rows, inner);
    Require.matrix(b, columns, inner);
    Require.replicas(out, a, b);
    backend.innerProducts(out, a, b, rows, columns, inner);
  }

  /**
   * velocity ← momentum · velocity − learningRate · xᵀ·delta: a layer's weight gradient goes into
   * the velocity by the product itself; there is no gradient buffer.
   *
   * @param velocity [inputs][outputs]; modified
   * @param x [rows][inputs], what entered the layer; not modified
   * @param delta [rows][outputs], the gradient before its activation; not modified
   * @param shape of the layer
   * @param state training state, whose learning rate and momentum are used; not modified
   */
  public void weightGradient(
      DeviceBuffer velocity,
      DeviceBuffer x,
      DeviceBuffer delta,
      DenseShape shape,
      DeviceBuffer state) {
    shape.require(velocity, x, delta, state);
    backend.weightGradient(velocity, x, delta, shape, state);
  }

  // ---- layers ----

  /**
   * out ← the largest of each unit's pieces, then dropout on it.
   *
   * @param out [rows][units]; modified
   * @param winner BYTE [rows][units]: which piece, from 0, the first of equals; 255 where dropout
   *     set the unit to 0. A backend may keep that elsewhere: it is for maxoutBackward. Modified
   * @param in [rows][units·pieces]; not modified
   * @param rows examples
   * @param units maxout units
   * @param pieces of one unit, 1 to 254
   * @param keep dropout's probability to keep, in (0, 1]; 1: no dropout
   * @param state training state; not modified
   * @param site which mask this is
   */
  public void maxoutForward(
      DeviceBuffer out,
      DeviceBuffer winner,
      DeviceBuffer in,
      int rows,
      int units,
      int pieces,
      double keep,
      DeviceBuffer state,
      int site) {
    requireMaxout(out, winner, in, rows, units, pieces, keep);
    Require.state(state, out);
    if (backend.maxoutForward(out, winner, in, rows, units, pieces, keep)) {
      return;
    }
    of(out)
        .writes(out)
        .writes(winner)
        .reads(in)
        .integer(rows)
        .integer(units)
        .integer(pieces)
        .integer(threshold(keep))
        .real((float) (1 / keep))
        .reads(keep < 1 ? state : null)
        .integer(site)
        .launch(Kernel.MAXOUT_FORWARD, (long) rows * units);
  }

  /**
   * The gradient through dropout and maxout: it goes to the winning piece, times 1/keep. And
   * biasVelocity ← momentum · biasVelocity − learningRate · Σ_i rowScale_i · out_i.
   *
   * @param out [rows][units·pieces]; modified
   * @param biasVelocity [units·pieces], or null to leave it; modified
   * @param delta [rows][units]; not modified
   * @param winner BYTE [rows][units] of the forward pass; not modified
   * @param rowScale [rows], or null for ones; not modified
   * @param rows examples
   * @param units maxout units
   * @param pieces of one unit
   * @param keep as in the forward pass
   * @param state training state; not modified
   */
  public void maxoutBackward(
      DeviceBuffer out,
      DeviceBuffer biasVelocity,
      DeviceBuffer delta,
      DeviceBuffer winner,
      DeviceBuffer rowScale,
      int rows,
      int units,
      int pieces,
      double keep,
      DeviceBuffer state) {
    requireMaxout(delta, winner, out, rows, units, pieces, keep);
    Require.optional(biasVelocity, 1, units * pieces, out);
    Require.optional(rowScale, rows, 1, out);
    Require.state(state, out);
    if (backend.maxoutBackward(out, delta, winner, rows, units, pieces, keep)) {
      slopes(out, biasVelocity, out, rowScale, rows, units * pieces, Epilogue.NONE, state);
      return;
    }
    boolean apart = sumsApart(biasVelocity, rowScale);
    of(out)
        .writes(out)
        .writes(apart ? null : biasVelocity)
        .reads(delta)
        .reads(winner)
        .reads(apart ? null : rowScale)
        .integer(rows)
        .integer(units)
        .integer(pieces)
        .real((float) (1 / keep))
        .reads(state)
        .launch(Kernel.MAXOUT_BACKWARD, (long) units * pieces, rows);
    if (apart) {
      slopes(out, biasVelocity, out, rowScale, rows, units * pieces, Epilogue.NONE, state);
    }
  }

  /**
   * Whether the gradient with respect to biases is summed apart from the slopes, which need not
   * wait for the factors of rows then.
   */
  private boolean sumsApart(DeviceBuffer biasVelocityOrNull, DeviceBuffer rowScaleOrNull) {
    return biasVelocityOrNull != null && rowScaleOrNull != null && backend.overlaps();
  }

  private static void requireMaxout(
      DeviceBuffer small,
      DeviceBuffer winner,
      DeviceBuffer wide,
      int rows,
      int units,
      int pieces,
      double keep) {
    Require.that(pieces >= 1 && pieces <= MAX_PIECES, "pieces must be 1 to 254, not ", pieces);
    Require.that(keep > 0 && keep <= 1, "keep must lie in (0, 1], not ", keep);
    long width = (long) units * pieces;
    Require.that(width <= Integer.MAX_VALUE, "more pieces than an example can have: ", width);
    Require.matrix(small, rows, units);
    Require.matrix(wide, rows, (int) width);
    Require.typed(winner, DataType.BYTE, (long) rows * units);
    Require.replicas(small, winner, wide);
  }

  /**
   * delta ← delta · activation'(·), the slope taken from the layer's output y. And biasVelocity ←
   * momentum · biasVelocity − learningRate · Σ_i rowScale_i · delta_i.
   *
   * @param delta [rows][units]; modified
   * @param biasVelocity [units], or null to leave it; modified
   * @param y [rows][units]; not modified
   * @param rowScale [rows], or null for ones; not modified
   * @param rows examples
   * @param units values of an example
   * @param activation which one made y
   * @param state training state; not modified
   */
  public void activationBackward(
      DeviceBuffer delta,
      DeviceBuffer biasVelocity,
      DeviceBuffer y,
      DeviceBuffer rowScale,
      int rows,
      int units,
      Epilogue activation,
      DeviceBuffer state) {
    Require.matrix(delta, rows, units);
    Require.matrix(y, rows, units);
    Require.optional(biasVelocity, 1, units, delta);
    Require.optional(rowScale, rows, 1, delta);
    Require.replicas(delta, y);
    Require.state(state, delta);
    boolean done = backend.activationBackward(delta, y, rows, units, activation);
    Epilogue left = done ? Epilogue.NONE : activation;
    slopes(delta, biasVelocity, y, rowScale, rows, units, left, state);
  }

  private void slopes(
      DeviceBuffer delta,
      DeviceBuffer biasVelocity,
      DeviceBuffer y,
      DeviceBuffer rowScale,
      int rows,
      int units,
      Epilogue activation,
      DeviceBuffer state) {
    if (activation == Epilogue.NONE && biasVelocity == null) {
      return;
    }
    if (activation != Epilogue.NONE && sumsApart(biasVelocity, rowScale)) {
      slopes(delta, null, y, null, rows, units, activation, state);
      slopes(delta, biasVelocity, delta, rowScale, rows, units, Epilogue.NONE, state);
      return;
    }
    Arguments arguments = of(delta);
    // A linear activation leaves delta as it is.
    (activation == Epilogue.NONE ? arguments.reads(delta) : arguments.writes(delta))
        .writes(biasVelocity)
        .reads(y)
        .reads(rowScale)
        .integer(rows)
        .integer(units)
        .integer(activation.ordinal())
        .reads(state)
        .launch(Kernel.ACTIVATION_BACKWARD, units, rows);
  }

  /**
   * Row i of out ← rowScale_i · row i of in.
   *
   * @param out [rows][width], may be {@code in}; modified
   * @param in [rows][width]; not modified
   * @param rowScale [rows]; not modified
   * @param rows examples
   * @param width values of an example
   */
  public void scaleRows(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer rowScale, int rows, int width) {
    Require.matrix(out, rows, width);
    Require.matrix(in, rows, width);
    Require.matrix(rowScale, rows, 1);
    Require.replicas(out, in, rowScale);
    of(out)
        .writes(out)
        .reads(in)
        .reads(rowScale)
        .integer(rows)
        .integer(width)
        .launch(Kernel.SCALE_ROWS, (long) rows * width);
  }

  /**
   * Copies a block of columns: out[i][outFirst + j] ← in[i][inFirst + j].
   *
   * @param out [rows][outWidth]; those columns are modified
   * @param outFirst the first of its columns, ≥ 0
   * @param outWidth values of a row of {@code out}
   * @param in [rows][inWidth], not {@code out}; not modified
   * @param inFirst the first of its columns, ≥ 0
   * @param inWidth values of a row of {@code in}
   * @param rows how many, ≥ 1; the buffers may have more
   * @param columns how many, ≥ 1
   */
  public void copyColumns(
      DeviceBuffer out,
      int outFirst,
      int outWidth,
      DeviceBuffer in,
      int inFirst,
      int inWidth,
      int rows,
      int columns) {
    requireColumns(out, outFirst, outWidth, rows, columns);
    requireColumns(in, inFirst, inWidth, rows, columns);
    Require.replicas(out, in);
    if (out == in) {
      throw new IllegalArgumentException("columns can't be copied within one buffer: " + out);
    }
    of(out)
        .writes(out)
        .integer(outFirst)
        .integer(outWidth)
        .reads(in)
        .integer(inFirst)
        .integer(inWidth)
        .integer(rows)
        .integer(columns)
        .launch(Kernel.COPY_COLUMNS, (long) rows * columns);
  }

  private static void requireColumns(
      DeviceBuffer buffer, int first, int width, int rows, int columns) {
    Require.matrix(buffer, rows, width);
    Require.that(columns >= 1, "columns must be at least 1, not ", columns);
    long end = (long) first + columns;
    Require.that(first >= 0 && end <= width, "columns end beyond the width of a row, at ", end);
  }
}
