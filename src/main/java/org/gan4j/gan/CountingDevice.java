package org.gan4j.gan;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Kernels;
import org.gan4j.device.Replay;

/**
 * Has no memory and computes nothing: it counts what is reserved in its arenas, so that the code
 * that allocates also tells, beforehand, how much it will.
 */
final class CountingDevice implements Device {
  /** The CPU's; a GPU's is a little larger. */
  private static final int ALIGNMENT = 64;

  private long bytes;

  /** Bytes of all arenas so far, open or closed. */
  long bytes() {
    return bytes;
  }

  @Override
  public boolean usesHostMemory() {
    return false;
  }

  @Override
  public DeviceArena arena(int replicas) {
    return new CountingArena(replicas);
  }

  private final class CountingArena implements DeviceArena {
    private final int replicas;

    CountingArena(int replicas) {
      this.replicas = replicas;
    }

    @Override
    public DeviceBuffer reserve(DataType type, long length) {
      long each = (length * type.bytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      bytes += replicas * each;
      return new NoBuffer(type, replicas, length);
    }

    @Override
    public void freeze() {}

    @Override
    public void share() {}

    @Override
    public DeviceBuffer all() {
      return new NoBuffer(DataType.FLOAT, replicas, 1);
    }

    @Override
    public void close() {}
  }

  /** Holds nothing. */
  private static final class NoBuffer extends DeviceBuffer {
    NoBuffer(DataType type, int replicas, long length) {
      super(type, replicas, length);
    }

    @Override
    protected DeviceBuffer slice(long offset, long count) {
      return new NoBuffer(type(), replicas(), count);
    }

    @Override
    protected long address() {
      throw computes();
    }

    @Override
    protected long stride() {
      throw computes();
    }

    @Override
    protected void copyIn(int replica, long offset, ByteBuffer source) {
      throw computes();
    }

    @Override
    protected void copyOut(int replica, long offset, ByteBuffer target) {
      throw computes();
    }
  }

  private static IllegalStateException computes() {
    return new IllegalStateException("a device that only counts was asked to do something");
  }

  @Override
  public String description() {
    return "counts bytes";
  }

  @Override
  public String arithmetic() {
    return "none";
  }

  @Override
  public DeviceOptions options() {
    return DeviceOptions.DEFAULT;
  }

  @Override
  public String math() {
    return "none";
  }

  /** Passes keep it; none of them may use it. */
  @Override
  public Kernels kernels() {
    return null;
  }

  @Override
  public Replay record(Runnable step) {
    throw computes();
  }

  @Override
  public void handOver() {}

  @Override
  public Optional<Device> sibling() {
    return Optional.empty();
  }

  @Override
  public void synchronize() {}

  @Override
  public void close() {}
}
