package org.gan4j.benchmarks.driver;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * One library's training of mnist until its samples score.
 *
 * @param library who
 * @param threads the setting that was best for it
 * @param epochs after each: the seconds of training until then, and what the samples scored
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Finish(
    @JsonProperty("library") Library library,
    @JsonProperty("threads") Threads threads,
    @JsonProperty("epochs") List<Epoch> epochs) {
  /** The score that ends the race, nats. */
  static final double GOAL = 100;

  /**
   * The end of one epoch.
   *
   * @param number from 1
   * @param seconds of training, without drawing samples and scoring them
   * @param nats the mean log-likelihood of validation images
   */
  record Epoch(
      @JsonProperty("epoch") int number,
      @JsonProperty("seconds") double seconds,
      @JsonProperty("parzen_valid") double nats) {}

  /** The first epoch that reached the goal. */
  Optional<Epoch> goal() {
    return epochs.stream().filter(epoch -> epoch.nats >= GOAL).findFirst();
  }
}
