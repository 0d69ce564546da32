package org.gan4j.device;

/**
 * The operations that a backend supplies; layers, losses and measures are made of them. Each works
 * on all R replicas, on preallocated buffers, and allocates nothing. Shapes are those of one
 * replica, row-major; outputs come first. Buffers must not overlap unless said.
 *
 * <p>The public methods check their arguments and throw IllegalArgumentException; the protected
 * ones, a backend's, may trust them.
 */
public abstract class Kernels extends DistanceKernels {
  /** The most pieces of a maxout unit: a byte tells which won, 255 that the unit was dropped. */
  public static final int MAX_PIECES = 254;

  /** What a product does to its result. */
  public enum Epilogue {
    /** Nothing. */
    NONE,
    /** max(x, 0). */
    RELU,
    /** 1 / (1 + e^−x). */
    SIGMOID
  }

  /** For the backends. */
  protected Kernels() {}

  // ---- random numbers ----

  /**
   * out ← U(−scale, scale).
   *
   * @param out [n]; modified
   * @param scale half the width
   * @param state training state, whose seed and step are used; not modified
   * @param site which source of noise this is
   */
  public final void uniform(DeviceBuffer out, double scale, DeviceBuffer state, int site) {
    Require.floats(out);
    Require.state(state, out);
    doUniform(out, (float) scale, state, site);
  }

