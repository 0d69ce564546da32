package org.gan4j.benchmarks.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Workload;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.KernelSet;
import org.gan4j.device.DeviceOptions.Math;

/**
 * Times on a GPU. What is to be compared is opened together and timed in turns, so that what slows
 * the card down for a while slows all of it. A sample is a stretch of repetitions long enough that
 * the host's clock and the one wait at its end do not matter.
 */
final class GpuTimes {
  /** What is timed: how it is opened on a device of these options, and what it costs. */
  private record Timed(
      String id,
      double flops,
      double bytes,
      DeviceOptions options,
      Function<Device, Repeated> open) {}

  private final boolean quick;
  private final int rounds;
  private final double sampleSeconds;
  private final Path json;
  private final List<Figure> figures = new ArrayList<>();
  private String device = "";

  /**
   * Prepares measuring.
   *
   * @param quick tiny sizes, only to see that everything works
   * @param json where the figures go, after each group anew; a table goes beside it, as .md
   */
  GpuTimes(boolean quick, Path json) {
    this.quick = quick;
    this.rounds = quick ? 2 : 7;
    this.sampleSeconds = quick ? 0 : 0.1;
    this.json = json;
  }

  void run() throws IOException {
    group("ceiling", ceilings());
    group("iteration", iterations());
    for (boolean alternating : new boolean[] {false, true}) {
      group("population", populations(alternating));
      group("batch", batches(alternating));
    }
    group("parzen", parzen());
  }

  private static DeviceOptions options(KernelSet kernels, Math math) {
    return new DeviceOptions(kernels, math);
  }

  private static String suffix(DeviceOptions options) {
    return (":" + options.kernels() + ":" + options.math()).toLowerCase(java.util.Locale.ROOT);
  }

  private Workload workload(boolean alternating, int batch, int population) {
    return quick
        ? new Workload("mnist", alternating, batch / 5, 50, population)
        : new Workload("mnist", alternating, batch, 1200, population);
  }

  private static Timed iteration(Workload w, DeviceOptions options) {
    String id = new Case.Iteration(w).id() + suffix(options);
    return new Timed(id, w.flops(), 0, options, d -> Repeated.iteration(w, d));
  }

  private static Timed products(Workload w, DeviceOptions options) {
    String id = new Case.Products(w).id() + suffix(options);
    return new Timed(id, w.flops(), 0, options, d -> Repeated.products(w, d));
  }

  private List<Timed> ceilings() {
    int n = quick ? 64 : 8192;
    int rows = quick ? 64 : 1 << 18;
    List<Timed> all = new ArrayList<>();
    for (Math math : Math.values()) {
      DeviceOptions options = options(KernelSet.FUSED, math);
      all.add(
          new Timed(
              "product:" + n + suffix(options),
              2.0 * n * n * n,
              0,
              options,
              d -> Repeated.product(n, n, n, false, d)));
    }
    all.add(
        new Timed(
            "pass:" + rows,
            0,
            2.0 * 4 * 1024 * rows,
            DeviceOptions.DEFAULT,
            d -> Repeated.pass(rows, d)));
    return all;
  }

  /** Both orders, both ways, both precisions, and the products alone. */
  private List<Timed> iterations() {
    List<Timed> all = new ArrayList<>();
    for (boolean alternating : new boolean[] {false, true}) {
      Workload w = workload(alternating, 100, 1);
      for (Math math : Math.values()) {
        for (KernelSet kernels : KernelSet.values()) {
          all.add(iteration(w, options(kernels, math)));
        }
        all.add(products(w, options(KernelSet.FUSED, math)));
      }
    }
    return all;
  }

  private List<Timed> populations(boolean alternating) {
    List<Timed> all = new ArrayList<>();
    for (int population : quick ? new int[] {1, 2} : new int[] {1, 2, 4, 8, 16}) {
      all.add(iteration(workload(alternating, 100, population), DeviceOptions.DEFAULT));
    }
    return all;
  }

  private List<Timed> batches(boolean alternating) {
    List<Timed> all = new ArrayList<>();
    for (int batch : quick ? new int[] {100, 200} : new int[] {100, 512, 2048, 8192}) {
      Workload w = workload(alternating, batch, 1);
      all.add(iteration(w, DeviceOptions.DEFAULT));
      all.add(products(w, DeviceOptions.DEFAULT));
    }
    return all;
  }

  private List<Timed> parzen() {
    int samples = quick ? 20 : 10_000;
    int images = Case.Parzen.VALIDATION + Case.Parzen.TEST;
    double flops = 2.0 * samples * images * Case.Parzen.WIDTH;
    DeviceOptions options = DeviceOptions.DEFAULT;
    return List.of(
        new Timed(
            "parzen:" + samples, flops, 0, options, device -> Repeated.parzen(samples, device)),
        new Timed(
            "parzen-products:" + samples,
            flops,
            0,
            options,
            d -> Repeated.product(images, samples, Case.Parzen.WIDTH, true, d)));
  }

  private void group(String name, List<Timed> group) throws IOException {
    List<Repeated> open = new ArrayList<>();
    try {
      long[] times = new long[group.size()];
      for (int i = 0; i < times.length; i++) {
        open.add(open(group.get(i)));
        times[i] = repetitions(open.get(i));
      }
      double[][] micros = new double[times.length][rounds];
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < times.length; i++) {
          micros[i][round] = 1e6 * seconds(open.get(i), times[i]) / times[i];
        }
      }
      for (int i = 0; i < times.length; i++) {
        Timed timed = group.get(i);
        figures.add(new Figure(name + "/" + timed.id, timed.flops, timed.bytes, micros[i]));
        System.out.println(figures.get(figures.size() - 1).row());
      }
    } finally {
      open.forEach(Repeated::close);
    }
    write();
  }

  private Repeated open(Timed timed) {
    Device opened = OnGpu.open(timed.options);
    if (device.isEmpty()) {
      device = opened.description();
    }
    try {
      return timed.open.apply(opened);
    } catch (RuntimeException e) {
      opened.close();
      throw new IllegalStateException(timed.id + ": " + e.getMessage(), e);
    }
  }

  /** Warms up, and finds how many repetitions make a sample. */
  private long repetitions(Repeated work) {
    work.run(1);
    long times = quick ? 2 : 32;
    double taken = seconds(work, times);
    while (taken < sampleSeconds) {
      long more =
          (long) java.lang.Math.ceil(times * sampleSeconds / java.lang.Math.max(taken, 1e-6));
      times = java.lang.Math.max(2 * times, more);
      taken = seconds(work, times);
    }
    return times;
  }

  private static double seconds(Repeated work, long times) {
    long begin = System.nanoTime();
    work.run(times);
    return (System.nanoTime() - begin) / 1e9;
  }

  private void write() throws IOException {
    Files.writeString(
        json,
        "{\"device\": "
            + OnGpu.quoted(device)
            + ", \"quick\": "
            + quick
            + ", \"figures\": [\n"
            + figures.stream().map(Figure::json).collect(Collectors.joining(",\n"))
            + "\n]}\n");
    Files.writeString(
        OnGpu.beside(json, "md"),
        "| | µs (least – most) | GFLOP/s | GB/s |\n|---|---:|---:|---:|\n"
            + figures.stream().map(Figure::row).collect(Collectors.joining("\n"))
            + "\n");
  }
}
