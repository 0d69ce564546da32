package org.gan4j.benchmarks.subject;

import org.gan4j.benchmarks.Case.Parzen;
import org.gan4j.benchmarks.Work;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;

/** All inner products of a Parzen window's samples and images, in tiles that stay in the cache. */
final class ParzenProducts implements Work {
  private static final int ROWS = 512;
  private static final int COLUMNS = 1024;

  private final Device device = Device.cpu();
  private final DeviceArena arena = device.arena(1);
  private final int samples;
  private final DeviceBuffer window;
  private final DeviceBuffer images = arena.floats((long) ROWS * Parzen.WIDTH);
  private final DeviceBuffer products = arena.floats((long) ROWS * COLUMNS);

  ParzenProducts(Parzen parzen) {
    samples = parzen.samples();
    window = arena.floats((long) samples * Parzen.WIDTH);
    arena.freeze();
    Buffers.write(window, 0, parzen.window());
    Buffers.write(images, 0, Parzen.scaled(Parzen.images(1, ROWS)));
  }

  @Override
  public void run() {
    multiply(Parzen.VALIDATION);
    multiply(Parzen.TEST);
    device.synchronize();
  }

  private void multiply(int count) {
    for (int first = 0; first < count; first += ROWS) {
      int rows = Math.min(ROWS, count - first);
      for (int from = 0; from < samples; from += COLUMNS) {
        int columns = Math.min(COLUMNS, samples - from);
        DeviceBuffer some = window.view((long) from * Parzen.WIDTH, (long) columns * Parzen.WIDTH);
        device.kernels().productTransposed(products, images, some, rows, columns, Parzen.WIDTH);
      }
    }
  }

  @Override
  public void close() {
    arena.close();
    device.close();
  }
}
