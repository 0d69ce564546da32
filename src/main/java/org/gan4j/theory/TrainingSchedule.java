package org.gan4j.theory;

/**
 * How one player learns: gradient steps with momentum, rate / decay^t at its step t.
 *
 * @param steps in one iteration of the game; the paper's k for the discriminator; 0: it stands
 *     still
 * @param rate the first learning rate, ≥ 0
 * @param decay the divisor per step, ≥ 1
 * @param momentum in [0, 1)
 */
public record TrainingSchedule(int steps, double rate, double decay, double momentum) {
  /** Checks the fields. */
  public TrainingSchedule {
    require(steps >= 0, "steps must be ≥ 0, not " + steps);
    require(rate >= 0 && rate < 1e6, "rate must be 0 to 1e6, not " + rate);
    require(decay >= 1, "decay must be ≥ 1, not " + decay);
    require(momentum >= 0 && momentum < 1, "momentum must lie in [0, 1), not " + momentum);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /** The same learning, at another number of steps. */
  TrainingSchedule times(int changed) {
    return new TrainingSchedule(changed, rate, decay, momentum);
  }
}
