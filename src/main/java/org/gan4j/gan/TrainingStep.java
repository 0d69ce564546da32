package org.gan4j.gan;

import org.gan4j.device.DeviceArena;

/**
 * What a loop repeats. It is made in three parts: a {@link Plan} reserves its buffers, {@link
 * #prepare} sets what no step changes, and {@link #run} is recorded once and replayed.
 */
public interface TrainingStep {
  /** Reserves the buffers of a step. */
  interface Plan {
    /**
     * Reserves.
     *
     * @param arena not frozen yet; nothing in it can be written
     * @return the step, to be prepared once the arena is frozen
     */
    TrainingStep reserve(DeviceArena arena);
  }

  /** Writes what no step changes; once, after the arena is frozen and before the first step. */
  default void prepare() {}

  /**
   * One step. It allocates nothing, reads nothing back and depends on no value of the host that
   * changes, so that it can be recorded.
   */
  void run();
}
