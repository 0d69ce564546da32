package org.gan4j.benchmarks.subject;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.gan4j.benchmarks.Workload;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.Maxout;
import org.gan4j.device.MaxoutShape;

/**
 * What the CPU can choose, side by side: the two ways back through maxout for a layer's gradients
 * and update, of many shapes; and whole iterations by both and in bf16, beside their products
 * alone. What is compared is open at the same time and timed in turns, so that what slows the
 * machine down for a while slows all of it. Prints a line for each, times in microseconds:
 * benchmarks/arithmetic makes a table of them. With OMP_NUM_THREADS=1 that is the processor's time,
 * in which what else a machine does does not count.
 */
public final class ArithmeticTimes {
  private static final int ROUNDS = 9;
  private static final long SAMPLE_NANOS = 30_000_000;

  /** Inputs and units: of mnist's layers, of cifar10-fc's, and small ones. */
  private static final int[][] SIZES = {{784, 240}, {240, 240}, {64, 32}, {12, 5}};

  private static final int[][] LARGE = {{3072, 1600}, {1600, 1600}};

  private ArithmeticTimes() {}

  /**
   * Times.
   *
   * @param arguments layers, iterations or large
   */
  public static void main(String[] arguments) {
    switch (arguments[0]) {
      case "layers" -> layers();
      case "large" -> large();
      case "iterations" -> iterations();
      default -> throw new IllegalArgumentException("layers, large or iterations");
    }
  }

  private static Device device(Maxout maxout) {
    return Device.open("cpu", DeviceOptions.DEFAULT.withMaxout(maxout), notice -> {});
  }

  private static void layers() {
    for (int[] size : SIZES) {
      for (int pieces : new int[] {2, 3, 5}) {
        for (double keep : new double[] {0.5, 1}) {
          layer(new MaxoutShape(200, size[0], size[1], pieces, keep));
        }
      }
    }
    for (int rows : new int[] {20, 3200}) {
      for (int pieces : new int[] {2, 3, 5}) {
        for (double keep : new double[] {0.5, 1}) {
          layer(new MaxoutShape(rows, 784, 240, pieces, keep));
        }
      }
    }
  }

  private static void large() {
    for (int[] size : LARGE) {
      layer(new MaxoutShape(200, size[0], size[1], 5, 0.5));
    }
  }

  /** Half of the rows want the gradient with respect to the input. */
  private static void layer(MaxoutShape shape) {
    try (MaxoutLayer dense = new MaxoutLayer(shape, device(Maxout.DENSE));
        MaxoutLayer winners = new MaxoutLayer(shape, device(Maxout.WINNERS))) {
      double[] times = inTurns(List.of(dense::bySlopes, winners::byWinners));
      print(
          "layer\t%d\t%d\t%d\t%d\t%s\t%s\t%.1f\t%.1f",
          shape.rows(),
          shape.inputs(),
          shape.units(),
          shape.pieces(),
          shape.keep(),
          shape.byWinners() ? "winners" : "slopes",
          times[0],
          times[1]);
    }
  }

  private static void iterations() {
    for (String recipe : List.of("mnist", "cifar10-fc")) {
      iteration(new Workload(recipe, false, 100, Workload.standardWidth(recipe), 1));
      iteration(new Workload(recipe, true, 100, Workload.standardWidth(recipe), 1));
    }
  }

  private static void iteration(Workload w) {
    DeviceOptions half = DeviceOptions.DEFAULT.withCpuMath(DeviceOptions.CpuMath.BF16);
    try (Products products = new Products(w, Device.cpu());
        Iteration dense = new Iteration(w, device(Maxout.DENSE));
        Iteration winners = new Iteration(w, device(Maxout.WINNERS));
        Iteration bf16 = new Iteration(w, Device.open("cpu", half, notice -> {}))) {
      double[] times = inTurns(List.of(products::run, dense::run, winners::run, bf16::run));
      print(
          "iteration\t%s, %s\t%.1f\t%.1f\t%.1f\t%.1f",
          w.recipe(),
          w.alternating() ? "alternating" : "simultaneous",
          times[0],
          times[1],
          times[2],
          times[3]);
    }
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  /** Medians, in microseconds. */
  private static double[] inTurns(List<Runnable> works) {
    int count = works.size();
    long[] repetitions = new long[count];
    for (int i = 0; i < count; i++) {
      repetitions[i] = repetitions(works.get(i));
    }
    double[][] micros = new double[count][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < count; i++) {
        micros[i][round] = nanos(works.get(i), repetitions[i]) / 1e3 / repetitions[i];
      }
    }
    List<Double> medians = new ArrayList<>();
    for (double[] each : micros) {
      Arrays.sort(each);
      medians.add(each[ROUNDS / 2]);
    }
    return medians.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** How many fill a sample, once the virtual machine has compiled what they call. */
  private static long repetitions(Runnable work) {
    long times = 1;
    while (true) {
      long taken = nanos(work, times);
      if (taken >= SAMPLE_NANOS) {
        return Math.max(1, times * SAMPLE_NANOS / taken);
      }
      times *= 2;
    }
  }

  private static long nanos(Runnable work, long times) {
    long begin = clock();
    for (long i = 0; i < times; i++) {
      work.run();
    }
    return clock() - begin;
  }

  private static long clock() {
    return "1".equals(System.getenv("OMP_NUM_THREADS"))
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }
}
