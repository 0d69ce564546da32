package org.gan4j.device;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Copies to and from the host leave nothing behind for the garbage collector. */
final class BuffersTest {
  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void copiesKeepToOneStage() {
    float[] values = new float[300_000];
    try (Device device = Device.cpu();
        DeviceArena arena = device.arena(1)) {
      DeviceBuffer buffer = arena.floats(values.length);
      arena.freeze();
      Buffers.write(buffer, 0, values);
      long before = directBytes();
      for (int i = 0; i < 100; i++) {
        Buffers.write(buffer, 0, values);
        Buffers.read(buffer, 0, values);
      }
      long added = directBytes() - before;
      assertTrue(added < 2 << 20, "direct memory has grown by " + added + " bytes");
    }
  }
}
