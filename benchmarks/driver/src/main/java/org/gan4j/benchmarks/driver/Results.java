package org.gan4j.benchmarks.driver;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One run, as its JSON has it.
 *
 * @param environment where it ran: cpu, cores, memory, os, jvm, date; and what each library says of
 *     itself
 * @param quick whether this was only to see that all works
 * @param productGflops rate of the large product, before and after everything else
 * @param copyGbs rate of the large copy, before and after
 * @param agreement of each library the largest relative difference to gan4j, by what was compared
 * @param measurements all of them
 * @param races each library's training until its samples score; none where that was not run
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Results(
    @JsonProperty("environment") Map<String, String> environment,
    @JsonProperty("quick") boolean quick,
    @JsonProperty("ceiling_gflops") List<Double> productGflops,
    @JsonProperty("ceiling_gbs") List<Double> copyGbs,
    @JsonProperty("agreement") Map<String, Map<String, Double>> agreement,
    @JsonProperty("measurements") List<Measurement> measurements,
    @JsonProperty("races") List<Finish> races) {
  private static final double STEADY = 0.15;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  Results {
    races = races == null ? List.of() : races;
  }

  static Results begin(Map<String, String> environment, boolean quick) {
    return new Results(
        environment,
        quick,
        new ArrayList<>(),
        new ArrayList<>(),
        new TreeMap<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }

  static Results read(Path file) throws IOException {
    return JSON.readValue(Files.readString(file), Results.class);
  }

  void write(Path file) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(this) + "\n");
  }

  /** The same case can stand in several groups, which measure in their own ways. */
  Optional<Measurement> find(String group, String id, Library library) {
    return measurements.stream()
        .filter(m -> m.group().equals(group) && m.id().equals(id) && m.library() == library)
        .findFirst();
  }

  /** Whether the machine changed so much that the figures deserve no trust. */
  boolean moved() {
    return moved(productGflops) || moved(copyGbs);
  }

  private static boolean moved(List<Double> ceiling) {
    double first = ceiling.get(0);
    double last = ceiling.get(ceiling.size() - 1);
    return Math.abs(first - last) > STEADY * Math.max(first, last);
  }
}
