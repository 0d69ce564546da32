package org.gan4j.device.cpu;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.gan4j.device.DataType;
import org.gan4j.device.DeviceBuffer;

/** A place in a {@link CpuArena}. */
final class CpuBuffer extends DeviceBuffer {
  private final CpuArena arena;
  private final long byteOffset;

  /** Shared weights are first asked for theirs by several threads at once. */
  private volatile FloatPointer[] pointers;

  private RoundedCopy rounded;

  CpuBuffer(CpuArena arena, DataType type, int replicas, long byteOffset, long length) {
    super(type, replicas, length);
    this.arena = arena;
    this.byteOffset = byteOffset;
  }

  @Override
  protected long address() {
    return arena.base() + byteOffset;
  }

  /** Whether nothing may be written here any more. */
  boolean isShared() {
    return arena.isShared();
  }

  /** Where a replica begins. */
  long address(int replica) {
    return address(replica, 0);
  }

  @Override
  protected long stride() {
    return arena.bytesPerReplica();
  }

  private long address(int replica, long element) {
    return address() + replica * stride() + element * type().bytes();
  }

  /**
   * One replica as oneDNN takes it. Made once and kept: no step creates a pointer.
   *
   * @param replica from 0
   * @return a view that owns nothing
   */
  FloatPointer pointer(int replica) {
    arena.base();
    if (pointers == null) {
      FloatPointer[] made = new FloatPointer[replicas()];
      for (int r = 0; r < made.length; r++) {
        made[r] = pointerTo(address(r));
      }
      pointers = made;
    }
    return pointers[replica];
  }

  /** Its values in bf16, as they were when the copy was made. */
  RoundedCopy rounded() {
    if (rounded == null) {
      rounded = arena.rounded(byteOffset, length());
    }
    return rounded;
  }

  /**
   * It is about to be written: copies of what it has are not up to date any more.
   *
   * @throws IllegalStateException if it is shared
   */
  void written() {
    if (isShared()) {
      throw new IllegalStateException("this buffer is shared: nothing may be written to it");
    }
    arena.written(byteOffset, byteOffset + length() * type().bytes());
  }

  @Override
  protected DeviceBuffer slice(long offset, long count) {
    return new CpuBuffer(arena, type(), replicas(), byteOffset + offset * type().bytes(), count);
  }

  @Override
  protected void copyIn(int replica, long offset, ByteBuffer source) {
    ByteBuffer direct = source;
    if (!source.isDirect()) {
      direct = ByteBuffer.allocateDirect(source.remaining()).put(source.duplicate()).flip();
    }
    written();
    NativeKernels.copyIn(address(replica, offset), direct.slice(), source.remaining());
    Reference.reachabilityFence(arena);
    source.position(source.limit());
  }

  @Override
  protected void copyOut(int replica, long offset, ByteBuffer target) {
    int bytes = target.remaining();
    ByteBuffer direct = target.isDirect() ? target.slice() : ByteBuffer.allocateDirect(bytes);
    NativeKernels.copyOut(direct, address(replica, offset), bytes);
    Reference.reachabilityFence(arena);
    if (target.isDirect()) {
      target.position(target.limit());
    } else {
      target.put(direct);
    }
  }

  /** A pointer to floats that somebody else owns. */
  static FloatPointer pointerTo(long address) {
    return new Address(address);
  }

  private static final class Address extends FloatPointer {
    Address(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}
