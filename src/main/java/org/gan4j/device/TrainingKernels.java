package org.gan4j.device;

/** What training adds to the passes of its networks: losses, updates, schedules. */
public abstract class TrainingKernels extends DistanceKernels {
  TrainingKernels(Backend backend) {
    super(backend);
  }

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
    long rows = (long) fakeRows + realRows;
    Require.that(rows <= Integer.MAX_VALUE, "more logits than a buffer has: ", rows);
    Require.matrix(logits, (int) rows, 1);
    Require.optional(dSlope, (int) rows, 1, logits);
    Require.optional(gSlope, fakeRows, 1, logits);
    Require.state(state, logits);
    of(logits)
        .writes(dSlope)
        .writes(gSlope)
        .reads(logits)
        .integer(fakeRows)
        .integer(realRows)
        .integer(minimax ? 1 : 0)
        .real(weight)
        .writes(state)
        .launch(Kernel.GAN_LOSS, rows);
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
    of(weights)
        .writes(weights)
        .reads(velocity)
        .integer(weights.length())
        .writes(state)
        .launch(Kernel.UPDATE, weights.length());
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
    of(weights)
        .writes(weights)
        .integer(rows)
        .integer(columns)
        .real((float) cap)
        .launch(Kernel.CAP_COLUMNS, columns, rows);
  }

  /**
   * Sets the learning rate and the momentum that belong to the state's step.
   *
   * @param state training state; modified
   */
  public final void schedule(DeviceBuffer state) {
    Require.state(state, state);
    of(state).writes(state).launch(Kernel.SCHEDULE, 1);
  }

  /**
   * Ends an iteration: step + 1, its learning rate and momentum, the sum of update norms. The two
   * are kernels of their own, since the next iteration begins with the former and needs the latter
   * never.
   *
   * @param state training state; modified
   */
  public final void advance(DeviceBuffer state) {
    Require.state(state, state);
    of(state).writes(state).launch(Kernel.UPDATE_NORM, 1);
    of(state).writes(state).launch(Kernel.ADVANCE, 1);
  }
}
