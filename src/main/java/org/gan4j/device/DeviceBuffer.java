package org.gan4j.device;

import java.nio.ByteBuffer;

/**
 * A place in an {@link DeviceArena}: {@code length} elements for each of {@code replicas} networks,
 * replica r at element r · stride. Shapes named elsewhere are those of one replica, row-major.
 */
public abstract class DeviceBuffer {
  private final DataType type;
  private final int replicas;
  private final long length;

  /**
   * For the backends.
   *
   * @param type of the elements
   * @param replicas R ≥ 1
   * @param length elements per replica, ≥ 1
   */
  protected DeviceBuffer(DataType type, int replicas, long length) {
    this.type = type;
    this.replicas = replicas;
    this.length = length;
  }

  /**
   * The element type.
   *
   * @return the type
   */
  public final DataType type() {
    return type;
  }

  /**
   * The leading dimension R.
   *
   * @return replicas, ≥ 1
   */
  public final int replicas() {
    return replicas;
  }

  /**
   * Elements per replica.
   *
   * @return ≥ 1
   */
  public final long length() {
    return length;
  }

  /**
   * A part of this buffer, the same part of every replica; no copy.
   *
   * @param offset first element, ≥ 0
   * @param count elements per replica, ≥ 1
   * @return the view
   * @throws IllegalArgumentException if it does not lie within this buffer
   */
  public final DeviceBuffer view(long offset, long count) {
    if (offset < 0 || count < 1 || offset > length - count) {
      throw new IllegalArgumentException(
          "a view of " + count + " elements at " + offset + " is outside of " + this);
    }
    return slice(offset, count);
  }

  /**
   * The view, its range already checked.
   *
   * @param offset first element
   * @param count elements per replica
   * @return the view
   */
  protected abstract DeviceBuffer slice(long offset, long count);

  /**
   * Copies bytes of the host into one replica. Waits until they are there. Modified.
   *
   * @param replica from 0
   * @param offset first element written
   * @param source what remains of it is copied: a whole number of elements in native byte order
   * @throws IllegalArgumentException if that does not fit
   * @throws IllegalStateException if the arena is closed
   */
  public final void write(int replica, long offset, ByteBuffer source) {
    requireRange(replica, offset, source.remaining());
    copyIn(replica, offset, source);
  }

  /**
   * Copies one replica to the host, after all that the device was told before. Not modified.
   *
   * @param replica from 0
   * @param offset first element read
   * @param target filled up: a whole number of elements in native byte order
   * @throws IllegalArgumentException if there are not that many
   * @throws IllegalStateException if the arena is closed
   */
  public final void read(int replica, long offset, ByteBuffer target) {
    requireRange(replica, offset, target.remaining());
    copyOut(replica, offset, target);
  }

  /**
   * Where replica 0 begins.
   *
   * @return an address of the device
   * @throws IllegalStateException if the memory is gone, or not there yet
   */
  protected abstract long address();

  /**
   * From one replica to the next.
   *
   * @return bytes
   */
  protected abstract long stride();

  /**
   * The copy behind {@link #write}, its range already checked.
   *
   * @param replica from 0
   * @param offset first element
   * @param source bytes
   */
  protected abstract void copyIn(int replica, long offset, ByteBuffer source);

  /**
   * The copy behind {@link #read}, its range already checked.
   *
   * @param replica from 0
   * @param offset first element
   * @param target bytes
   */
  protected abstract void copyOut(int replica, long offset, ByteBuffer target);

  private void requireRange(int replica, long offset, long bytes) {
    long count = bytes / type.bytes();
    boolean whole = count * type.bytes() == bytes;
    if (replica < 0 || replica >= replicas || offset < 0 || offset > length - count || !whole) {
      throw new IllegalArgumentException(
          bytes + " bytes at element " + offset + " of replica " + replica + " do not fit " + this);
    }
  }

  @Override
  public final String toString() {
    return type + "[" + replicas + "][" + length + "]";
  }
}
