package org.gan4j.benchmarks.subject;

import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Numbers;
import org.gan4j.benchmarks.Work;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;

/** A product large enough to show the arithmetic's ceiling. */
final class LargeProduct implements Work {
  private static final int N = Case.Ceiling.SIZE;

  private final Device device = Device.cpu();
  private final DeviceArena arena = device.arena(1);
  private final DeviceBuffer a = arena.floats((long) N * N);
  private final DeviceBuffer b = arena.floats((long) N * N);
  private final DeviceBuffer c = arena.floats((long) N * N);

  LargeProduct() {
    arena.freeze();
    Buffers.write(a, 0, Numbers.uniform(0, N * N, 1));
    Buffers.write(b, 0, Numbers.uniform(1, N * N, 1));
  }

  @Override
  public void run() {
    device.kernels().productTransposed(c, a, b, N, N, N);
    device.synchronize();
  }

  @Override
  public void close() {
    arena.close();
    device.close();
  }
}
