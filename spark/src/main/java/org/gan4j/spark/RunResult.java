package org.gan4j.spark;

import java.io.Serializable;
import java.util.Optional;

/**
 * What became of one run of a sweep.
 *
 * @param name of the run
 * @param state how it ended
 * @param iteration iterations done
 * @param score of the test set, nats: the mean over the replicas; NaN where there is none
 * @param host that trained it
 * @param seconds of its last attempt
 * @param problemOrNull why it failed
 */
public record RunResult(
    String name,
    State state,
    long iteration,
    double score,
    String host,
    double seconds,
    String problemOrNull)
    implements Serializable {
  /** How a run ended. */
  public enum State {
    /** Its folder is complete. */
    FINISHED,
    /** Another attempt at the same run had finished it first. */
    SUPERSEDED,
    /** It can't be trained: by its own fault, or every attempt has failed. */
    FAILED
  }

  /**
   * Why it failed.
   *
   * @return one line, for a run that failed
   */
  public Optional<String> problem() {
    return Optional.ofNullable(problemOrNull);
  }
}
