package org.gan4j.benchmarks.driver;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import org.gan4j.benchmarks.Case;

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
@JsonIgnoreProperties(ignoreUnknown = true)
record Measurement(
    @JsonProperty("case") String id,
    @JsonProperty("group") String group,
    @JsonProperty("library") Library library,
    @JsonProperty("threads") Threads threads,
    @JsonProperty("rounds_ms") List<List<Double>> rounds,
    @JsonProperty("allocated_bytes") List<Double> allocated,
    @JsonProperty("peak_mib") List<Double> peakMib) {
  Measurement(String id, String group, Library library, Threads threads) {
    this(id, group, library, threads, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  /** Each fork's median. */
  List<Double> medians() {
    return rounds.stream().map(Spread::median).toList();
  }

  /** Milliseconds per operation. */
  @JsonProperty("ms")
  Spread time() {
    return Spread.of(medians());
  }

  Case measured() {
    return Case.parse(id);
  }

  @JsonProperty("gflops")
  double gflops() {
    return measured().flops() / time().median() / 1e6;
  }

  @JsonProperty("gbs")
  double gigabytes() {
    return measured().bytes() / time().median() / 1e6;
  }
}
