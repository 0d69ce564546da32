package org.gan4j.gan;

import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;

/** Where a step gets its real examples from. */
interface Feed extends AutoCloseable {
  /** Reserves what it needs in the arena of the step. */
  default void reserve(DeviceArena arena) {}

  /** Before an iteration is queued. */
  default void next() {}

  /** After a replica's random numbers have become others. */
  default void refresh() {}

  /** Whether {@link #next} must be called before every single iteration. */
  default boolean isStepwise() {
    return false;
  }

  /**
   * Part of a step: fetches the iteration's minibatch of that number.
   *
   * @param out [batch][width]; modified
   */
  void gather(DeviceBuffer out, int batch, int minibatch, DeviceBuffer state);

  /**
   * Part of a step: fetches the conditions of the examples that {@link #gather} fetches.
   *
   * @param out [batch][condition]; modified
   */
  default void gatherConditions(DeviceBuffer out, int batch, int minibatch, DeviceBuffer state) {
    throw new IllegalStateException("these examples have no conditions");
  }

  /**
   * Part of a step: fetches labelled examples, and their classes.
   *
   * @param out [rows][width]; modified
   * @param targets [rows][classes], one-hot; modified
   */
  default void gatherLabelled(
      DeviceBuffer out, DeviceBuffer targets, int rows, int minibatch, DeviceBuffer state) {
    throw new IllegalStateException("these examples have no labels");
  }

  @Override
  void close();
}
