package org.gan4j.benchmarks.driver;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;

/**
 * One library's training of mnist until its samples score.
 *
 * @param library who
 * @param seed of its weights at the start and its random numbers
 * @param threads the setting that was best for it
 * @param epochs after each: the seconds of training until then, and what the samples scored
 */
record Finish(Library library, int seed, Threads threads, List<Epoch> epochs) {
  /** The score that ends the race, nats. */
  static final double GOAL = 100;

  /**
   * The end of one epoch.
   *
   * @param number from 1
   * @param seconds of training, without drawing samples and scoring them
   * @param nats the mean log-likelihood of validation images
   */
  record Epoch(int number, double seconds, double nats) {
    static Epoch of(JsonValue json) {
      return new Epoch(
          (int) json.get("epoch").whole(1, Integer.MAX_VALUE),
          json.get("seconds").number(),
          Results.numberOrNaN(json.get("parzen_valid")));
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("epoch", number);
      json.put("seconds", seconds);
      json.put("parzen_valid", Json.finiteOrNull(nats));
      return json;
    }
  }

  static Finish of(JsonValue json) {
    return new Finish(
        Library.valueOf(json.get("library").text()),
        (int) json.get("seed").whole(0, Integer.MAX_VALUE),
        Threads.of(json.get("threads")),
        json.get("epochs").list().stream().map(Epoch::of).toList());
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("library", library.name());
    json.put("seed", seed);
    json.put("threads", threads.json());
    json.put("epochs", epochs.stream().map(Epoch::json).toList());
    return json;
  }

  /** The first epoch that reached the goal. */
  Optional<Epoch> goal() {
    return epochs.stream().filter(epoch -> epoch.nats >= GOAL).findFirst();
  }

  /** The first epoch that reached the goal, or else the last one. */
  Epoch end() {
    return goal().orElse(epochs.get(epochs.size() - 1));
  }
}
