package org.gan4j.benchmarks.subject;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongToDoubleFunction;
import java.util.stream.Collectors;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Workload;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.Algorithms;
import org.gan4j.device.DeviceOptions.Graph;
import org.gan4j.device.DeviceOptions.KernelSet;
import org.gan4j.device.DeviceOptions.Launch;
import org.gan4j.device.DeviceOptions.Math;
import org.gan4j.device.DeviceOptions.Updates;

/**
 * Times on a GPU. What is to be compared is opened together and timed in turns, so that what slows
 * the card down for a while slows all of it. A sample is a stretch of repetitions long enough that
 * the host's clock and the one wait at its end do not matter. What fails is left out, and noted.
 */
final class GpuTimes {
  /**
   * Of MNIST: what an order of the training set is drawn over, and how much of it a cache holds.
   */
  private static final int EXAMPLES = 50_000;

  /** The part of a sample's length that is as good as all of it. */
  private static final double ENOUGH = 0.9;

  private static final DeviceOptions TIMED = DeviceOptions.DEFAULT.withAlgorithms(Algorithms.TIMED);
  private static final DeviceOptions FUSED_UPDATES =
      DeviceOptions.DEFAULT.withUpdates(Updates.FUSED);

  /** What is timed: how it is opened on a device of these options, and what it costs. */
  record Timed(
      String id,
      double flops,
      double bytes,
      DeviceOptions options,
      Function<Device, Repeated> open) {}

