package org.gan4j.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanCacheTest {
  private static final int MANY = 10 * PlanCache.KEPT;

  private final List<Integer> closed = new ArrayList<>();
  private final PlanCache<Integer, Integer> plans = new PlanCache<>(closed::add);

  private void add(int from, int to) {
    for (int i = from; i < to; i++) {
      plans.add(i, i);
    }
  }

  @Test
  void theOldestGoes() {
    add(0, PlanCache.KEPT);
    assertEquals(List.of(), closed);
    plans.find(0);
    add(MANY, MANY + 2);
    assertEquals(List.of(1, 2), closed);
    assertNull(plans.find(1));
    assertEquals(0, plans.find(0));
  }

  @Test
  void thereAreNeverManyMore() {
    add(0, MANY);
    assertEquals(PlanCache.KEPT, plans.size());
    assertEquals(MANY, plans.size() + closed.size());
  }

  @Test
  void aRecordingKeepsItsOwnUntilItIsClosed() {
    Object recording = new Object();
    add(0, 3);
    plans.record(recording);
    plans.find(1);
    add(MANY, MANY + 2 * PlanCache.KEPT);
    plans.record(null);
    add(2 * MANY, 3 * MANY);
    assertEquals(1, plans.find(1));
    for (int i = 0; i < 2 * PlanCache.KEPT; i++) {
      assertEquals(MANY + i, plans.find(MANY + i));
    }
    assertNull(plans.find(0));
    plans.release(recording);
    plans.add(-1, -1);
    assertEquals(PlanCache.KEPT, plans.size());
    java.lang.ref.Reference.reachabilityFence(recording);
  }

  @Test
  void aForgottenRecordingKeepsNothing() throws InterruptedException {
    plans.record(new Object());
    add(0, MANY);
    plans.record(null);
    assertEquals(MANY, plans.size());
    for (int i = 0; i < 100 && plans.size() > PlanCache.KEPT; i++) {
      System.gc();
      Thread.sleep(10);
      plans.add(MANY + i, MANY + i);
    }
    assertEquals(PlanCache.KEPT, plans.size());
  }

  @Test
  void closingGoesOnAfterAFailure() {
    PlanCache<Integer, Integer> failing =
        new PlanCache<>(
            plan -> {
              closed.add(plan);
              if (plan == 1) {
                throw new DeviceException("plan 1");
              }
            });
    failing.add(1, 1);
    failing.add(2, 2);
    assertThrows(DeviceException.class, failing::close);
    assertEquals(List.of(1, 2), closed);
    failing.close();
  }
}
