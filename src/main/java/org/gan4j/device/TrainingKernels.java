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
   * The slope of the mean cross-entropy −Σ_c target_c · ln softmax(logits)_c with respect to the
   * logits: (softmax(logits) − target) / rows, in double precision until it is rounded.
   *
   * @param slope [rows][classes]; modified
   * @param logits [rows][classes]; not modified
   * @param targets [rows][classes], such as one-hot labels; each row's sum is 1; not modified
   * @param rows examples
   * @param classes ≥ 1
   */
  public final void crossEntropySlope(
      DeviceBuffer slope, DeviceBuffer logits, DeviceBuffer targets, int rows, int classes) {
    Require.matrix(slope, rows, classes);
    Require.matrix(logits, rows, classes);
    Require.matrix(targets, rows, classes);
    Require.replicas(slope, logits, targets);
    of(slope)
        .writes(slope)
        .reads(logits)
        .reads(targets)
        .integer(rows)
        .integer(classes)
        .launch(Kernel.CROSS_ENTROPY_SLOPE, rows);
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
   * A step of Adam (Kingma and Ba, 2015, algorithm 1), with the learning rate, β₁, β₂ and ε of the
   * state: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², weights ← weights − rate · (m / (1 − β₁ᵗ)) /
   * (√(v / (1 − β₂ᵗ)) + ε), at its step t, from 1. Adds the squared norm of what was added to the
   * state.
   *
   * @param weights [n]; modified
   * @param gradient [n] ← what was added to the weights; modified
   * @param first [n], m; modified
   * @param second [n], v; modified
   * @param updates steps of an iteration, ≥ 1
   * @param update which of them this is, from 0
   * @param state training state of the network; modified
   */
  public final void adam(
      DeviceBuffer weights,
      DeviceBuffer gradient,
      DeviceBuffer first,
      DeviceBuffer second,
      int updates,
      int update,
      DeviceBuffer state) {
    Require.floats(weights);
    Require.same(weights, gradient);
    Require.same(weights, first);
    Require.same(weights, second);
    Require.that(updates >= 1, "the updates of an iteration must be ≥ 1, not ", updates);
    Require.that(0 <= update && update < updates, "an iteration has no update of number ", update);
    Require.state(state, weights);
    of(weights)
        .writes(weights)
        .writes(gradient)
        .writes(first)
        .writes(second)
        .integer(weights.length())
        .integer(updates)
        .integer(update)
        .writes(state)
        .launch(Kernel.ADAM, weights.length());
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
   * On to the next iteration: step + 1, its learning rate and momentum.
   *
   * @param state training state; modified
   */
  public final void advance(DeviceBuffer state) {
    Require.state(state, state);
    step(state, null);
    schedule(state);
  }

  private void step(DeviceBuffer state, DeviceBuffer otherOrNull) {
    of(state).writes(state).writes(otherOrNull).launch(Kernel.ADVANCE, 1);
  }

  /**
   * The same after the updates of an iteration, whose norm, all parts together, goes into the sum
   * of these norms.
   *
   * @param state training state; modified
   * @param otherOrNull the state of a network that has its own, which goes on too; modified
   */
  public final void endIteration(DeviceBuffer state, DeviceBuffer otherOrNull) {
    Require.state(state, state);
    if (otherOrNull != null) {
      Require.state(otherOrNull, state);
    }
    // Two kernels: random numbers need the step alone, and can be drawn before all updates are
    // done.
    step(state, otherOrNull);
    of(state).writes(state).writes(otherOrNull).launch(Kernel.SETTLE, 1);
  }

  /**
   * Decides which of two players stands still in the coming iteration, each replica for itself: the
   * discriminator where its lead, a running mean of D(x) − D(G(z)), is above the limit of its
   * state, the generator where it is below the limit of its own. A network that stands still takes
   * no step: with momentum its velocity becomes 0; with Adam its rate is 0, and its moments go on
   * with the gradients. To be called after both schedules are set.
   *
   * @param generator the generator's training state, which has the sums and the lead; modified
   * @param discriminator another training state, the discriminator's; modified
   * @param observe whether an iteration has ended that is to be taken in; else the decision is made
   *     again from the lead as it is
   */
  public final void coordinate(
      DeviceBuffer generator, DeviceBuffer discriminator, boolean observe) {
    Require.state(generator, generator);
    Require.state(discriminator, generator);
    if (generator == discriminator) {
      throw new IllegalArgumentException("the players need a state each, not the same one");
    }
    of(generator)
        .writes(generator)
        .writes(discriminator)
        .integer(observe ? 1 : 0)
        .launch(Kernel.COORDINATE, 1);
  }

  /**
   * Whether operations that don't need each other's results may run at the same time, when a step
   * is recorded: then a short way through it counts, and not the number of operations.
   *
   * @return false if they run one after the other
   */
  public final boolean overlaps() {
    return backend.overlaps();
  }

  /**
   * Whether weights can take their step where their gradient is made, by {@link #weightStep}.
   *
   * @return false where gradients and updates are two operations
   */
  public final boolean stepsWithGradient() {
    return backend.stepsWithGradient();
  }

  /**
   * {@link Kernels#weightGradient}, then weights ← weights + velocity, with the squared norm of
   * what was added going into the state: in one pass over the weights. The biases may take the step
   * that their velocity has in the same operation.
   *
   * @param weights [inputs][outputs]; modified
   * @param velocity [inputs][outputs]; modified
   * @param biases [outputs]; modified if their step is taken
   * @param biasVelocity [outputs], which has taken in the gradient; not modified
   * @param x [rows][inputs], what entered the layer; not modified
   * @param delta [rows][outputs], the gradient before its activation; not modified
   * @param shape of the layer
   * @param state training state; modified
   * @return whether the biases have taken their step
   * @throws UnsupportedOperationException unless {@link #stepsWithGradient}
   */
  public final boolean weightStep(
      DeviceBuffer weights,
      DeviceBuffer velocity,
      DeviceBuffer biases,
      DeviceBuffer biasVelocity,
      DeviceBuffer x,
      DeviceBuffer delta,
      DenseShape shape,
      DeviceBuffer state) {
    shape.require(velocity, x, delta, state);
    Require.matrix(weights, shape.inputs(), shape.outputs());
    Require.matrix(biases, 1, shape.outputs());
    Require.matrix(biasVelocity, 1, shape.outputs());
    Require.replicas(velocity, weights, biases, biasVelocity);
    return backend.weightStep(weights, velocity, biases, biasVelocity, x, delta, shape, state);
  }
}
