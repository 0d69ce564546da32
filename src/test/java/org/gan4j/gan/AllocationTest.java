package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.recipe.Objective;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A step leaves nothing for the garbage collector and creates no native object. */
class AllocationTest {
  private static final int ITERATIONS = 50;

  /**
   * The virtual machine itself allocates some hundred bytes, once, when it compiles a method (none
   * with -Xint); what a step allocates shows in every stretch of iterations.
   */
  private static final int STRETCHES = 40;

  static Stream<Recipe> recipes() {
    Recipe noisy =
        SmallGans.networks(
            SmallGans.recipe(UpdateOrder.ALTERNATING, 2),
            SmallGans.NORMAL,
            SmallGans.noisyGenerator(),
            SmallGans.discriminator());
    return Stream.of(
        SmallGans.images(SmallGans.simultaneous()),
        SmallGans.images(SmallGans.recipe(UpdateOrder.ALTERNATING, 2)),
        SmallGans.simultaneous().withObjective(Objective.NON_SATURATING).withMaxColumnNorm(0.9),
        noisy.withObjective(Objective.MINIMAX).withMaxColumnNorm(0.9));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void stepsAllocateNothing(Recipe recipe) {
    DataSet data = SmallGans.data();
    for (int replicas : new int[] {1, 2}) {
      Recipe replicated = SmallGans.seeds(recipe, 1, replicas, List.of());
      try (Device device = Device.cpu();
          Gan gan = SmallGans.gan(device, replicated, data);
          Trainer trainer = new Trainer(gan, data)) {
        trainer.run(1);
        long pointers = Pointer.totalCount();
        long bytes = Pointer.totalBytes();
        assertEquals(0, leastAllocated(trainer), "bytes of Java heap");
        // Less, where the collector finds what others have forgotten.
        assertTrue(Pointer.totalCount() <= pointers, "pointers were made");
        assertTrue(Pointer.totalBytes() <= bytes, "memory was taken");
      }
    }
  }

  private static long leastAllocated(Trainer trainer) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < STRETCHES && least > 0; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      trainer.run(ITERATIONS);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
