package org.gan4j.device.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.javacpp.Pointer;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Epilogue;
import org.gan4j.device.PlanCache;
import org.gan4j.device.Replay;
import org.gan4j.device.SafetyNet;
import org.junit.jupiter.api.Test;

/** The CPU's plans and blocks: those that are needed stay, the others go. */
class CpuMemoryTest {
  private static final int MOST_ROWS = 400;
  private static final int WIDTH = 8;
  private static final long LARGE = 32L << 20;

  /** Products of many sizes, while a recording of one size lives. */
  @Test
  void plansAreBoundedAndARecordingsStay() {
    try (CpuDevice device = new CpuDevice();
        DeviceArena arena = device.arena(1)) {
      DeviceBuffer out = arena.floats(MOST_ROWS * WIDTH);
      DeviceBuffer in = arena.floats(MOST_ROWS * WIDTH);
      DeviceBuffer weights = arena.floats(WIDTH * WIDTH);
      DeviceBuffer bias = arena.floats(WIDTH);
      arena.freeze();
      Runnable step = () -> product(device, out, in, weights, bias, MOST_ROWS);
      try (Replay replay = device.record(step)) {
        replay.run();
        for (int rows = 1; rows < MOST_ROWS; rows++) {
          product(device, out, in, weights, bias, rows);
          assertTrue(device.backend().planCount() <= PlanCache.KEPT + 2);
        }
        long pointers = Pointer.totalCount();
        replay.run();
        assertEquals(pointers, Pointer.totalCount(), "the recording's plan was made again");
      }
      product(device, out, in, weights, bias, MOST_ROWS + 1 - MOST_ROWS);
      assertTrue(device.backend().planCount() <= PlanCache.KEPT + 2);
    }
  }

  private static void product(
      CpuDevice device,
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer weights,
      DeviceBuffer bias,
      int rows) {
    device
        .kernels()
        .affine(
            out.view(0, (long) rows * WIDTH),
            in.view(0, (long) rows * WIDTH),
            weights,
            bias,
            Epilogue.NONE,
            rows,
            WIDTH,
            WIDTH);
  }

  @Test
  void aForgottenArenaIsFreed() {
    try (CpuDevice device = new CpuDevice()) {
      long before = NativeBlock.held();
      forget(device);
      assertTrue(NativeBlock.held() >= before + LARGE || freed(before));
      for (int i = 0; i < 20 && !freed(before); i++) {
        SafetyNet.collect();
      }
      assertTrue(freed(before), NativeBlock.held() + " bytes, not " + before);
    }
  }

  private static boolean freed(long before) {
    return NativeBlock.held() < before + LARGE;
  }

  private static void forget(CpuDevice device) {
    DeviceArena arena = device.arena(1);
    arena.floats(LARGE / Float.BYTES);
    arena.freeze();
  }

  @Test
  void whatIsClosedIsFreedOnce() {
    try (CpuDevice device = new CpuDevice()) {
      DeviceArena arena = device.arena(1);
      arena.floats(LARGE / Float.BYTES);
      long before = NativeBlock.held();
      arena.freeze();
      assertEquals(before + LARGE, NativeBlock.held());
      arena.close();
      arena.close();
      assertEquals(before, NativeBlock.held());
    }
  }
}
