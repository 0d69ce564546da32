package org.gan4j.gan;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.gan4j.recipe.Rollback;

/** Takes replicas of a training back to their last good checkpoints, as its recipe has it. */
final class Rollbacks {
  private final Gan gan;
  private final Trainer trainer;
  private final Rollback ruleOrNull;
  private final Map<Integer, String> asked = new TreeMap<>();
  private boolean any;

  Rollbacks(Gan gan, Trainer trainer) {
    this.gan = gan;
    this.trainer = trainer;
    this.ruleOrNull = gan.recipe().rollback();
  }

  /** Whether replicas go back at all. */
  boolean areOn() {
    return ruleOrNull != null;
  }

  /** Whether good checkpoints are to be kept at the end of an epoch. */
  boolean keepsAfter(long epoch) {
    return areOn() && epoch % ruleOrNull.everyEpochs() == 0;
  }

  /**
   * Asks for a replica to go back.
   *
   * @return why it can't, in one phrase; empty if it will
   */
  Optional<String> ask(Training.Listener listener, int replica, String why) {
    Optional<String> refusal = refusal(listener, replica);
    if (refusal.isEmpty()) {
      asked.putIfAbsent(replica, why);
    }
    return refusal;
  }

  private Optional<String> refusal(Training.Listener listener, int replica) {
    if (!areOn()) {
      return Optional.of("the recipe has no rollback");
    }
    if (gan.state().rollbacks(replica) >= ruleOrNull.most()) {
      return Optional.of("rollback.most is " + ruleOrNull.most() + ", and so often it has");
    }
    return listener.good(replica).isPresent()
        ? Optional.empty()
        : Optional.of("there is no good checkpoint of it");
  }

  /** Does what was asked for. */
  void apply(Training.Listener listener, long iteration) {
    asked.forEach(
        (replica, why) -> {
          long from = Checkpoint.goBack(gan, replica, listener.good(replica).orElseThrow());
          long times = gan.state().rollbacks(replica);
          listener.wentBack(new WentBack(iteration, replica, why, from, times));
        });
    if (!asked.isEmpty()) {
      trainer.refresh();
      any = true;
      asked.clear();
    }
  }

  /** Whether a replica has gone back since {@link #seen}. */
  boolean any() {
    return any;
  }

  void seen() {
    any = false;
  }
}
