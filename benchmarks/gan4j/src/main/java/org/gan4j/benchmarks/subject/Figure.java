package org.gan4j.benchmarks.subject;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * A time that was measured several times.
 *
 * @param id what was timed
 * @param flops additions and multiplications of its products; 0 where there are none
 * @param bytes read and written by it; 0 where that says nothing
 * @param micros every sample: the time of one repetition, µs
 */
record Figure(String id, double flops, double bytes, double... micros) {
  private static final double MICROS = 1e6;
  private static final double GIGA = 1e9;

  double median() {
    double[] sorted = micros.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  private double least() {
    return Arrays.stream(micros).min().orElseThrow();
  }

  private double most() {
    return Arrays.stream(micros).max().orElseThrow();
  }

  /** As a JSON object. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("unit", "us");
    json.put("median", OnGpu.number("%.3f", median()));
    json.put("least", OnGpu.number("%.3f", least()));
    json.put("most", OnGpu.number("%.3f", most()));
    json.put("gflops", OnGpu.number("%.3f", flops * MICROS / median() / GIGA));
    json.put("gbs", OnGpu.number("%.3f", bytes * MICROS / median() / GIGA));
    json.put("samples", DoubleStream.of(micros).mapToObj(t -> OnGpu.number("%.3f", t)).toList());
    return json;
  }

  /** As one row of a table: what, µs, GFLOP/s, GB/s. */
  String row() {
    return String.format(
        Locale.ROOT,
        "| %s | %.1f (%.1f – %.1f) | %s | %s |",
        id,
        median(),
        least(),
        most(),
        rate(flops),
        rate(bytes));
  }

  private String rate(double amount) {
    return amount == 0 ? "" : String.format(Locale.ROOT, "%.0f", amount * MICROS / median() / GIGA);
  }
}
