package org.gan4j.layers;

import java.util.Optional;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Kernels;
import org.gan4j.device.Replay;

/** The CPU with a limited number of allocations, of which it knows those that are still held. */
public final class MeteredDevice implements Device {
  private final Device cpu = Device.cpu();
  private final int limit;
  private final boolean usesHostMemory;
  private int allocations;
  private int held;
  private long bytes;

  /** The allocation after so many fails. */
  public MeteredDevice(int limit) {
    this(limit, true);
  }

  /** The same, which may pass for a card with memory of its own. */
  public MeteredDevice(int limit, boolean usesHostMemory) {
    this.limit = limit;
    this.usesHostMemory = usesHostMemory;
  }

  /** Arenas that were frozen and not closed. */
  public int held() {
    return held;
  }

  /** Bytes of all arenas that were frozen, closed or not. */
  public long bytes() {
    return bytes;
  }

  @Override
  public boolean usesHostMemory() {
    return usesHostMemory;
  }

  @Override
  public DeviceArena arena(int replicas) {
    return new MeteredArena(cpu.arena(replicas));
  }

  private final class MeteredArena implements DeviceArena {
    private final DeviceArena arena;
    private boolean holds;

    MeteredArena(DeviceArena arena) {
      this.arena = arena;
    }

    @Override
    public DeviceBuffer reserve(DataType type, long length) {
      return arena.reserve(type, length);
    }

    @Override
    public void freeze() {
      if (allocations++ == limit) {
        throw new DeviceException("out of memory");
      }
      arena.freeze();
      holds = true;
      held++;
      bytes += Float.BYTES * arena.all().length() * arena.all().replicas();
    }

    @Override
    public void share() {
      arena.share();
    }

    @Override
    public DeviceBuffer all() {
      return arena.all();
    }

    @Override
    public void close() {
      arena.close();
      held -= holds ? 1 : 0;
      holds = false;
    }
  }

  @Override
  public String description() {
    return cpu.description();
  }

  @Override
  public String arithmetic() {
    return cpu.arithmetic();
  }

  @Override
  public DeviceOptions options() {
    return cpu.options();
  }

  @Override
  public String math() {
    return cpu.math();
  }

  @Override
  public Kernels kernels() {
    return cpu.kernels();
  }

  @Override
  public Replay record(Runnable step) {
    return cpu.record(step);
  }

  @Override
  public void handOver() {
    cpu.handOver();
  }

  @Override
  public Optional<Device> sibling() {
    return cpu.sibling();
  }

  @Override
  public void synchronize() {
    cpu.synchronize();
  }

  @Override
  public void close() {
    cpu.close();
  }
}