  /**
   * out ← N(0, scale²).
   *
   * @param out [n]; modified
   * @param scale standard deviation
   * @param state training state; not modified
   * @param site which source of noise this is
   */
  public final void normal(DeviceBuffer out, double scale, DeviceBuffer state, int site) {
    Require.floats(out);
    Require.state(state, out);
    doNormal(out, null, (float) scale, state, site);
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
  public final void addNormal(
      DeviceBuffer out, DeviceBuffer in, double scale, DeviceBuffer state, int site) {
    Require.floats(out);
    Require.same(out, in);
    Require.state(state, out);
    doNormal(out, in, (float) scale, state, site);
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
  public final void dropout(
      DeviceBuffer out, DeviceBuffer in, double keep, DeviceBuffer state, int site) {
    Require.floats(out);
    Require.same(out, in);
    Require.state(state, out);
    Require.that(keep > 0 && keep < 1, "keep must lie in (0, 1), not ", keep);
    doDropout(out, in, keep, state, site);
  }

  /**
   * The gradient through dropout: out ← delta · mask / keep, with the mask of the {@link #dropout}
   * of the same length that was made last with this state and site.
   *
   * @param out [n], may be {@code delta}; modified
   * @param delta [n], the gradient with respect to what dropout gave; not modified
   * @param keep as in the forward pass
   * @param state training state as it was in the forward pass; not modified
   * @param site as in the forward pass
   */
  public final void dropoutBackward(
      DeviceBuffer out, DeviceBuffer delta, double keep, DeviceBuffer state, int site) {
    Require.floats(out);
    Require.same(out, delta);
    Require.state(state, out);
    Require.that(keep > 0 && keep < 1, "keep must lie in (0, 1), not ", keep);
    doDropoutBackward(out, delta, keep, state, site);
  }

  // ---- data ----

  /**
   * One shuffled minibatch: row i of out ← (pixels − shift) · scale of the example that stands at
   * its place in this epoch's order. The order is a function of (seed, epoch).
   *
   * @param out [rows][width]; modified
   * @param pixels BYTE [count][width], one replica; not modified
   * @param scaling [count][2], one replica: shift and scale of every example; not modified
   * @param rows examples of a minibatch
   * @param width values of an example
   * @param minibatch which of the iteration's minibatches, from 0
   * @param state training state; not modified
   */
  public final void gather(
      DeviceBuffer out,
      DeviceBuffer pixels,
      DeviceBuffer scaling,
      int rows,
      int width,
      int minibatch,
      DeviceBuffer state) {
    Require.matrix(out, rows, width);
    long count = Require.images(pixels, scaling, width);
    Require.that(rows <= count, "a minibatch is larger than the data: ", rows);
    Require.that(count <= Integer.MAX_VALUE, "more examples than can be shuffled: ", count);
    Require.that(minibatch >= 0, "the minibatch must be ≥ 0, not ", minibatch);
    Require.state(state, out);
    doGather(out, pixels, scaling, rows, width, minibatch, state);
  }

  /**
   * Examples in their own order: row i of out ← (pixels − shift) · scale of example first + i.
   *
   * @param out [rows][width]; modified
   * @param pixels BYTE [count][width], one replica; not modified
   * @param scaling [count][2], one replica; not modified
   * @param first the first example
   * @param rows examples
   * @param width values of an example
   */
  public final void expand(
      DeviceBuffer out,
      DeviceBuffer pixels,
      DeviceBuffer scaling,
      long first,
      int rows,
      int width) {
    Require.matrix(out, rows, width);
    long count = Require.images(pixels, scaling, width);
    Require.that(first >= 0 && first <= count - rows, "examples outside of the data, from ", first);
    doExpand(out, pixels, scaling, first, rows, width);
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
  public final void affine(
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
    doProduct(out, a, b, bias, epilogue, false, rows, columns, inner);
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
  public final void productTransposed(
      DeviceBuffer out, DeviceBuffer a, DeviceBuffer b, int rows, int columns, int inner) {
    Require.matrix(out, rows, columns);
    Require.matrix(a, rows, inner);
    Require.matrix(b, columns, inner);
    Require.replicas(out, a, b);
    doProduct(out, a, b, null, Epilogue.NONE, true, rows, columns, inner);
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
  public final void innerProducts(
      DeviceBuffer out, DeviceBuffer a, DeviceBuffer b, int rows, int columns, int inner) {
    Require.matrix(out, rows, columns);
    Require.matrix(a, rows, inner);
    Require.matrix(b, columns, inner);
    Require.replicas(out, a, b);
    doInnerProducts(out, a, b, rows, columns, inner);
  }

  /**
   * velocity ← momentum · velocity − learningRate · xᵀ·delta: a layer's weight gradient goes into
   * the velocity by the product itself; there is no gradient buffer.
   *
   * @param velocity [inputs][outputs]; modified
   * @param x [rows][inputs], what entered the layer; not modified
   * @param delta [rows][outputs], the gradient before its activation; not modified
   * @param rows examples
   * @param inputs values per example that enter
   * @param outputs values per example that leave
   * @param state training state, whose learning rate and momentum are used; not modified
   */
  public final void weightGradient(
      DeviceBuffer velocity,
      DeviceBuffer x,
      DeviceBuffer delta,
      int rows,
      int inputs,
      int outputs,
      DeviceBuffer state) {
    Require.matrix(velocity, inputs, outputs);
    Require.matrix(x, rows, inputs);
    Require.matrix(delta, rows, outputs);
    Require.replicas(velocity, x, delta);
    Require.state(state, velocity);
    doWeightGradient(velocity, x, delta, rows, inputs, outputs, state);
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
  public final void maxoutForward(
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
    doMaxoutForward(out, winner, in, rows, units, pieces, keep, state, site);
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
  public final void maxoutBackward(
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
    doMaxoutBackward(out, biasVelocity, delta, winner, rowScale, rows, units, pieces, keep, state);
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
    Require.matrix(small, rows, units);
    Require.matrix(wide, rows, Math.multiplyExact(units, pieces));
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
  public final void activationBackward(
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
    doActivationBackward(delta, biasVelocity, y, rowScale, rows, units, activation, state);
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
  public final void scaleRows(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer rowScale, int rows, int width) {
    Require.matrix(out, rows, width);
    Require.matrix(in, rows, width);
    Require.matrix(rowScale, rows, 1);
    Require.replicas(out, in, rowScale);
    doScaleRows(out, in, rowScale, rows, width);
  }

  // ---- training ----

  /**
   * The game's losses and their slopes, for logits a of generated examples, then of real ones: L_D
   * = ½[mean softplus(−a(x)) + mean softplus(a(G(z)))]; L_G = mean softplus(−a(G(z))), or with the
   * minimax objective mean −softplus(a(G(z))). Adds what a slope was asked for to the state's sums.
   *
   * @param dSlope [fakeRows + realRows] ← ∂L_D/∂a, or null; modified
   * @param gSlope [fakeRows] ← ∂L_G/∂a, or null; modified
   * @param logits [fakeRows + realRows]; not modified
   * @param fakeRows ≥ 1
   * @param realRows ≥ 0; ≥ 1 with dSlope
   * @param minimax which objective the generator has
   * @param weight factor of the discriminator's sums: 1/k
   * @param state training state; its sums are modified
   */
  public final void ganLoss(
      DeviceBuffer dSlope,
      DeviceBuffer gSlope,
      DeviceBuffer logits,
      int fakeRows,
      int realRows,
      boolean minimax,
      double weight,
      DeviceBuffer state) {
    Require.that(fakeRows >= 1, "generated rows must be ≥ 1, not ", fakeRows);
    Require.that(realRows >= 0, "real rows must be ≥ 0, not ", realRows);
    Require.that(
        dSlope == null || realRows > 0, "the discriminator's loss needs real rows, not ", realRows);
    Require.matrix(logits, fakeRows + realRows, 1);
    Require.optional(dSlope, fakeRows + realRows, 1, logits);
    Require.optional(gSlope, fakeRows, 1, logits);
    Require.state(state, logits);
    doGanLoss(dSlope, gSlope, logits, fakeRows, realRows, minimax, weight, state);
  }

  /**
   * weights ← weights + velocity; adds ‖velocity‖² to the state.
   *
   * @param weights [n]; modified
   * @param velocity [n]; not modified
   * @param state training state; modified
   */
  public final void update(DeviceBuffer weights, DeviceBuffer velocity, DeviceBuffer state) {
    Require.floats(weights);
    Require.same(weights, velocity);
    Require.state(state, weights);
    doUpdate(weights, velocity, state);
  }

  /**
   * Every column ← column · min(n, cap)/(1e-7 + n), with n its Euclidean norm.
   *
   * @param weights [rows][columns]; modified
   * @param rows inputs of the layer
   * @param columns outputs of the layer
   * @param cap &gt; 0
   */
  public final void capColumns(DeviceBuffer weights, int rows, int columns, double cap) {
    Require.matrix(weights, rows, columns);
    Require.that(cap > 0, "the cap must be above 0, not ", cap);
    doCapColumns(weights, rows, columns, (float) cap);
  }

  /**
   * Sets the learning rate and the momentum that belong to the state's step.
   *
   * @param state training state; modified
   */
  public final void schedule(DeviceBuffer state) {
    Require.state(state, state);
    doSchedule(state);
  }

  /**
   * Ends an iteration: step + 1, its learning rate and momentum, the sum of update norms.
   *
   * @param state training state; modified
   */
  public final void advance(DeviceBuffer state) {
    Require.state(state, state);
    doAdvance(state);
  }

  /**
   * out ← value.
   *
   * @param out [n]; modified
   * @param value for every element
   */
  public final void fill(DeviceBuffer out, double value) {
    Require.floats(out);
    doFill(out, (float) value);
  }

  // ---- what a backend supplies; the arguments are those of the public methods ----

  /** See the public method of the same name. */
  protected abstract void doUniform(DeviceBuffer out, float scale, DeviceBuffer state, int site);

  /** See {@link #normal} and {@link #addNormal}. */
  protected abstract void doNormal(
      DeviceBuffer out, DeviceBuffer inOrNull, float scale, DeviceBuffer state, int site);

  /** See the public method of the same name. */
  protected abstract void doDropout(
      DeviceBuffer out, DeviceBuffer in, double keep, DeviceBuffer state, int site);

  /** See the public method of the same name. Draws the mask again, unless a backend keeps it. */
  protected void doDropoutBackward(
      DeviceBuffer out, DeviceBuffer delta, double keep, DeviceBuffer state, int site) {
    doDropout(out, delta, keep, state, site);
  }

  /** See the public method of the same name. */
  protected abstract void doGather(
      DeviceBuffer out,
      DeviceBuffer pixels,
      DeviceBuffer scaling,
      int rows,
      int width,
      int minibatch,
      DeviceBuffer state);

  /** See the public method of the same name. */
  protected abstract void doExpand(
      DeviceBuffer out, DeviceBuffer pixels, DeviceBuffer scaling, long first, int rows, int width);

  /** See {@link #affine} and {@link #productTransposed}. */
  protected abstract void doProduct(
      DeviceBuffer out,
      DeviceBuffer a,
      DeviceBuffer b,
      DeviceBuffer biasOrNull,
      Epilogue epilogue,
      boolean transposeB,
      int rows,
      int columns,
      int inner);

  /** See the public method of the same name. */
  protected abstract void doInnerProducts(
      DeviceBuffer out, DeviceBuffer a, DeviceBuffer b, int rows, int columns, int inner);

  /** See the public method of the same name. */
  protected abstract void doWeightGradient(
      DeviceBuffer velocity,
      DeviceBuffer x,
      DeviceBuffer delta,
      int rows,
      int inputs,
      int outputs,
      DeviceBuffer state);

  /** See the public method of the same name. */
  protected abstract void doMaxoutForward(
      DeviceBuffer out,
      DeviceBuffer winner,
      DeviceBuffer in,
      int rows,
      int units,
      int pieces,
      double keep,
      DeviceBuffer state,
      int site);

  /** See the public method of the same name. */
  protected abstract void doMaxoutBackward(
      DeviceBuffer out,
      DeviceBuffer biasVelocityOrNull,
      DeviceBuffer delta,
      DeviceBuffer winner,
      DeviceBuffer rowScaleOrNull,
      int rows,
      int units,
      int pieces,
      double keep,
      DeviceBuffer state);

  /** See the public method of the same name. */
  protected abstract void doActivationBackward(
      DeviceBuffer delta,
      DeviceBuffer biasVelocityOrNull,
      DeviceBuffer y,
      DeviceBuffer rowScaleOrNull,
      int rows,
      int units,
      Epilogue activation,
      DeviceBuffer state);

  /** See the public method of the same name. */
  protected abstract void doScaleRows(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer rowScale, int rows, int width);

  /** See the public method of the same name. */
  protected abstract void doGanLoss(
      DeviceBuffer dSlopeOrNull,
      DeviceBuffer gSlopeOrNull,
      DeviceBuffer logits,
      int fakeRows,
      int realRows,
      boolean minimax,
      double weight,
      DeviceBuffer state);

  /** See the public method of the same name. */
  protected abstract void doUpdate(DeviceBuffer weights, DeviceBuffer velocity, DeviceBuffer state);

  /** See the public method of the same name. */
  protected abstract void doCapColumns(DeviceBuffer weights, int rows, int columns, float cap);

  /** See the public method of the same name. */
  protected abstract void doSchedule(DeviceBuffer state);

  /** See the public method of the same name. */
  protected abstract void doAdvance(DeviceBuffer state);

  /** See the public method of the same name. */
  protected abstract void doFill(DeviceBuffer out, float value);
}
