package org.gan4j.device.cpu;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.device.DataType;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.SafetyNet;

/** Host memory in one block: R copies, one after the other, of all that was reserved. */
final class CpuArena implements DeviceArena {
  /** A cache line, and the widest vector register. */
  private static final int ALIGNMENT = 64;

  /** Far more bytes than any machine has, far fewer than overflow a sum. */
  private static final long ADDRESSABLE = 1L << 56;

  private final CpuDevice device;
  private final int replicas;
  private long bytesPerReplica;
  private NativeBlock block;
  private boolean frozen;
  private boolean closed;
  private volatile boolean shared;

  /** Of what has been a factor of a product in bf16. */
  private final List<RoundedCopy> rounded = new ArrayList<>();

  CpuArena(CpuDevice device, int replicas) {
    if (replicas < 1) {
      throw new IllegalArgumentException("an arena has at least 1 replica, not " + replicas);
    }
    this.device = device;
    this.replicas = replicas;
  }

  @Override
  public DeviceBuffer reserve(DataType type, long length) {
    requireFilling(": reserve all buffers before");
    if (length < 1) {
      throw new IllegalArgumentException("a buffer has at least 1 element, not " + length);
    }
    long offset = bytesPerReplica;
    if (length > (ADDRESSABLE / replicas - offset) / type.bytes()) {
      throw outOfMemory(length + " elements of type " + type + " for " + replicas + " replicas");
    }
    bytesPerReplica = offset + (length * type.bytes() + ALIGNMENT - 1 & -ALIGNMENT);
    return new CpuBuffer(this, type, replicas, offset, length);
  }

  @Override
  public void freeze() {
    requireFilling(" already");
    if (bytesPerReplica == 0) {
      throw new IllegalStateException("nothing was reserved in the arena");
    }
    long bytes = bytesPerReplica * replicas;
    block = NativeBlock.of(this, SafetyNet.size(bytes) + " of the CPU's memory", bytes);
    if (block == null) {
      throw outOfMemory((bytes >> 20) + " MiB");
    }
    frozen = true;
  }

  /** Fails in threads that may not use this, and unless there is to be memory yet. */
  private void requireFilling(String unlessFrozen) {
    device.require();
    if (closed) {
      throw new IllegalStateException("the arena is closed: take another one");
    }
    if (frozen) {
      throw new IllegalStateException("the arena is frozen" + unlessFrozen);
    }
  }

  private static DeviceException outOfMemory(String asked) {
    return new DeviceException(
        "out of memory: the CPU device was asked for "
            + asked
            + "; train fewer replicas, a smaller network or a smaller batch");
  }

  @Override
  public void share() {
    base();
    shared = true;
  }

  @Override
  public DeviceBuffer all() {
    base();
    return new CpuBuffer(this, DataType.FLOAT, replicas, 0, bytesPerReplica / 4);
  }

  /** The copy of a buffer, made at the first time. Of a shared arena any thread may ask. */
  synchronized RoundedCopy rounded(long offset, long length) {
    for (int i = 0; i < rounded.size(); i++) {
      if (rounded.get(i).isOf(offset, length)) {
        return rounded.get(i);
      }
    }
    RoundedCopy made = new RoundedCopy(this, offset, length, replicas);
    rounded.add(made);
    return made;
  }

  /** Some bytes are written, of every replica. */
  void written(long begin, long end) {
    for (int i = 0; i < rounded.size(); i++) {
      rounded.get(i).written(begin, end);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    device.owner().require();
    closed = true;
    if (block != null) {
      rounded.forEach(RoundedCopy::close);
      rounded.clear();
      block.close();
      block = null;
    }
  }

  /** Fails in threads that may not use this, and if the memory is not there. */
  long base() {
    if (shared) {
      device.requireOpen();
    } else {
      device.require();
    }
    if (block == null) {
      throw new IllegalStateException(
          closed
              ? "this buffer's arena is closed"
              : "this buffer has no memory yet: freeze its arena first");
    }
    return block.base();
  }

  boolean isShared() {
    return shared;
  }

  long bytesPerReplica() {
    return bytesPerReplica;
  }
}
