package org.gan4j.device;

/**
 * One allocation on a device, cut into buffers: reserve them all, then {@link #freeze()}, which
 * allocates zeroed memory for all of them at once. Until then, and after {@link #close()}, no
 * buffer can be used.
 */
public interface DeviceArena extends AutoCloseable {
  /**
   * Reserves a buffer, aligned for every use.
   *
   * @param type of its elements
   * @param length elements per replica, ≥ 1
   * @return the buffer
   * @throws IllegalStateException after freeze or close
   */
  DeviceBuffer reserve(DataType type, long length);

  /**
   * Reserves a buffer of floats.
   *
   * @param length elements per replica, ≥ 1
   * @return the buffer
   */
  default DeviceBuffer floats(long length) {
    return reserve(DataType.FLOAT, length);
  }

  /**
   * Allocates; every buffer is then zero.
   *
   * @throws IllegalStateException after freeze or close, or if nothing was reserved
   */
  void freeze();

  /**
   * From now on nothing may be written here, and every thread may read it, from every device that
   * can reach the memory. Whoever closes it sees to it that nobody does so any more.
   *
   * @throws IllegalStateException before freeze
   */
  void share();

  /**
   * All of the arena as floats, the gaps that alignment leaves between buffers included; they stay
   * zero under every kernel that maps zero to zero.
   *
   * @return the view
   * @throws IllegalStateException before freeze
   */
  DeviceBuffer all();

  /** Frees the memory now. */
  @Override
  void close();
}
