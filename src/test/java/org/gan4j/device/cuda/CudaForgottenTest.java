package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Epilogue;
import org.gan4j.device.PlanCache;
import org.gan4j.device.Replay;
import org.gan4j.device.SafetyNet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What was forgotten is freed by the device's thread alone, and outside of a capture. */
@Tag("cuda")
@Tag("stand-in")
@ExtendWith(StandInExtension.class)
final class CudaForgottenTest {
  private static final long BLOCK = 64L << 20;
  private static final int ROWS = 300;
  private static final int WIDTH = 8;

  private static void forget(Device device) {
    block(device);
  }

  private static DeviceArena block(Device device) {
    DeviceArena arena = device.arena(1);
    arena.floats(BLOCK / Float.BYTES);
    arena.freeze();
    return arena;
  }

  private static void collect() {
    for (int i = 0; i < 5; i++) {
      SafetyNet.collect();
    }
  }

  @Test
  void aForgottenArenaWaitsForTheNextAllocation() {
    try (Device device = Device.open("cuda");
        DeviceArena kept = device.arena(1)) {
      DeviceBuffer buffer = kept.floats(1);
      kept.freeze();
      long before = StandIn.count(StandIn.Count.BYTES);
      forget(device);
      collect();
      assertTrue(StandIn.count(StandIn.Count.BYTES) >= before + BLOCK, "freed by another thread");
      try (Replay replay = device.record(() -> device.kernels().fill(buffer, 1))) {
        replay.run();
        assertTrue(StandIn.count(StandIn.Count.BYTES) >= before + BLOCK, "freed in a recording");
      }
      DeviceArena next = device.arena(1);
      next.floats(1);
      next.freeze();
      assertTrue(StandIn.count(StandIn.Count.BYTES) < before + BLOCK);
      next.close();
    }
  }

  @Test
  void aFullCardMakesTheCollectorLook() {
    try (Device device = Device.open("cuda")) {
      StandIn.memory(StandIn.count(StandIn.Count.BYTES) + BLOCK + BLOCK / 2);
      for (int i = 0; i < 5; i++) {
        forget(device);
      }
      block(device).close();
    }
  }

  @Test
  void plansAreBoundedAndARecordingsStay() {
    try (Device opened = Device.open("cuda", DeviceOptions.DEFAULT, notice -> {});
        DeviceArena arena = opened.arena(1)) {
      CudaDevice device = (CudaDevice) opened;
      DeviceBuffer out = arena.floats(ROWS * WIDTH);
      DeviceBuffer in = arena.floats(ROWS * WIDTH);
      DeviceBuffer weights = arena.floats(WIDTH * WIDTH);
      DeviceBuffer bias = arena.floats(WIDTH);
      arena.freeze();
      long objects = StandIn.count(StandIn.Count.OBJECTS);
      try (Replay replay = device.record(() -> product(device, out, in, weights, bias, ROWS))) {
        for (int rows = 1; rows < ROWS; rows++) {
          product(device, out, in, weights, bias, rows);
          assertTrue(device.backend().planCount() <= PlanCache.KEPT + 2);
        }
        int plans = device.backend().planCount();
        product(device, out, in, weights, bias, ROWS);
        assertEquals(plans, device.backend().planCount(), "the recording's plan was gone");
        replay.run();
      }
      // Descriptors of the plans that are left, and no others.
      long left = StandIn.count(StandIn.Count.OBJECTS) - objects;
      assertTrue(left <= 16L * (PlanCache.KEPT + 2), left + " objects");
    }
  }

  private static void product(
      Device device,
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer weights,
      DeviceBuffer bias,
      int rows) {
    long count = (long) rows * WIDTH;
    device
        .kernels()
        .affine(
            out.view(0, count),
            in.view(0, count),
            weights,
            bias,
            Epilogue.NONE,
            rows,
            WIDTH,
            WIDTH);
  }
}
