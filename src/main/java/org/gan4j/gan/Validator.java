package org.gan4j.gan;

import java.util.List;

/** Scores generators while they train. */
@FunctionalInterface
public interface Validator {
  /**
   * Scores the generators as they are now.
   *
   * @param gan whose generators; not modified
   * @return one score for each replica; or none at all, where the recipe's patience waits for none
   */
  List<Validation> validate(Gan gan);

  /**
   * Looks at the generators as the recipe's {@link org.gan4j.recipe.LikelihoodMonitor} says; called
   * only where that looks at all.
   *
   * @param gan whose generators; not modified
   * @return the mean log-likelihood of the validation set for each replica, nats
   */
  default List<Double> monitor(Gan gan) {
    throw new UnsupportedOperationException(
        "this validator has no monitor: set evaluation.monitor.every_epochs=0");
  }
}
