package org.gan4j.benchmarks.subject;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
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

  /** As one line of JSON. */
  String json() {
    return String.format(
        Locale.ROOT,
        "{\"id\": \"%s\", \"unit\": \"us\", \"median\": %.3f, \"least\": %.3f, \"most\": %.3f,"
            + " \"gflops\": %s, \"gbs\": %s, \"samples\": [%s]}",
        id,
        median(),
        least(),
        most(),
        OnGpu.number("%.3f", flops * MICROS / median() / GIGA),
        OnGpu.number("%.3f", bytes * MICROS / median() / GIGA),
        DoubleStream.of(micros)
            .mapToObj(t -> String.format(Locale.ROOT, "%.3f", t))
            .collect(Collectors.joining(", ")));
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
