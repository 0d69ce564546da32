package org.gan4j.benchmarks.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gan4j.benchmarks.Case;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;

/**
 * One case by one library.
 *
 * @param id the case's
 * @param group the level of comparison that it belongs to
 * @param library the library's name
 * @param threads the setting that was best for it
 * @param rounds milliseconds per operation: of each fork its measured stretches
 * @param allocated bytes on the Java heap per operation, of each fork, by JMH's gc profiler; its
 *     own few kilobytes per stretch included
 * @param peakMib most memory that the process held, of each fork; of all of its cases where a fork
 *     measured several
 */
record Measurement(
    String id,
    String group,
    Library library,
    Threads threads,
    List<List<Double>> rounds,
    List<Double> allocated,
    List<Double> peakMib) {
  Measurement(String id, String group, Library library, Threads threads) {
    this(id, group, library, threads, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  static Measurement of(JsonValue json) {
    return new Measurement(
        json.get("case").text(),
        json.get("group").text(),
        Library.valueOf(json.get("library").text()),
        Threads.of(json.get("threads")),
        json.get("rounds_ms").list().stream().map(Results::numbers).toList(),
        Results.numbers(json.get("allocated_bytes")),
        Results.numbers(json.get("peak_mib")));
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("case", id);
    json.put("group", group);
    json.put("library", library.name());
    json.put("threads", threads.json());
    json.put("rounds_ms", rounds);
    json.put("allocated_bytes", allocated);
    json.put("peak_mib", peakMib);
    json.put("ms", time().json());
    json.put("gbs", Json.finiteOrNull(gigabytes()));
    json.put("gflops", Json.finiteOrNull(gflops()));
    return json;
  }

  /** Each fork's median. */
  List<Double> medians() {
    return rounds.stream().map(Spread::median).toList();
  }

  /** Milliseconds per operation. */
  Spread time() {
    return Spread.of(medians());
  }

  Case measured() {
    return Case.parse(id);
  }

  double gflops() {
    return measured().flops() / time().median() / 1e6;
  }

  double gigabytes() {
    return measured().bytes() / time().median() / 1e6;
  }
}
