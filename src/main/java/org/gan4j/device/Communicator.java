package org.gan4j.device;

/**
 * One rank's connection to all that train together. Ranks call the same operations in the same
 * order. Belongs to the thread of its device.
 */
public interface Communicator extends AutoCloseable {
  /** There is nobody else. */
  Communicator ALONE =
      new Communicator() {
        @Override
        public int rank() {
          return 0;
        }

        @Override
        public int ranks() {
          return 1;
        }

        @Override
        public void average(DeviceBuffer... buffers) {}

        @Override
        public void gather(DeviceBuffer whole, DeviceBuffer part) {
          throw new IllegalStateException("there are no other ranks");
        }

        @Override
        public void close() {}
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
   * Makes values of each rank the mean over all of them, to rounding; all ranks then have the same
   * bits.
   *
   * @param buffers of floats, every replica; modified
   * @throws DeviceException if another rank is lost
   */
  void average(DeviceBuffer... buffers);

  /**
   * Puts the parts of all ranks together.
   *
   * @param whole [ranks][n], the parts in the order of the ranks; modified
   * @param part [n], this rank's; not modified
   * @throws DeviceException if another rank is lost
   */
  void gather(DeviceBuffer whole, DeviceBuffer part);

  /** Parts from the others. */
  @Override
  void close();
}
