package org.gan4j.benchmarks.subject;

import java.util.Arrays;
import org.gan4j.benchmarks.Case.Parzen;
import org.gan4j.benchmarks.Numbers;
import org.gan4j.benchmarks.Workload;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Replay;

/** Something that a device does many times in a row without the host waiting in between. */
interface Repeated extends AutoCloseable {
  /** Does it some times, and returns when all are done. */
  void run(long times);

  @Override
  void close();

  /**
   * Whole training iterations.
   *
   * @param images the training set
   */
  static Repeated iteration(Workload workload, byte[] images, Device device) {
    Iteration iteration = new Iteration(workload, RecipeOf.data(workload, images), device);
    return new Repeated() {
      @Override
      public void run(long times) {
        iteration.run(times);
      }

      @Override
      public void close() {
        iteration.close();
      }
    };
  }

  /** The products of an iteration and nothing else, as a recording. */
  static Repeated products(Workload workload, Device device) {
    Products products = new Products(workload, device);
    return recorded(device, products::queue, products::close);
  }

  /** The score of a Parzen window, results on the host included. */
  static Repeated parzen(int samples, Device device) {
    Likelihoods likelihoods = new Likelihoods(new Parzen(samples, false), device);
    return new Repeated() {
      @Override
      public void run(long times) {
        for (long i = 0; i < times; i++) {
          likelihoods.run();
        }
      }

      @Override
      public void close() {
        likelihoods.close();
      }
    };
  }

  /**
   * One product of two matrices of random numbers.
   *
   * @param strict in single precision, whatever the device is set to
   */
  static Repeated product(int rows, int columns, int inner, boolean strict, Device device) {
    DeviceArena arena = device.arena(1);
    DeviceBuffer out = arena.floats((long) rows * columns);
    DeviceBuffer a = arena.floats((long) rows * inner);
    DeviceBuffer b = arena.floats((long) columns * inner);
    arena.freeze();
    fill(a, 1);
    fill(b, 2);
    return recorded(
        device,
        arena,
        () -> {
          if (strict) {
            device.kernels().innerProducts(out, a, b, rows, columns, inner);
          } else {
            device.kernels().productTransposed(out, a, b, rows, columns, inner);
          }
        });
  }

  /** A pass over memory: rows of 1024 values, each scaled by its own factor. */
  static Repeated pass(int rows, Device device) {
    int width = 1024;
    DeviceArena arena = device.arena(1);
    DeviceBuffer out = arena.floats((long) rows * width);
    DeviceBuffer in = arena.floats((long) rows * width);
    DeviceBuffer factors = arena.floats(rows);
    arena.freeze();
    fill(in, 3);
    fill(factors, 4);
    return recorded(device, arena, () -> device.kernels().scaleRows(out, in, factors, rows, width));
  }

  /** The same million random numbers again and again. */
  private static void fill(DeviceBuffer buffer, long seed) {
    int part = (int) Math.min(buffer.length(), 1 << 20);
    float[] values = Numbers.uniform(seed, part, 1);
    for (long at = 0; at < buffer.length(); at += part) {
      long length = Math.min(part, buffer.length() - at);
      float[] piece = length == part ? values : Arrays.copyOf(values, (int) length);
      Buffers.write(buffer.view(at, length), 0, piece);
    }
  }

  private static Repeated recorded(Device device, DeviceArena arena, Runnable step) {
    return recorded(
        device,
        step,
        () -> {
          arena.close();
          device.close();
        });
  }

  /** A step as a recording; {@code close} frees what it uses, and the device. */
  private static Repeated recorded(Device device, Runnable step, Runnable close) {
    Replay replay = device.record(step);
    return new Repeated() {
      @Override
      public void run(long times) {
        replay.run(times);
        device.synchronize();
      }

      @Override
      public void close() {
        replay.close();
        close.run();
      }
    };
  }
}
