package org.gan4j.recipe;

import java.util.List;
import org.gan4j.layers.Checks;
import org.gan4j.layers.Default;

/**
 * The learning rate after t minibatches: max(minimum, initial / decay^t).
 *
 * @param initial at t = 0, &gt; 0
 * @param decay divisor per minibatch, ≥ 1
 * @param minimum never below this, ≥ 0
 * @param perReplica initial rates of the replicas, in their order; empty: all begin at initial
 */
public record LearningRate(
    double initial,
    @Default("1") double decay,
    @Default("0") double minimum,
    @Default("[]") List<Double> perReplica) {
  public LearningRate {
    Checks.positive("initial", initial);
    Checks.range("decay", decay, 1, 2);
    Checks.range("minimum", minimum, 0, initial);
    perReplica = perReplica == null ? List.of() : List.copyOf(perReplica);
    for (double rate : perReplica) {
      Checks.positive("per_replica", rate);
    }
  }

  /**
   * The initial rate of one replica.
   *
   * @param replica from 0
   * @return its rate at t = 0
   */
  public double initial(int replica) {
    return perReplica.isEmpty() ? initial : perReplica.get(replica);
  }
}
