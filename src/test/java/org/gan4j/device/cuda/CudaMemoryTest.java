package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.SizeTPointer;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Closing gives the card's memory back, by the card's own account. */
@Tag("cuda")
final class CudaMemoryTest {
  private static final int WARM = 3;
  private static final int ROUNDS = 25;

  /** Far more than the driver keeps for itself, so that one forgotten block shows. */
  private static final long BLOCK = 8L << 20;

  @BeforeEach
  void reset() {
    StandIn.reset();
  }

  private static long free() {
    try (SizeTPointer free = new SizeTPointer(1);
        SizeTPointer total = new SizeTPointer(1)) {
      assertEquals(0, cudart.cudaMemGetInfo(free, total));
      return free.get();
    }
  }

  private static void leavesNothing(Runnable round) {
    long before = 0;
    for (int i = 0; i < WARM + ROUNDS; i++) {
      // What the driver and the libraries load at first stays.
      before = i == WARM ? free() : before;
      round.run();
    }
    long lost = before - free();
    assertTrue(lost < BLOCK, lost + " bytes are gone after " + ROUNDS + " rounds");
  }

  @Test
  void roundsOfOpeningAndClosingLeaveNothing() {
    leavesNothing(
        () -> {
          try (Device device = Device.open("cuda");
              DeviceArena arena = device.arena(2)) {
            DeviceBuffer buffer = arena.floats(BLOCK / 8);
            arena.freeze();
            device.record(() -> device.kernels().fill(buffer, 1)).close();
          }
        });
  }

  @Test
  void roundsOfTrainingLeaveNothing() {
    leavesNothing(
        () -> {
          try (Device device = Device.open("cuda")) {
            SmallGan.train(device, SmallGan.recipe(UpdateOrder.ALTERNATING, 2, true), 2);
          }
        });
  }

  @Test
  void aBlockThatIsKeptWouldShow() {
    try (Device device = Device.open("cuda")) {
      long before = free();
      DeviceArena kept = device.arena(1);
      kept.floats(BLOCK / 2);
      kept.freeze();
      assertTrue(before - free() >= BLOCK);
      kept.close();
    }
  }
}
