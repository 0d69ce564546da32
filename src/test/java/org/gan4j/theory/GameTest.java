package org.gan4j.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.gan4j.device.DeviceException;
import org.gan4j.layers.MeteredDevice;
import org.gan4j.recipe.Objective;
import org.junit.jupiter.api.Test;

class GameTest {
  private static final int ALLOCATIONS = 11;

  @Test
  void failedAllocationsLeaveNothingBehind() {
    Rules rules = Toys.ring(Objective.NON_SATURATING, 1, 1, 1);
    for (int limit = 0; limit < ALLOCATIONS; limit++) {
      try (MeteredDevice device = new MeteredDevice(limit)) {
        assertThrows(DeviceException.class, () -> new Game(device, rules).close());
        assertEquals(0, device.held(), "with room for " + limit);
      }
    }
    try (MeteredDevice device = new MeteredDevice(ALLOCATIONS)) {
      new Game(device, rules).close();
      assertEquals(0, device.held());
    }
  }
}
