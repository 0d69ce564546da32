package org.gan4j.layers;

import org.gan4j.device.DeviceBuffer;

/** How one of several ranks gets the others' rows, for layers that mix those of a minibatch. */
public interface RowExchange {
  /** There is nobody else. */
  RowExchange ALONE =
      new RowExchange() {
        @Override
        public int rank() {
          return 0;
        }

        @Override
        public int ranks() {
          return 1;
        }

        @Override
        public void gather(DeviceBuffer whole, DeviceBuffer part, double factor) {
          throw new IllegalStateException("there are no other ranks");
        }
      };

  /**
   * Which rank this is.
   *
   * @return from 0
   */
  int rank();

  /**
   * How many there are.
   *
   * @return ≥ 1
   */
  int ranks();

  /**
   * Puts the parts of all ranks together; waits for the device, and for the other ranks.
   *
   * @param whole [ranks][n] ← factor · the parts in the order of the ranks; modified
   * @param part [n], this rank's; not modified
   * @param factor of all values
   */
  void gather(DeviceBuffer whole, DeviceBuffer part, double factor);
}
