package org.gan4j.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;

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
 * @param races each library's trainings until its samples score; none where that was not run
 */
record Results(
    Map<String, String> environment,
    boolean quick,
    List<Double> productGflops,
    List<Double> copyGbs,
    Map<String, Map<String, Double>> agreement,
    List<Measurement> measurements,
    List<Finish> races) {
  private static final double STEADY = 0.15;

  /** Far more than any run's. */
  private static final int MAX_BYTES = 1 << 26;

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
    JsonValue json = Json.read(file, MAX_BYTES);
    Map<String, String> environment = new LinkedHashMap<>();
    json.get("environment").fields().forEach((name, text) -> environment.put(name, text.text()));
    Map<String, Map<String, Double>> agreement = new TreeMap<>();
    json.get("agreement")
        .fields()
        .forEach(
            (what, libraries) -> {
              Map<String, Double> differences = new TreeMap<>();
              libraries
                  .fields()
                  .forEach((library, value) -> differences.put(library, numberOrNaN(value)));
              agreement.put(what, differences);
            });
    return new Results(
        environment,
        json.get("quick").truth(),
        numbers(json.get("ceiling_gflops")),
        numbers(json.get("ceiling_gbs")),
        agreement,
        json.get("measurements").list().stream().map(Measurement::of).toList(),
        json.has("races") ? json.get("races").list().stream().map(Finish::of).toList() : List.of());
  }

  static List<Double> numbers(JsonValue list) {
    return list.list().stream().map(JsonValue::number).toList();
  }

  static double numberOrNaN(JsonValue value) {
    return value.numberOrNull().orElse(Double.NaN);
  }

  void write(Path file) throws IOException {
    Map<String, Map<String, Double>> differences = new LinkedHashMap<>();
    agreement.forEach(
        (what, libraries) -> {
          Map<String, Double> finite = new LinkedHashMap<>();
          libraries.forEach((library, value) -> finite.put(library, Json.finiteOrNull(value)));
          differences.put(what, finite);
        });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("environment", environment);
    json.put("quick", quick);
    json.put("ceiling_gflops", productGflops);
    json.put("ceiling_gbs", copyGbs);
    json.put("agreement", differences);
    json.put("measurements", measurements.stream().map(Measurement::json).toList());
    json.put("races", races.stream().map(Finish::json).toList());
    Files.writeString(file, Json.write(json, Json.Layout.INDENTED));
  }

  /** The same case can stand in several groups, which measure in their own ways. */
  Optional<Measurement> find(String group, String id, Library library) {
    return measurements.stream()
        .filter(m -> m.group().equals(group) && m.id().equals(id) && m.library() == library)
        .findFirst();
  }

  /** The trainings of one library, seed by seed. */
  List<Finish> racesOf(Library library) {
    return races.stream().filter(finish -> finish.library() == library).toList();
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