  /** What could not be timed, and why. */
  private record Failure(String id, String error) {
    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("id", id);
      json.put("error", error);
      return json;
    }
  }

  /** Something open that is timed. */
  private static final class Running {
    private final Timed timed;
    private final Repeated work;
    private final long times;
    private final double[] micros;

    Running(Timed timed, Repeated work, long times, int rounds) {
      this.timed = timed;
      this.work = work;
      this.times = times;
      this.micros = new double[rounds];
    }
  }

  private final boolean quick;
  private final int rounds;
  private final double sampleSeconds;
  private final Path json;
  private final Function<DeviceOptions, Device> devices;
  private final byte[] images;
  private final List<Figure> figures = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private String device = "";

  /**
   * Prepares measuring.
   *
   * @param quick tiny sizes, only to see that everything works
   * @param json where the figures go, after each group anew; a table goes beside it, as .md
   * @param devices opens a device of some options
   */
  GpuTimes(boolean quick, Path json, Function<DeviceOptions, Device> devices) {
    this.quick = quick;
    this.rounds = quick ? 2 : 7;
    this.sampleSeconds = quick ? 0 : 0.1;
    this.json = json;
    this.devices = devices;
    this.images = workload(false, 100, 1).images(quick ? Workload.EXAMPLES : EXAMPLES);
  }

  /**
   * Times everything but the libraries' kernels, the most telling first: whoever is interrupted has
   * that. An error on the device stays with its process, so bf16, which no step needs, comes after
   * what does not round so; last come large products that are to be timed by all their algorithms.
   *
   * @throws IllegalStateException if something failed, after everything else was timed
   */
  void run() throws IOException {
    group("iteration", iterations());
    group("population", populations(false));
    group("parzen", parzen());
    group("batch", batches(false));
    group("iteration", products());
    group("iteration", coarse());
    group("ceiling", ceilings());
    group("population", populations(true));
    group("batch", batches(true));
    for (boolean alternating : new boolean[] {false, true}) {
      group("population", List.of(iteration(workload(alternating, 100, quick ? 2 : 16), TIMED)));
      group("batch", timedBatch(alternating));
    }
    finish();
  }

  /**
   * Times the iterations by the libraries' kernels. An error on the device stays with its process,
   * so these, of which the libraries do most, have one of their own.
   *
   * @throws IllegalStateException if something failed, after everything else was timed
   */
  void runLibrary() throws IOException {
    group("iteration", libraryIterations());
    finish();
  }

  /** Fails if something has failed. */
  void finish() {
    if (!failures.isEmpty()) {
      throw new IllegalStateException(
          failures.size() + " could not be timed, " + failures.get(0).id + " first; see " + json);
    }
  }

  private static DeviceOptions options(KernelSet kernels, Math math) {
    return DeviceOptions.DEFAULT.withKernels(kernels).withMath(math);
  }

  /** Which kernels and which arithmetic, and what else is not as usual. */
  private static String suffix(DeviceOptions options) {
    DeviceOptions usual = DeviceOptions.DEFAULT;
    String graph = options.graph() == usual.graph() ? "" : ":" + options.graph();
    String algorithms =
        options.algorithms() == usual.algorithms() ? "" : ":" + options.algorithms();
    String updates = options.updates() == usual.updates() ? "" : ":updates-" + options.updates();
    String launch = options.launch() == usual.launch() ? "" : ":launch-" + options.launch();
    return (":" + options.kernels() + ":" + options.math() + graph + algorithms + updates + launch)
        .toLowerCase(Locale.ROOT);
  }

  private Workload workload(boolean alternating, int batch, int population) {
    return quick
        ? new Workload("mnist", alternating, batch / 5, 50, population)
        : new Workload("mnist", alternating, batch, 1200, population);
  }

  private Timed iteration(Workload w, DeviceOptions options) {
    String id = new Case.Iteration(w).id() + suffix(options);
    return new Timed(id, w.flops(), 0, options, d -> Repeated.iteration(w, images, d));
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

  /**
   * Both orders in TF32 and in single precision; what it costs to have everything in a row; what
   * the fastest algorithms save, early launches, and updates in the gradients' kernel.
   */
  private List<Timed> iterations() {
    List<Timed> all = new ArrayList<>();
    for (boolean alternating : new boolean[] {false, true}) {
      Workload w = workload(alternating, 100, 1);
      all.add(iteration(w, DeviceOptions.DEFAULT));
      all.add(iteration(w, DeviceOptions.DEFAULT.withMath(Math.FP32)));
      all.add(iteration(w, DeviceOptions.DEFAULT.withGraph(Graph.CHAIN)));
      all.add(iteration(w, TIMED));
      all.add(iteration(w, DeviceOptions.DEFAULT.withLaunch(Launch.PROGRAMMATIC)));
      all.add(iteration(w, FUSED_UPDATES));
    }
    return all;
  }

  /** The products alone. */
  private List<Timed> products() {
    List<Timed> all = new ArrayList<>();
    for (boolean alternating : new boolean[] {false, true}) {
      Workload w = workload(alternating, 100, 1);
      all.add(products(w, DeviceOptions.DEFAULT));
      all.add(products(w, DeviceOptions.DEFAULT.withMath(Math.FP32)));
      all.add(products(w, TIMED));
    }
    return all;
  }

  /** The same and whole iterations in bf16. */
  private List<Timed> coarse() {
    List<Timed> all = new ArrayList<>();
    for (boolean alternating : new boolean[] {false, true}) {
      Workload w = workload(alternating, 100, 1);
      all.add(iteration(w, DeviceOptions.DEFAULT.withMath(Math.BF16)));
      all.add(products(w, DeviceOptions.DEFAULT.withMath(Math.BF16)));
      all.add(iteration(w, FUSED_UPDATES.withMath(Math.BF16)));
    }
    return all;
  }

  /** The same by the libraries' kernels. */
  private List<Timed> libraryIterations() {
    List<Timed> all = new ArrayList<>();
    for (boolean alternating : new boolean[] {false, true}) {
      for (Math math : Math.values()) {
        all.add(iteration(workload(alternating, 100, 1), options(KernelSet.LIBRARY, math)));
      }
    }
    return all;
  }

  private List<Timed> populations(boolean alternating) {
    List<Timed> all = new ArrayList<>();
    for (int population : quick ? new int[] {1, 2} : new int[] {1, 2, 4, 8, 16}) {
      all.add(iteration(workload(alternating, 100, population), DeviceOptions.DEFAULT));
    }
    all.add(iteration(workload(alternating, 100, quick ? 2 : 16), FUSED_UPDATES));
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

  private List<Timed> timedBatch(boolean alternating) {
    Workload large = workload(alternating, quick ? 200 : 8192, 1);
    return List.of(iteration(large, TIMED), products(large, TIMED));
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

  /** Times some things in turns, and writes what is known so far. */
  void group(String name, List<Timed> group) throws IOException {
    List<Running> open = new ArrayList<>();
    for (Timed timed : group) {
      Repeated work = null;
      try {
        work = open(timed);
        open.add(new Running(timed, work, repetitions(work), rounds));
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        failed(name, timed, e);
        close(work);
      }
    }
    for (int round = 0; round < rounds; round++) {
      for (Running each : List.copyOf(open)) {
        try {
          each.micros[round] = 1e6 * seconds(each.work, each.times) / each.times;
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
          failed(name, each.timed, e);
          open.remove(each);
          close(each.work);
        }
      }
    }
    for (Running each : open) {
      Timed timed = each.timed;
      figures.add(new Figure(name + "/" + timed.id, timed.flops, timed.bytes, each.micros));
      System.out.println(figures.get(figures.size() - 1).row());
    }
    for (Running each : open) {
      close(each.work);
    }
    write();
  }

  private void failed(String group, Timed timed, Throwable problem) {
    failures.add(new Failure(group + "/" + timed.id, problem.toString()));
    System.out.println(group + "/" + timed.id + ": " + problem);
    problem.printStackTrace();
  }

  /** What a device that failed says at its close adds nothing to the failure itself. */
  private static void close(Repeated work) {
    if (work != null) {
      try {
        work.close();
      } catch (RuntimeException e) {
        System.out.println("closing: " + e);
      }
    }
  }

  private Repeated open(Timed timed) {
    Device opened = devices.apply(timed.options);
    if (device.isEmpty()) {
      device = opened.description();
    }
    try {
      return timed.open.apply(opened);
    } catch (RuntimeException e) {
      try {
        opened.close();
      } catch (RuntimeException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
  }

  /** Warms up, and finds how many repetitions make a sample. */
  private long repetitions(Repeated work) {
    work.run(1);
    return repetitions(quick ? 2 : 8, sampleSeconds, times -> seconds(work, times));
  }

  /**
   * How many repetitions take so long, or a little less: the time there is is reckoned for samples
   * of this length.
   *
   * @param least to begin with
   * @param taken how long so many take
   */
  static long repetitions(long least, double sampleSeconds, LongToDoubleFunction taken) {
    long times = least;
    double seconds = taken.applyAsDouble(times);
    while (seconds < ENOUGH * sampleSeconds) {
      times = (long) java.lang.Math.ceil(times * sampleSeconds / java.lang.Math.max(seconds, 1e-6));
      seconds = taken.applyAsDouble(times);
    }
    return times;
  }

  private static double seconds(Repeated work, long times) {
    long begin = System.nanoTime();
    work.run(times);
    return (System.nanoTime() - begin) / 1e9;
  }

  private void write() throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("device", device);
    all.put("quick", quick);
    all.put("failures", failures.stream().map(Failure::json).toList());
    all.put("figures", figures.stream().map(Figure::json).toList());
    OnGpu.write(json, all);
    OnGpu.write(
        OnGpu.beside(json, "md"),
        "| | µs (least – most) | GFLOP/s | GB/s |\n|---|---:|---:|---:|\n"
            + figures.stream().map(Figure::row).collect(Collectors.joining("\n"))
            + "\n"
            + failures.stream()
                .map(failure -> "\n- " + failure.id + ": " + failure.error.replace('\n', ' '))
                .collect(Collectors.joining())
            + "\n");
  }
}
