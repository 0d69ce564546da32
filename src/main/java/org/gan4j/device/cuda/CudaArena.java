package org.gan4j.device.cuda;

import org.gan4j.device.DataType;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.SafetyNet;

/** Device memory in one block: R copies, one after the other, of all that was reserved. */
final class CudaArena implements DeviceArena {
  /** Far more bytes than any card has, far fewer than overflow a sum. */
  private static final long ADDRESSABLE = 1L << 56;

  private final CudaContext context;
  private final int replicas;
  private long bytesPerReplica;
  private long base;
  private SafetyNet net;
  private boolean shared;
  private boolean frozen;
  private boolean closed;

  CudaArena(CudaContext context, int replicas) {
    if (replicas < 1) {
      throw new IllegalArgumentException("an arena has at least 1 replica, not " + replicas);
    }
    this.context = context;
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
      throw new DeviceException(
          "out of memory: the GPU was asked for "
              + length
              + " elements of type "
              + type
              + " for "
              + replicas
              + " replicas; train fewer replicas, a smaller network or a smaller batch");
    }
    bytesPerReplica = offset + CudaContext.aligned(length * type.bytes());
    return new CudaBuffer(this, type, replicas, offset, length);
  }

  @Override
  public void freeze() {
    requireFilling(" already");
    if (bytesPerReplica == 0) {
      throw new IllegalStateException("nothing was reserved in the arena");
    }
    CudaContext owner = context;
    long block = owner.allocate(bytesPerReplica * replicas);
    base = block;
    net =
        SafetyNet.under(
            this,
            SafetyNet.size(bytesPerReplica * replicas) + " of a GPU's memory",
            () -> owner.forget(block));
    frozen = true;
  }

  /** Fails in another thread than the device's, and unless there is to be memory yet. */
  private void requireFilling(String unlessFrozen) {
    context.require();
    if (closed) {
      throw new IllegalStateException("the arena is closed: take another one");
    }
    if (frozen) {
      throw new IllegalStateException("the arena is frozen" + unlessFrozen);
    }
  }

  @Override
  public void share() {
    base();
    shared = true;
  }

  @Override
  public DeviceBuffer all() {
    base();
    return new CudaBuffer(this, DataType.FLOAT, replicas, 0, bytesPerReplica / 4);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    // A closed device has freed all that was its own.
    if (!context.isClosed()) {
      context.enter();
    }
    context.streams().requireEager("frees memory");
    closed = true;
    long block = base;
    base = 0;
    if (block != 0) {
      net.remove();
      context.release(block);
    }
  }

  /** Where the memory begins; fails unless it is there. */
  long base() {
    if (base == 0 || context.isClosed()) {
      throw new IllegalStateException(
          closed || context.isClosed()
              ? "this buffer's arena is closed"
              : "this buffer has no memory yet: freeze its arena first");
    }
    return base;
  }

  CudaContext context() {
    return context;
  }

  boolean isShared() {
    return shared;
  }

  long bytesPerReplica() {
    return bytesPerReplica;
  }
}
