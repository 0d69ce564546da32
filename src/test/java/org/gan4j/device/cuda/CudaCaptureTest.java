package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.Replay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a recorded step may do, and what becomes of one whose memory is gone. */
@Tag("cuda")
final class CudaCaptureTest {
  private Device device;
  private DeviceArena arena;
  private DeviceBuffer value;

  @BeforeEach
  void open() {
    StandIn.reset();
    device = Device.open("cuda");
    arena = device.arena(1);
    value = arena.floats(3);
    arena.freeze();
  }

  @AfterEach
  void close() {
    arena.close();
    device.close();
    StandIn.assertNoViolation();
  }

  private void refused(String what, Runnable step) {
    String message =
        assertThrows(DeviceException.class, () -> device.record(step).close()).getMessage();
    assertTrue(message.contains(what), message);
    // And the device works as before.
    device.kernels().fill(value, 4);
    assertEquals(4, read());
  }

  private float read() {
    float[] values = new float[1];
    Buffers.read(value, 0, values);
    return values[0];
  }

  @Test
  void aStepMayNotTouchTheHost() {
    refused("copies", () -> Buffers.read(value, 0, new float[1]));
    refused("copies", () -> Buffers.write(value, 0, new float[1]));
    refused("waits", () -> device.synchronize());
    refused("records", () -> device.record(() -> {}));
    refused("closes its device", () -> device.close());
  }

  @Test
  void aStepMayNotAllocate() {
    refused(
        "allocates",
        () -> {
          DeviceArena another = device.arena(1);
          another.floats(1);
          another.freeze();
        });
    refused("frees", () -> arena.close());
  }

  @Test
  void recordingRunsNothing() {
    device.kernels().fill(value, 1);
    try (Replay replay = device.record(() -> device.kernels().fill(value, 2))) {
      assertEquals(1, read());
      replay.run(0);
      assertEquals(1, read());
      replay.run();
      assertEquals(2, read());
    }
  }

  @Test
  void aStepThatFailsLeavesNoCapture() {
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                device.record(
                    () -> {
                      device.kernels().fill(value, 2);
                      throw new IllegalStateException("mine");
                    }));
    assertEquals("mine", thrown.getMessage());
    recordingRunsNothing();
  }

  @Test
  void aRecordingWhoseMemoryIsGoneDoesNotRun() {
    try (Replay replay = device.record(() -> device.kernels().fill(value, 2))) {
      arena.close();
      String message = assertThrows(IllegalStateException.class, replay::run).getMessage();
      assertTrue(message.contains("arena is closed"), message);
    }
  }

  @Test
  void aRecordingIsNotRunAfterItsClose() {
    Replay replay = device.record(() -> device.kernels().fill(value, 2));
    replay.close();
    replay.close();
    assertTrue(
        assertThrows(IllegalStateException.class, replay::run).getMessage().contains("is closed"));
  }

  @Test
  void buffersOfAnotherDeviceAreRefused() {
    for (String name : new String[] {"cpu", "cuda"}) {
      try (Device other = Device.open(name);
          DeviceArena there = other.arena(1)) {
        DeviceBuffer far = there.floats(3);
        there.freeze();
        assertThrows(IllegalArgumentException.class, () -> device.kernels().fill(far, 1));
      }
    }
  }
}
